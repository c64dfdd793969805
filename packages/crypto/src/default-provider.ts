import { createNativeBackend } from '#native-backend';
import { checkBoolean, checkObject, checkString } from '@ruvector/core';
import type { CryptoProvider, PostQuantumCryptoProvider } from '@ruvector/core';
import type { Backend } from './backend.js';
import { CryptoUnsupportedError } from './crypto-errors.js';
import { nobleBackend } from './noble-backend.js';
import { createProvider } from './provider.js';
import { failedSelfTest } from './self-test.js';
import type {
  PostQuantumWebCryptoProvider,
  WebCryptoProvider,
} from './webcrypto/async-primitives.js';

interface Choice {
  readonly noble: CryptoProvider;
  readonly native?: CryptoProvider;
  /** Why there is no native provider. */
  readonly reason?: string;
}

const WEBCRYPTO = 'webcrypto';

let choice: Choice | undefined;

/** Looks at the platform once, at the first use and not on import. */
function chosen(): Choice {
  choice ??= choose(createNativeBackend);
  return choice;
}

/** Exported for tests: what to use, given what the platform says it has. */
export function choose(createBackend: () => Backend | undefined): Choice {
  const noble = createProvider(nobleBackend);
  try {
    const backend = createBackend();
    if (backend === undefined)
      return { noble, reason: 'this platform has no synchronous crypto of its own' };
    const native = createProvider(backend);
    const failure = failedSelfTest(native);
    return failure === undefined ? { noble, native } : { noble, reason: failure };
  } catch (error) {
    return { noble, reason: `the platform's crypto does not load: ${String(error)}` };
  }
}

/**
 * The provider behind the module functions: the platform's own if it has one that passes a
 * known-answer self-test, else noble.
 *
 * @example
 * defaultProvider().sha256(utf8('abc')).length; // => 32
 */
export function defaultProvider(): CryptoProvider {
  const { native, noble } = chosen();
  return native ?? noble;
}

/**
 * Which provider `defaultProvider` gives: `node`, the platform's own, or `noble`.
 *
 * @example
 * ['node', 'noble'].includes(defaultProviderName()); // => true
 */
export function defaultProviderName(): string {
  return defaultProvider().name;
}

/**
 * Why the platform's own crypto is not in use; `undefined` if it is.
 *
 * @example
 * (defaultProviderFallback() === undefined) === (defaultProviderName() !== 'noble'); // => true
 */
export function defaultProviderFallback(): string | undefined {
  return chosen().reason;
}

/**
 * Names that `createCryptoProvider` takes here: the fastest first, and `webcrypto` last, whose
 * functions are noble's and whose promises are quicker.
 *
 * @example
 * availableProviders().includes('noble'); // => true
 */
export function availableProviders(): string[] {
  const { native, noble } = chosen();
  const names = native === undefined ? [noble.name] : [native.name, noble.name];
  return globalThis.crypto?.subtle === undefined ? names : [...names, WEBCRYPTO];
}

/**
 * A provider by name: `noble` (everywhere), `node` (Node.js), or `webcrypto` (wherever there is a
 * `crypto.subtle`): noble, and beside it `async`, the same primitives as promises on the platform's
 * own crypto. Its code is loaded then and not before; `fallbacks` says what the platform lacks.
 *
 * @param options - `pq: true` asks for the full surface: ML-DSA, ML-KEM, X-Wing and the composite
 *   too. Their code is loaded then and not before. Where the platform has no lattices of its own,
 *   those of `node` are noble's: `postQuantumFallback` of the door `/pq` says why.
 * @throws EdgeError `ERR_CRYPTO_UNSUPPORTED` if this platform does not have it.
 * @example
 * const { sha256 } = await createCryptoProvider('noble');
 * sha256(utf8('abc')).length; // => 32
 * const { xwing } = await createCryptoProvider('noble', { pq: true });
 * xwing.keygen().publicKey.length; // => 1216
 * const { async: web } = await createCryptoProvider('webcrypto');
 * (await web.sha256(utf8('abc'))).length; // => 32
 */
export async function createCryptoProvider(
  name: 'webcrypto',
  options: { pq: true },
): Promise<PostQuantumWebCryptoProvider>;
export async function createCryptoProvider(
  name: 'webcrypto',
  options?: { pq?: false },
): Promise<WebCryptoProvider>;
export async function createCryptoProvider(
  name: string,
  options: { pq: true },
): Promise<PostQuantumCryptoProvider>;
export async function createCryptoProvider(
  name: string,
  options?: { pq?: boolean },
): Promise<CryptoProvider>;
export async function createCryptoProvider(
  name: string,
  options: { pq?: boolean } = {},
): Promise<CryptoProvider> {
  checkString('name', name, { max: 64 });
  const { pq = false } = checkObject('options', options, { keys: ['pq'] });
  checkBoolean('options.pq', pq);
  if (name === WEBCRYPTO) {
    const { webCryptoProvider } = await import('./webcrypto/webcrypto-provider.js');
    return webCryptoProvider(chosen().noble, pq);
  }
  const classical = byName(name);
  if (!pq) return classical;
  const { withPostQuantum } = await import('./pq/with-post-quantum.js');
  return withPostQuantum(classical).provider;
}

function byName(name: string): CryptoProvider {
  const { native, noble, reason } = chosen();
  if (name === noble.name) return noble;
  if (name === native?.name) return native;
  throw new CryptoUnsupportedError(
    `provider ${JSON.stringify(name)}`,
    reason ?? `available here: ${availableProviders().join(', ')}`,
  );
}
