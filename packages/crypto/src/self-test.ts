import { equalBytes, fromHex } from '@ruvector/core';
import type { CryptoProvider } from '@ruvector/core';
import {
  answer,
  ED25519_ANSWER,
  GCM_ANSWER,
  SHA256_ANSWER,
  X25519_ANSWER,
} from './known-answers.js';

type Check = (provider: CryptoProvider) => boolean;

/** Known answers, one for each primitive; each also has to refuse something. */
const CHECKS: Record<string, Check> = {
  'SHA-256': checkSha256,
  'HKDF-SHA256': checkHkdf,
  Ed25519: checkEd25519,
  X25519: checkX25519,
  'AES-256-GCM': checkGcm,
};

/** @returns why a provider must not be used, or `undefined` if all known answers came out right. */
export function failedSelfTest(provider: CryptoProvider): string | undefined {
  for (const [primitive, check] of Object.entries(CHECKS)) {
    try {
      if (!check(provider)) return `${primitive} gave a wrong answer in the self-test`;
    } catch (error) {
      return `${primitive} failed in the self-test: ${String(error)}`;
    }
  }
  return undefined;
}

function checkSha256({ sha256 }: CryptoProvider): boolean {
  const { message, digest } = answer(SHA256_ANSWER);
  return equalBytes(sha256(message), digest);
}

/** RFC 5869, appendix A.1. */
function checkHkdf({ hkdfSha256 }: CryptoProvider): boolean {
  const salt = fromHex('000102030405060708090a0b0c');
  const info = fromHex('f0f1f2f3f4f5f6f7f8f9');
  const okm = fromHex(
    '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
  );
  return equalBytes(hkdfSha256(new Uint8Array(22).fill(11), salt, info, 42), okm);
}

function checkEd25519({ ed25519 }: CryptoProvider): boolean {
  const { secretKey, publicKey, message, signature } = answer(ED25519_ANSWER);
  return (
    equalBytes(ed25519.getPublicKey(secretKey), publicKey) &&
    equalBytes(ed25519.sign(message, secretKey), signature) &&
    ed25519.verify(signature, message, publicKey) &&
    !ed25519.verify(signature, Uint8Array.of(0x73), publicKey)
  );
}

/** Also with a key of low order. */
function checkX25519({ x25519 }: CryptoProvider): boolean {
  const { secretKey, publicKey, peerKey, sharedSecret } = answer(X25519_ANSWER);
  return (
    equalBytes(x25519.getPublicKey(secretKey), publicKey) &&
    equalBytes(x25519.getSharedSecret(secretKey, peerKey), sharedSecret) &&
    throws(() => x25519.getSharedSecret(secretKey, new Uint8Array(32)))
  );
}

function checkGcm({ aes256gcm }: CryptoProvider): boolean {
  const { key, nonce, aad, plaintext, sealed } = answer(GCM_ANSWER);
  const forged = sealed.slice();
  forged[0]! ^= 1;
  return (
    equalBytes(aes256gcm.seal(key, nonce, plaintext, aad), sealed) &&
    equalBytes(aes256gcm.open(key, nonce, sealed, aad), plaintext) &&
    throws(() => aes256gcm.open(key, nonce, forged, aad))
  );
}

function throws(f: () => unknown): boolean {
  try {
    f();
    return false;
  } catch {
    return true;
  }
}
