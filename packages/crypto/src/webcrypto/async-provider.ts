import { checkBytes } from '@ruvector/core';
import type { Aes256Gcm, Ed25519, X25519 } from '@ruvector/core';
import { TAG_BYTES } from '../backend.js';
import { CryptoOpenError } from '../crypto-errors.js';
import { isStrictSignature } from '../ed25519-rules.js';
import { agreed, check32, checkGcm, newSecretKey, NO_BYTES, opened } from '../provider.js';
import type { AsyncBackend } from './async-backend.js';
import type { AsyncPrimitives, Promised } from './async-primitives.js';

/**
 * Puts around a backend of promises the checks that stand around the synchronous ones. They are
 * made during the call, since the caller may change its arrays once that has returned.
 */
export function createAsyncPrimitives(backend: AsyncBackend): AsyncPrimitives {
  return Object.freeze({
    sha256: async (message: Uint8Array) => backend.sha256(checkBytes('message', message)),
    ed25519: Object.freeze(ed25519Of(backend)),
    x25519: Object.freeze(x25519Of(backend)),
    aes256gcm: Object.freeze(aes256gcmOf(backend)),
  });
}

function ed25519Of(backend: AsyncBackend): Promised<Ed25519> {
  return {
    keygen: async (seed) => {
      const secretKey = newSecretKey(seed);
      return { secretKey, publicKey: await backend.ed25519PublicKey(secretKey) };
    },
    getPublicKey: async (secretKey) => backend.ed25519PublicKey(check32('secretKey', secretKey)),
    sign: async (message, secretKey) =>
      backend.ed25519Sign(checkBytes('message', message), check32('secretKey', secretKey)),
    verify: async (signature, message, publicKey) => {
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

function x25519Of(backend: AsyncBackend): Promised<X25519> {
  return {
    keygen: async (seed) => {
      const secretKey = newSecretKey(seed);
      return { secretKey, publicKey: await backend.x25519PublicKey(secretKey) };
    },
    getPublicKey: async (secretKey) => backend.x25519PublicKey(check32('secretKey', secretKey)),
    getSharedSecret: async (secretKey, publicKey) => {
      check32('secretKey', secretKey);
      check32('publicKey', publicKey);
      return agreed(await backend.x25519SharedSecret(secretKey, publicKey));
    },
  };
}

function aes256gcmOf(backend: AsyncBackend): Promised<Aes256Gcm> {
  return {
    seal: async (key, nonce, plaintext, aad = NO_BYTES) => {
      checkGcm(key, nonce, aad);
      return backend.gcmSealJoined(key, nonce, checkBytes('plaintext', plaintext), aad);
    },
    open: async (key, nonce, sealed, aad = NO_BYTES) => {
      checkGcm(key, nonce, aad);
      if (checkBytes('sealed', sealed).length < TAG_BYTES) throw new CryptoOpenError();
      return opened(await backend.gcmOpenJoined(key, nonce, sealed, aad));
    },
    sealDetached: async (key, nonce, plaintext, aad = NO_BYTES) => {
      checkGcm(key, nonce, aad);
      return backend.gcmSeal(key, nonce, checkBytes('plaintext', plaintext), aad);
    },
    openDetached: async (key, nonce, ciphertext, tag, aad = NO_BYTES) => {
      checkGcm(key, nonce, aad);
      checkBytes('ciphertext', ciphertext);
      checkBytes('tag', tag, { length: TAG_BYTES });
      return opened(await backend.gcmOpen(key, nonce, { ciphertext, tag }, aad));
    },
  };
}
