import type { CryptoProvider, PostQuantumCryptoProvider } from '@ruvector/core';
import { promisedBackend } from '../webcrypto/async-backend.js';
import type {
  PostQuantumWebCryptoProvider,
  WebCryptoProvider,
} from '../webcrypto/async-primitives.js';
import { asyncCompositeOf, asyncXWingOf } from './async-hybrids.js';
import { asyncMlDsa65Of, asyncMlKem768Of } from './async-lattices.js';
import { failedMlDsa, failedMlKem } from './async-pq-self-test.js';
import { createNoblePqBackend } from './noble-pq-backend.js';
import { createWebPqBackend } from './web-pq-backend.js';
import { withPostQuantum } from './with-post-quantum.js';

const chosen = /* @__PURE__ */ new WeakMap<
  WebCryptoProvider,
  Promise<PostQuantumWebCryptoProvider>
>();

/** The provider `webcrypto` with the full surface. The platform is looked at once. */
export function webCryptoWithPostQuantum(
  web: WebCryptoProvider,
  noble: CryptoProvider,
  subtle: SubtleCrypto,
): Promise<PostQuantumWebCryptoProvider> {
  let provider = chosen.get(web);
  if (provider === undefined) {
    provider = chooseWebLattices(web, withPostQuantum(noble).provider, subtle);
    chosen.set(web, provider);
  }
  return provider;
}

/** Exported for tests: each lattice of WebCrypto if it passes its self-test, else noble's. */
export async function chooseWebLattices(
  web: WebCryptoProvider,
  noble: PostQuantumCryptoProvider,
  subtle: SubtleCrypto,
): Promise<PostQuantumWebCryptoProvider> {
  const portable = promisedBackend(createNoblePqBackend());
  const backend = createWebPqBackend(subtle, portable);
  const [ofMlDsa, ofMlKem] = await Promise.all([
    failedMlDsa(asyncMlDsa65Of(backend), noble),
    failedMlKem(asyncMlKem768Of(backend), noble),
  ]);
  const mlDsa65 = Object.freeze(asyncMlDsa65Of(ofMlDsa === undefined ? backend : portable));
  const mlKem768 = Object.freeze(asyncMlKem768Of(ofMlKem === undefined ? backend : portable));
  const { ed25519, x25519 } = web.async;
  return Object.freeze({
    ...noble,
    name: web.name,
    async: Object.freeze({
      ...web.async,
      mlDsa65,
      mlKem768,
      xwing: Object.freeze(asyncXWingOf(mlKem768, x25519, noble)),
      compositeSignature: Object.freeze(asyncCompositeOf(mlDsa65, ed25519, noble)),
    }),
    fallbacks: Object.freeze({
      ...web.fallbacks,
      ...(ofMlDsa === undefined ? {} : { mlDsa65: ofMlDsa }),
      ...(ofMlKem === undefined ? {} : { mlKem768: ofMlKem }),
    }),
  });
}
