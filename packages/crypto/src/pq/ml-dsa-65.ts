import { checkBoolean, checkBytes, checkObject } from '@ruvector/core';
import type { MlDsa65, SignatureContext } from '@ruvector/core';
import type { PqBackend } from './pq-backend.js';
import { seedKeyPair } from './seed-key-pair.js';

/** Bytes of what FIPS 204 calls ξ, pk and σ. */
export const ML_DSA_65 = { seed: 32, publicKey: 1952, signature: 3309 } as const;

const CONTEXT_BYTES_MAX = 255; // FIPS 204 §5.2: its length travels in one byte
const NO_BYTES = /* @__PURE__ */ new Uint8Array(0);

/** ML-DSA-65 with the checks that all backends share, so that all of them judge alike. */
export function mlDsa65Of(backend: PqBackend): MlDsa65 {
  return {
    keygen: (seed) => seedKeyPair(seed, ML_DSA_65.seed, (key) => backend.mlDsa65PublicKey(key)),
    sign: (message, secretKey, options = {}) => {
      checkBytes('message', message);
      checkBytes('secretKey', secretKey, { length: ML_DSA_65.seed });
      const context = contextOf(options, ['context', 'deterministic']);
      const { deterministic = false } = options;
      checkBoolean('options.deterministic', deterministic);
      return backend.mlDsa65Sign(message, secretKey, { context, deterministic });
    },
    verify: (signature, message, publicKey, options = {}) => {
      checkBytes('signature', signature);
      checkBytes('message', message);
      checkBytes('publicKey', publicKey, { length: ML_DSA_65.publicKey });
      const context = contextOf(options);
      return (
        signature.length === ML_DSA_65.signature &&
        backend.mlDsa65Verify(signature, message, publicKey, context)
      );
    },
  };
}

/** The context that options name, empty if they name none. */
export function contextOf(
  options: SignatureContext,
  keys: readonly string[] = ['context'],
): Uint8Array {
  const { context = NO_BYTES } = checkObject('options', options, { keys });
  return checkBytes('options.context', context, { max: CONTEXT_BYTES_MAX });
}
