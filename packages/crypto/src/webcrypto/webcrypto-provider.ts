import type { CryptoProvider } from '@ruvector/core';
import { CryptoUnsupportedError } from '../crypto-errors.js';
import { nobleBackend } from '../noble-backend.js';
import { promisedBackend } from './async-backend.js';
import type { AsyncPrimitives, WebCryptoProvider } from './async-primitives.js';
import { createAsyncPrimitives } from './async-provider.js';
import { failedAnswer } from './async-self-test.js';
import { createWebBackend } from './web-backend.js';

const chosen = /* @__PURE__ */ new WeakMap<CryptoProvider, Promise<WebCryptoProvider>>();

/**
 * The provider `webcrypto`, with the functions of noble beside its promises. The platform is looked
 * at once.
 *
 * @throws EdgeError `ERR_CRYPTO_UNSUPPORTED` if there is no WebCrypto.
 */
export async function webCryptoProvider(
  noble: CryptoProvider,
  pq: boolean,
  platform: { readonly subtle?: SubtleCrypto } | undefined = globalThis.crypto,
): Promise<WebCryptoProvider> {
  const subtle = platform?.subtle;
  if (subtle === undefined) {
    const reason = 'there is no crypto.subtle, which pages have in a secure context only';
    throw new CryptoUnsupportedError('provider "webcrypto"', reason);
  }
  let provider = chosen.get(noble);
  if (provider === undefined) {
    provider = chooseWebCrypto(noble, subtle);
    chosen.set(noble, provider);
  }
  const classical = await provider;
  if (!pq) return classical;
  const { webCryptoWithPostQuantum } = await import('../pq/webcrypto-post-quantum.js');
  return webCryptoWithPostQuantum(classical, noble, subtle);
}

/** Exported for tests: each primitive of WebCrypto if it passes its self-test, else noble's. */
export async function chooseWebCrypto(
  noble: CryptoProvider,
  subtle: SubtleCrypto,
): Promise<WebCryptoProvider> {
  const web = createAsyncPrimitives(createWebBackend(subtle));
  const portable = createAsyncPrimitives(promisedBackend(nobleBackend));
  const names = Object.keys(web) as (keyof AsyncPrimitives)[];
  const reasons = await Promise.all(
    names.map(async (name) => [name, await failedAnswer(web, name)] as const),
  );
  const failed = reasons.filter(([, reason]) => reason !== undefined);
  const instead = failed.map(([name]) => [name, portable[name]]);
  return Object.freeze({
    ...noble,
    name: 'webcrypto',
    async: Object.freeze({ ...web, ...Object.fromEntries(instead) }),
    fallbacks: Object.freeze(Object.fromEntries(failed)),
  });
}
