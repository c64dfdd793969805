import type { Aes256Gcm, Ed25519, X25519 } from '@ruvector/core';
import { defaultProvider } from './default-provider.js';

/**
 * SHA-256 (FIPS 180-4): 32 bytes.
 *
 * @example
 * toHex(sha256(utf8('abc'))).slice(0, 8); // => 'ba7816bf'
 */
export function sha256(message: Uint8Array): Uint8Array {
  return defaultProvider().sha256(message);
}

/**
 * HKDF with SHA-256 (RFC 5869), extract and expand.
 *
 * @param length - bytes wanted, 1 to 8,160.
 * @example
 * hkdfSha256(utf8('input key'), utf8('salt'), utf8('info'), 42).length; // => 42
 */
export function hkdfSha256(
  ikm: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  return defaultProvider().hkdfSha256(ikm, salt, info, length);
}

/**
 * Signatures (RFC 8032), verified strictly: S below the group order, A and R in their one spelling
 * and not of small order, no cofactor. Every provider gives the same verdict.
 *
 * @example
 * const { secretKey, publicKey } = ed25519.keygen();
 * const signature = ed25519.sign(utf8('hello'), secretKey);
 * ed25519.verify(signature, utf8('hello'), publicKey); // => true
 * ed25519.verify(signature, utf8('hullo'), publicKey); // => false
 */
export const ed25519: Ed25519 = {
  keygen: (seed) => defaultProvider().ed25519.keygen(seed),
  getPublicKey: (secretKey) => defaultProvider().ed25519.getPublicKey(secretKey),
  sign: (message, secretKey) => defaultProvider().ed25519.sign(message, secretKey),
  verify: (signature, message, publicKey) =>
    defaultProvider().ed25519.verify(signature, message, publicKey),
};

/**
 * Diffie–Hellman (RFC 7748). A peer's key of low order is a `RangeError`: the result would be zero.
 *
 * @example
 * const [a, b] = [x25519.keygen(), x25519.keygen()];
 * const shared = x25519.getSharedSecret(a.secretKey, b.publicKey);
 * equalBytes(shared, x25519.getSharedSecret(b.secretKey, a.publicKey)); // => true
 */
export const x25519: X25519 = {
  keygen: (seed) => defaultProvider().x25519.keygen(seed),
  getPublicKey: (secretKey) => defaultProvider().x25519.getPublicKey(secretKey),
  getSharedSecret: (secretKey, publicKey) =>
    defaultProvider().x25519.getSharedSecret(secretKey, publicKey),
};

/**
 * AES-256-GCM (NIST SP 800-38D) with nonces of exactly 12 and tags of exactly 16 bytes. `open`
 * gives out nothing before the tag was found right; else it throws `ERR_CRYPTO_OPEN`.
 *
 * @example
 * const [key, nonce] = [new Uint8Array(32).fill(1), new Uint8Array(12)];
 * const sealed = aes256gcm.seal(key, nonce, utf8('hello'));
 * fromUtf8(aes256gcm.open(key, nonce, sealed)); // => 'hello'
 */
export const aes256gcm: Aes256Gcm = {
  seal: (key, nonce, plaintext, aad) =>
    defaultProvider().aes256gcm.seal(key, nonce, plaintext, aad),
  open: (key, nonce, sealed, aad) => defaultProvider().aes256gcm.open(key, nonce, sealed, aad),
  sealDetached: (key, nonce, plaintext, aad) =>
    defaultProvider().aes256gcm.sealDetached(key, nonce, plaintext, aad),
  openDetached: (key, nonce, ciphertext, tag, aad) =>
    defaultProvider().aes256gcm.openDetached(key, nonce, ciphertext, tag, aad),
};
