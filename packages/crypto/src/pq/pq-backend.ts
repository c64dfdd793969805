import type { Encapsulation, KeyPair } from '@ruvector/core';

/**
 * The bare lattice primitives of one implementation. Types and lengths were checked, and a public
 * key of ML-KEM for coefficients below the modulus, before a backend is asked. Keys are seeds.
 */
export interface PqBackend {
  readonly name: string;
  /** What the composite signs in place of a message. */
  sha512(message: Uint8Array): Uint8Array;
  mlDsa65PublicKey(seed: Uint8Array): Uint8Array;
  mlDsa65Sign(message: Uint8Array, seed: Uint8Array, how: Signing): Uint8Array;
  /** The signature has its 3,309 bytes. */
  mlDsa65Verify(
    signature: Uint8Array,
    message: Uint8Array,
    publicKey: Uint8Array,
    context: Uint8Array,
  ): boolean;
  mlKem768PublicKey(seed: Uint8Array): Uint8Array;
  /** @param m - 32 bytes in place of fresh randomness. */
  mlKem768Encapsulate(publicKey: Uint8Array, m: Uint8Array | undefined): Encapsulation;
  mlKem768Decapsulate(ciphertext: Uint8Array, seed: Uint8Array): Uint8Array;
}

/** What a backend may do quicker as a whole than in parts. */
export interface PqShortcuts {
  /** Draws a seed and its public key; `undefined` where that is not quicker. */
  mlKem768KeyPair?(): KeyPair | undefined;
}

interface Signing {
  readonly context: Uint8Array;
  readonly deterministic: boolean;
}
