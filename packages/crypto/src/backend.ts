import type { KeyPair } from '@ruvector/core';

/** The only length of a tag of AES-256-GCM that is taken. */
export const TAG_BYTES = 16;

/**
 * The bare primitives of one implementation. Lengths and types were checked and the strict rules
 * of Ed25519 applied before a backend is asked: see `createProvider`.
 */
export interface Backend {
  readonly name: string;
  sha256(message: Uint8Array): Uint8Array;
  ed25519PublicKey(secretKey: Uint8Array): Uint8Array;
  ed25519Sign(message: Uint8Array, secretKey: Uint8Array): Uint8Array;
  /** Cofactorless: encodes [S]B − [h]A and compares it with the bytes of R. */
  ed25519Verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
  x25519PublicKey(secretKey: Uint8Array): Uint8Array;
  /** `undefined` if the platform refuses a key of low order. */
  x25519SharedSecret(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined;
  gcmSeal(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Detached;
  gcmSealJoined(
    key: Uint8Array,
    nonce: Uint8Array,
    plaintext: Uint8Array,
    aad: Uint8Array,
  ): Uint8Array;
  /** `undefined` if the tag is wrong; no plaintext is left anywhere then. */
  gcmOpen(
    key: Uint8Array,
    nonce: Uint8Array,
    sealed: Detached,
    aad: Uint8Array,
  ): Uint8Array | undefined;
  gcmOpenJoined(
    key: Uint8Array,
    nonce: Uint8Array,
    sealed: Uint8Array,
    aad: Uint8Array,
  ): Uint8Array | undefined;
}

/** What a backend may do quicker as a whole than in parts. */
export interface Shortcuts {
  /** Draws a pair of keys; `undefined` where that is not quicker than importing drawn bytes. */
  x25519KeyPair?(): KeyPair | undefined;
}

interface Detached {
  ciphertext: Uint8Array;
  tag: Uint8Array;
}
