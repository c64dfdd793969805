/** Sizes as the algorithm says; the secret key never leaves its owner. */
export interface KeyPair {
  readonly secretKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** EdDSA over edwards25519 (RFC 8032): secret key (seed) 32 bytes, public key 32, signature 64. */
export interface Ed25519 {
  keygen(seed?: Uint8Array): KeyPair;
  getPublicKey(secretKey: Uint8Array): Uint8Array;
  sign(message: Uint8Array, secretKey: Uint8Array): Uint8Array;
  /** `false` for any wrong signature and for a right-sized but invalid key. */
  verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
}

/** Diffie–Hellman over curve25519 (RFC 7748): all values 32 bytes. */
export interface X25519 {
  keygen(seed?: Uint8Array): KeyPair;
  getPublicKey(secretKey: Uint8Array): Uint8Array;
  /** @throws RangeError if the result is all zero: the peer's key has low order. */
  getSharedSecret(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array;
}

/** AES-256 in Galois/Counter Mode (NIST SP 800-38D): key 32 bytes, nonce 12, tag 16. */
export interface Aes256Gcm {
  /** @returns ciphertext ‖ tag. */
  seal(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, aad?: Uint8Array): Uint8Array;
  /** @throws EdgeError `ERR_CRYPTO_OPEN` unless key, nonce, bytes and associated data all match. */
  open(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array, aad?: Uint8Array): Uint8Array;
  sealDetached(
    key: Uint8Array,
    nonce: Uint8Array,
    plaintext: Uint8Array,
    aad?: Uint8Array,
  ): { ciphertext: Uint8Array; tag: Uint8Array };
  openDetached(
    key: Uint8Array,
    nonce: Uint8Array,
    ciphertext: Uint8Array,
    tag: Uint8Array,
    aad?: Uint8Array,
  ): Uint8Array;
}

/**
 * The primitives that the security layer stands on. Bytes in, bytes or booleans out.
 *
 * The law: a wrong type is a `TypeError` and a wrong length a `RangeError` that names the parameter;
 * no message holds secret bytes; `verify` answers `false` for any signature bytes; every provider
 * gives the same bytes and the same verdicts for the same input.
 */
export interface CryptoProvider {
  readonly name: string;
  sha256(message: Uint8Array): Uint8Array;
  /** HKDF (RFC 5869): `length` from 1 to 8,160 bytes. */
  hkdfSha256(ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array;
  readonly ed25519: Ed25519;
  readonly x25519: X25519;
  readonly aes256gcm: Aes256Gcm;
}
