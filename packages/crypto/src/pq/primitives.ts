import type {
  CompositeSignature,
  KeyEncapsulation,
  MlDsa65,
  PostQuantumCryptoProvider,
} from '@ruvector/core';
import { defaultProvider, defaultProviderFallback } from '../default-provider.js';
import { withPostQuantum } from './with-post-quantum.js';

/**
 * The provider behind the functions of this door: the default provider with the full surface.
 *
 * @example
 * const { xwing, sha256 } = postQuantumProvider();
 * sha256(xwing.keygen().publicKey).length; // => 32
 */
export function postQuantumProvider(): PostQuantumCryptoProvider {
  return withPostQuantum(defaultProvider()).provider;
}

/**
 * Why ML-DSA and ML-KEM are not the platform's own but noble's, which are slower and give the same
 * bytes; `undefined` if they are the platform's.
 *
 * @example
 * ['string', 'undefined'].includes(typeof postQuantumFallback()); // => true
 */
export function postQuantumFallback(): string | undefined {
  return defaultProviderFallback() ?? withPostQuantum(defaultProvider()).reason;
}

/**
 * ML-DSA-65 (FIPS 204). The secret key is the seed ξ of 32 bytes; a public key has 1,952 bytes and
 * a signature 3,309.
 *
 * @example
 * const { secretKey, publicKey } = mlDsa65.keygen();
 * const context = utf8('orders');
 * const signature = mlDsa65.sign(utf8('hello'), secretKey, { context });
 * mlDsa65.verify(signature, utf8('hello'), publicKey, { context }); // => true
 * mlDsa65.verify(signature, utf8('hello'), publicKey); // => false
 */
export const mlDsa65: MlDsa65 = {
  keygen: (seed) => postQuantumProvider().mlDsa65.keygen(seed),
  sign: (message, secretKey, options) =>
    postQuantumProvider().mlDsa65.sign(message, secretKey, options),
  verify: (signature, message, publicKey, options) =>
    postQuantumProvider().mlDsa65.verify(signature, message, publicKey, options),
};

/**
 * ML-KEM-768 (FIPS 203). The secret key is the seeds d and z, 64 bytes. A public key whose
 * coefficients are not below the modulus is a `RangeError`.
 *
 * @example
 * const { secretKey, publicKey } = mlKem768.keygen();
 * const { ciphertext, sharedSecret } = mlKem768.encapsulate(publicKey);
 * equalBytes(mlKem768.decapsulate(ciphertext, secretKey), sharedSecret); // => true
 */
export const mlKem768: KeyEncapsulation = {
  keygen: (seed) => postQuantumProvider().mlKem768.keygen(seed),
  encapsulate: (publicKey, options) =>
    postQuantumProvider().mlKem768.encapsulate(publicKey, options),
  decapsulate: (ciphertext, secretKey) =>
    postQuantumProvider().mlKem768.decapsulate(ciphertext, secretKey),
};

/**
 * X-Wing (draft-connolly-cfrg-xwing-kem): ML-KEM-768 and X25519 in one, of which one has to hold.
 * The secret key is a seed of 32 bytes. `encapsulate` answers a public key whose X25519 half has
 * low order with a `RangeError`; `decapsulate` gives another secret for any other ciphertext.
 *
 * @example
 * const { secretKey, publicKey } = xwing.keygen();
 * const { ciphertext, sharedSecret } = xwing.encapsulate(publicKey);
 * equalBytes(xwing.decapsulate(ciphertext, secretKey), sharedSecret); // => true
 */
export const xwing: KeyEncapsulation = {
  keygen: (seed) => postQuantumProvider().xwing.keygen(seed),
  encapsulate: (publicKey, options) => postQuantumProvider().xwing.encapsulate(publicKey, options),
  decapsulate: (ciphertext, secretKey) =>
    postQuantumProvider().xwing.decapsulate(ciphertext, secretKey),
};

/**
 * ML-DSA-65 and Ed25519 in one signature, of which both must hold: `id-MLDSA65-Ed25519-SHA512` of
 * draft-ietf-lamps-pq-composite-sigs-19. Its Ed25519 key must not be used for anything else. Two
 * signatures of one message differ: never take their bytes for an identifier.
 *
 * @example
 * const { secretKey, publicKey } = compositeSignature.keygen();
 * const signature = compositeSignature.sign(utf8('hello'), secretKey);
 * signature.length; // => 3373
 * compositeSignature.verify(signature, utf8('hello'), publicKey); // => true
 * compositeSignature.verify(signature.fill(0, 0, 3309), utf8('hello'), publicKey); // => false
 */
export const compositeSignature: CompositeSignature = {
  keygen: (seed) => postQuantumProvider().compositeSignature.keygen(seed),
  sign: (message, secretKey, options) =>
    postQuantumProvider().compositeSignature.sign(message, secretKey, options),
  verify: (signature, message, publicKey, options) =>
    postQuantumProvider().compositeSignature.verify(signature, message, publicKey, options),
};
