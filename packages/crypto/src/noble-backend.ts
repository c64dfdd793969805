import { gcm } from '@noble/ciphers/aes.js';
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { bytesToNumberLE } from '@noble/curves/utils.js';
import { sha256 as nobleSha256, sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes } from '@ruvector/core';
import type { Backend } from './backend.js';

/** Audited JavaScript that runs everywhere: the reference for every other backend. */
export const nobleBackend: Backend = {
  name: 'noble',
  sha256: (message) => nobleSha256(message),
  ed25519PublicKey: (secretKey) => ed25519.getPublicKey(secretKey),
  ed25519Sign: (message, secretKey) => ed25519.sign(message, secretKey),
  ed25519Verify: verify,
  x25519PublicKey: (secretKey) => x25519.getPublicKey(secretKey),
  x25519SharedSecret: (secretKey, publicKey) => {
    try {
      return x25519.getSharedSecret(secretKey, publicKey);
    } catch {
      return undefined; // with checked lengths it refuses nothing but low order
    }
  },
  gcmSealJoined: (key, nonce, plaintext, aad) => gcm(key, nonce, aad).encrypt(plaintext),
  gcmSeal: (key, nonce, plaintext, aad) => {
    const sealed = gcm(key, nonce, aad).encrypt(plaintext);
    return {
      ciphertext: sealed.slice(0, plaintext.length),
      tag: sealed.slice(plaintext.length),
    };
  },
  gcmOpenJoined: open,
  gcmOpen: (key, nonce, { ciphertext, tag }, aad) =>
    open(key, nonce, concatBytes(ciphertext, tag), aad),
};

/**
 * Cofactorless, as OpenSSL does it: noble's own `verify` multiplies by the cofactor and so accepts
 * signatures with a small-order part that other implementations refuse.
 */
function verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  const { Point } = ed25519;
  let keyPoint;
  try {
    keyPoint = Point.fromBytes(publicKey);
  } catch {
    return false; // not on the curve
  }
  const encodedR = signature.subarray(0, 32);
  const s = bytesToNumberLE(signature.subarray(32));
  const hash = sha512(concatBytes(encodedR, publicKey, message));
  const h = Point.Fn.create(bytesToNumberLE(hash));
  const expectedR = Point.BASE.multiplyUnsafe(s).subtract(keyPoint.multiplyUnsafe(h));
  return equalBytes(expectedR.toBytes(), encodedR);
}

function open(
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  aad: Uint8Array,
): Uint8Array | undefined {
  try {
    return gcm(key, nonce, aad).decrypt(sealed);
  } catch {
    return undefined; // with checked lengths it refuses nothing but a wrong tag
  }
}
