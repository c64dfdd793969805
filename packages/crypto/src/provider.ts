import { checkBytes, checkInteger, systemEntropy } from '@ruvector/core';
import type { Aes256Gcm, CryptoProvider, Ed25519, KeyPair, X25519 } from '@ruvector/core';
import { TAG_BYTES, type Backend, type Shortcuts } from './backend.js';
import { CryptoOpenError } from './crypto-errors.js';
import { isStrictSignature } from './ed25519-rules.js';
import { hkdf } from './hkdf.js';

const HKDF_BYTES_MAX = 255 * 32; // RFC 5869 §2.3
/** Associated data if there is none. */
export const NO_BYTES: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

/** Puts the checks that every provider shares around a backend, so that all of them judge alike. */
export function createProvider(backend: Backend & Shortcuts): CryptoProvider {
  return Object.freeze({
    name: backend.name,
    sha256: (message: Uint8Array) => backend.sha256(checkBytes('message', message)),
    // HMAC and HKDF stay in one implementation: as fast as the platform's, and without its traps.
    hkdfSha256: (ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number) => {
      checkBytes('ikm', ikm);
      checkBytes('salt', salt);
      checkBytes('info', info);
      checkInteger('length', length, { min: 1, max: HKDF_BYTES_MAX });
      return hkdf(ikm, salt, info, length);
    },
    ed25519: Object.freeze(ed25519Of(backend)),
    x25519: Object.freeze(x25519Of(backend)),
    aes256gcm: Object.freeze(aes256gcmOf(backend)),
  });
}

function ed25519Of(backend: Backend): Ed25519 {
  return {
    keygen: (seed) => keyPair(seed, backend.ed25519PublicKey),
    getPublicKey: (secretKey) => backend.ed25519PublicKey(check32('secretKey', secretKey)),
    sign: (message, secretKey) =>
      backend.ed25519Sign(checkBytes('message', message), check32('secretKey', secretKey)),
    verify: (signature, message, publicKey) => {
      checkBytes('signature', signature);
      checkBytes('message', message);
      check32('publicKey', publicKey);
      return (
        isStrictSignature(signature, publicKey) &&
        backend.ed25519Verify(signature, message, publicKey)
      );
    },
  };
}

function x25519Of(backend: Backend & Shortcuts): X25519 {
  return {
    keygen: (seed) =>
      (seed === undefined && backend.x25519KeyPair?.()) || keyPair(seed, backend.x25519PublicKey),
    getPublicKey: (secretKey) => backend.x25519PublicKey(check32('secretKey', secretKey)),
    getSharedSecret: (secretKey, publicKey) => {
      check32('secretKey', secretKey);
      check32('publicKey', publicKey);
      return agreed(backend.x25519SharedSecret(secretKey, publicKey));
    },
  };
}

function aes256gcmOf(backend: Backend): Aes256Gcm {
  return {
    seal: (key, nonce, plaintext, aad = NO_BYTES) => {
      checkGcm(key, nonce, aad);
      return backend.gcmSealJoined(key, nonce, checkBytes('plaintext', plaintext), aad);
    },
    open: (key, nonce, sealed, aad = NO_BYTES) => {
      checkGcm(key, nonce, aad);
      if (checkBytes('sealed', sealed).length < TAG_BYTES) throw new CryptoOpenError();
      return opened(backend.gcmOpenJoined(key, nonce, sealed, aad));
    },
    sealDetached: (key, nonce, plaintext, aad = NO_BYTES) => {
      checkGcm(key, nonce, aad);
      return backend.gcmSeal(key, nonce, checkBytes('plaintext', plaintext), aad);
    },
    openDetached: (key, nonce, ciphertext, tag, aad = NO_BYTES) => {
      checkGcm(key, nonce, aad);
      checkBytes('ciphertext', ciphertext);
      checkBytes('tag', tag, { length: TAG_BYTES });
      return opened(backend.gcmOpen(key, nonce, { ciphertext, tag }, aad));
    },
  };
}

/** @throws RangeError if there is no shared secret, or one of zeros: the peer's key is at fault. */
export function agreed(shared: Uint8Array | undefined): Uint8Array {
  if (shared === undefined || shared.every((byte) => byte === 0))
    throw new RangeError('publicKey must not have low order: the shared secret is all zero');
  return shared;
}

/** @throws TypeError or RangeError for what AES-256-GCM does not take here. */
export function checkGcm(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array): void {
  check32('key', key);
  checkBytes('nonce', nonce, { length: 12 });
  checkBytes('aad', aad);
}

/** @throws EdgeError `ERR_CRYPTO_OPEN` if nothing opened. */
export function opened(plaintext: Uint8Array | undefined): Uint8Array {
  if (plaintext === undefined) throw new CryptoOpenError();
  return plaintext;
}

/** @throws TypeError or RangeError for anything but 32 bytes. */
export function check32(name: string, value: Uint8Array): Uint8Array {
  return checkBytes(name, value, { length: 32 });
}

function keyPair(
  seed: Uint8Array | undefined,
  publicKeyOf: (secretKey: Uint8Array) => Uint8Array,
): KeyPair {
  const secretKey = newSecretKey(seed);
  return { secretKey, publicKey: publicKeyOf(secretKey) };
}

/** A copy of the seed, or 32 bytes that were drawn if there is none. */
export function newSecretKey(seed: Uint8Array | undefined): Uint8Array {
  const secretKey = new Uint8Array(32);
  if (seed === undefined) systemEntropy.fill(secretKey);
  else secretKey.set(check32('seed', seed));
  return secretKey;
}
