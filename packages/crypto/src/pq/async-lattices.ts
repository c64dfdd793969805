import { checkBoolean, checkBytes } from '@ruvector/core';
import type { KeyEncapsulation, MlDsa65 } from '@ruvector/core';
import type { Promised } from '../webcrypto/async-primitives.js';
import { contextOf, ML_DSA_65 } from './ml-dsa-65.js';
import { checkReduced, ML_KEM_768, seedOf } from './ml-kem-768.js';
import { asyncSeedKeyPair } from './seed-key-pair.js';
import type { AsyncPqBackend } from './web-pq-backend.js';

/** ML-DSA-65 of a backend of promises, with the checks of the synchronous one. */
export function asyncMlDsa65Of(backend: AsyncPqBackend): Promised<MlDsa65> {
  return {
    keygen: (seed) =>
      asyncSeedKeyPair(seed, ML_DSA_65.seed, (key) => backend.mlDsa65PublicKey(key)),
    sign: async (message, secretKey, options = {}) => {
      checkBytes('message', message);
      checkBytes('secretKey', secretKey, { length: ML_DSA_65.seed });
      const context = contextOf(options, ['context', 'deterministic']);
      const { deterministic = false } = options;
      checkBoolean('options.deterministic', deterministic);
      return backend.mlDsa65Sign(message, secretKey, { context, deterministic });
    },
    verify: async (signature, message, publicKey, options = {}) => {
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

/** ML-KEM-768 of a backend of promises, with the checks of the synchronous one. */
export function asyncMlKem768Of(backend: AsyncPqBackend): Promised<KeyEncapsulation> {
  return {
    keygen: (seed) =>
      asyncSeedKeyPair(seed, ML_KEM_768.seed, (key) => backend.mlKem768PublicKey(key)),
    encapsulate: async (publicKey, options = {}) => {
      checkBytes('publicKey', publicKey, { length: ML_KEM_768.publicKey });
      const seed = seedOf(options, ML_KEM_768.message);
      checkReduced(publicKey);
      return backend.mlKem768Encapsulate(publicKey, seed);
    },
    decapsulate: async (ciphertext, secretKey) => {
      checkBytes('ciphertext', ciphertext, { length: ML_KEM_768.ciphertext });
      checkBytes('secretKey', secretKey, { length: ML_KEM_768.seed });
      return backend.mlKem768Decapsulate(ciphertext, secretKey);
    },
  };
}
