import { concatBytes } from '@ruvector/core';
import { nobleBackend } from '../noble-backend.js';
import type { AsyncBackend } from './async-backend.js';
import { onCopies } from './own-copies.js';
import { WebKeys, type KeyKind } from './web-keys.js';

/** Secret keys in PKCS #8, as RFC 8410 has them: JWK would need the public key too. */
const ED25519: KeyKind = {
  algorithm: 'Ed25519',
  secret: { format: 'pkcs8', prefix: '302e020100300506032b657004220420', usages: ['sign'] },
  public: { format: 'raw', usages: ['verify'] },
};
const X25519: KeyKind = {
  algorithm: 'X25519',
  secret: { format: 'pkcs8', prefix: '302e020100300506032b656e04220420', usages: ['deriveBits'] },
  public: { format: 'raw', usages: [] },
};
const AES_GCM: KeyKind = {
  algorithm: 'AES-GCM',
  secret: { format: 'raw', usages: ['encrypt', 'decrypt'] },
};

/** The crypto of the platform as W3C's Web Cryptography API has it. */
export function createWebBackend(subtle: SubtleCrypto): AsyncBackend {
  return {
    sha256: (message) =>
      onCopies([message], async (copy) => new Uint8Array(await subtle.digest('SHA-256', copy))),
    ...ed25519Of(subtle),
    ...x25519Of(subtle),
    ...gcmOf(subtle),
  };
}

function ed25519Of(
  subtle: SubtleCrypto,
): Pick<AsyncBackend, 'ed25519PublicKey' | 'ed25519Sign' | 'ed25519Verify'> {
  const keys = new WebKeys(subtle, ED25519);
  return {
    // few platforms tell the public key of a key that cannot be exported
    ed25519PublicKey: async (secretKey) => nobleBackend.ed25519PublicKey(secretKey),
    ed25519Sign: (message, secretKey) =>
      onCopies([message], async (copy) => {
        const key = await keys.secretKey(secretKey);
        return new Uint8Array(await subtle.sign('Ed25519', key, copy));
      }),
    ed25519Verify: (signature, message, publicKey) =>
      onCopies([signature, message], async (ofSigner, copy) => {
        try {
          return await subtle.verify('Ed25519', await keys.publicKey(publicKey), ofSigner, copy);
        } catch {
          return false; // some platforms refuse to import what is not on the curve
        }
      }),
  };
}

/** The u coordinate of the base point (RFC 7748 §4.1). */
const BASE_POINT = /* @__PURE__ */ Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 9 : 0));

function x25519Of(
  subtle: SubtleCrypto,
): Pick<AsyncBackend, 'x25519PublicKey' | 'x25519SharedSecret'> {
  const keys = new WebKeys(subtle, X25519);
  const multiplied = async (secretKey: Uint8Array, u: Uint8Array) => {
    const [key, point] = await Promise.all([keys.secretKey(secretKey), keys.publicKey(u)]);
    return new Uint8Array(await subtle.deriveBits({ name: 'X25519', public: point }, key, 256));
  };
  return {
    x25519PublicKey: (secretKey) => multiplied(secretKey, BASE_POINT),
    x25519SharedSecret: async (secretKey, publicKey) => {
      try {
        return await multiplied(secretKey, publicKey);
      } catch {
        return undefined; // with checked lengths it refuses nothing but low order
      }
    },
  };
}

function gcmOf(
  subtle: SubtleCrypto,
): Pick<AsyncBackend, 'gcmSeal' | 'gcmSealJoined' | 'gcmOpen' | 'gcmOpenJoined'> {
  const keys = new WebKeys(subtle, AES_GCM);
  const how = (iv: BufferSource, additionalData: BufferSource) => ({
    name: 'AES-GCM',
    iv,
    additionalData,
    tagLength: 128,
  });

  const gcmSealJoined: AsyncBackend['gcmSealJoined'] = (key, nonce, plaintext, aad) =>
    onCopies([nonce, plaintext, aad], async (iv, text, data) => {
      const aesKey = await keys.secretKey(key);
      return new Uint8Array(await subtle.encrypt(how(iv, data), aesKey, text));
    });

  const gcmOpenJoined: AsyncBackend['gcmOpenJoined'] = (key, nonce, sealed, aad) =>
    onCopies([nonce, sealed, aad], async (iv, text, data) => {
      const aesKey = await keys.secretKey(key);
      try {
        return new Uint8Array(await subtle.decrypt(how(iv, data), aesKey, text));
      } catch {
        return undefined; // with checked lengths it refuses nothing but a wrong tag
      }
    });

  return {
    gcmSealJoined,
    gcmOpenJoined,
    gcmSeal: async (key, nonce, plaintext, aad) => {
      const end = plaintext.length;
      const sealed = await gcmSealJoined(key, nonce, plaintext, aad);
      return { ciphertext: sealed.slice(0, end), tag: sealed.slice(end) };
    },
    gcmOpen: (key, nonce, { ciphertext, tag }, aad) =>
      gcmOpenJoined(key, nonce, concatBytes(ciphertext, tag), aad),
  };
}
