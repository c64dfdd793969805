import { checkBytes, checkObject } from '@ruvector/core';
import type { KeyEncapsulation } from '@ruvector/core';
import type { PqBackend, PqShortcuts } from './pq-backend.js';
import { seedKeyPair } from './seed-key-pair.js';

/** Bytes of d ‖ z, of ek, c and m of FIPS 203. */
export const ML_KEM_768 = { seed: 64, publicKey: 1184, ciphertext: 1088, message: 32 } as const;

const MODULUS = 3329;
const COEFFICIENT_BYTES = 1152; // 3 polynomials of 256 coefficients of 12 bits; then 32 bytes ρ

/** ML-KEM-768 with the checks that all backends share, so that all of them judge alike. */
export function mlKem768Of(backend: PqBackend & PqShortcuts): KeyEncapsulation {
  return {
    keygen: (seed) =>
      (seed === undefined && backend.mlKem768KeyPair?.()) ||
      seedKeyPair(seed, ML_KEM_768.seed, (key) => backend.mlKem768PublicKey(key)),
    encapsulate: (publicKey, options = {}) => {
      checkBytes('publicKey', publicKey, { length: ML_KEM_768.publicKey });
      const seed = seedOf(options, ML_KEM_768.message);
      checkReduced(publicKey);
      return backend.mlKem768Encapsulate(publicKey, seed);
    },
    decapsulate: (ciphertext, secretKey) => {
      checkBytes('ciphertext', ciphertext, { length: ML_KEM_768.ciphertext });
      checkBytes('secretKey', secretKey, { length: ML_KEM_768.seed });
      return backend.mlKem768Decapsulate(ciphertext, secretKey);
    },
  };
}

/** What options name in place of fresh randomness, if anything. */
export function seedOf(
  options: { readonly seed?: Uint8Array },
  length: number,
): Uint8Array | undefined {
  const { seed } = checkObject('options', options, { keys: ['seed'] });
  return seed === undefined ? undefined : checkBytes('options.seed', seed, { length });
}

/**
 * The modulus check of FIPS 203 §7.2.
 *
 * @throws RangeError if a coefficient of the public key is not below 3,329.
 */
export function checkReduced(publicKey: Uint8Array): void {
  for (let i = 0; i < COEFFICIENT_BYTES; i += 3) {
    const [a, b, c] = [publicKey[i]!, publicKey[i + 1]!, publicKey[i + 2]!];
    if ((a | ((b & 15) << 8)) >= MODULUS || ((b >> 4) | (c << 4)) >= MODULUS)
      throw new RangeError('publicKey must have coefficients below 3329 (FIPS 203 §7.2)');
  }
}
