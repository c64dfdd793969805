/** Sizes as the algorithm says; the secret key never leaves its owner. */
export interface KeyPair {
  readonly secretKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

/**
 * EdDSA over edwards25519 (RFC 8032): secret key (seed) 32 bytes, public key 32, signature 64.
 * Verified strictly: S below the group order, A and R spelt canonically and not of small order, no
 * cofactor.
 */
export interface Ed25519 {
  /** A new pair; from `seed` (32 bytes, secret) always the same. @default fresh randomness */
  keygen(seed?: Uint8Array): KeyPair;
  /** The public key that belongs to a secret one: 32 bytes. */
  getPublicKey(secretKey: Uint8Array): Uint8Array;
  /** @returns 64 bytes, the same for the same message and key. */
  sign(message: Uint8Array, secretKey: Uint8Array): Uint8Array;
  /** `false` for any wrong signature and for a right-sized but invalid key. */
  verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
}

/**
 * Diffie–Hellman over curve25519 (RFC 7748): all values 32 bytes, public keys taken modulo the
 * prime.
 */
export interface X25519 {
  /** A new pair; from `seed` (32 bytes, secret) always the same. @default fresh randomness */
  keygen(seed?: Uint8Array): KeyPair;
  /** The public key that belongs to a secret one: 32 bytes. */
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
  /** As `seal`, with the tag of 16 bytes apart from the ciphertext. */
  sealDetached(
    key: Uint8Array,
    nonce: Uint8Array,
    plaintext: Uint8Array,
    aad?: Uint8Array,
  ): { ciphertext: Uint8Array; tag: Uint8Array };
  /** As `open`, for what `sealDetached` gave. */
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
 * The law: a wrong type is a `TypeError` and a wrong length a `RangeError` that names the
 * parameter; no error, whatever it is about, repeats bytes of a secret argument; `verify` answers
 * `false` for any signature bytes; every provider gives the same bytes and the same verdicts for
 * the same input. Arguments are only read, during the call; results are the caller's own, plain
 * arrays with no larger buffer behind them. A key made from a seed has a copy of the seed for its
 * secret key. `cryptoProviderCompliance` of `@ruvector/core/testing` is this law as tests.
 */
export interface CryptoProvider {
  /** Which implementation this is, such as `node` or `noble`; for messages and tests. */
  readonly name: string;
  /** SHA-256 (FIPS 180-4) of the whole message: 32 bytes, the caller's own. */
  sha256(message: Uint8Array): Uint8Array;
  /** HKDF (RFC 5869): `length` from 1 to 8,160 bytes. */
  hkdfSha256(ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array;
  readonly ed25519: Ed25519;
  readonly x25519: X25519;
  readonly aes256gcm: Aes256Gcm;
}

/** How a message is signed and verified; both sides say the same context. */
export interface SignatureContext {
  /** 0 to 255 bytes that tell uses of one key apart. @default empty */
  readonly context?: Uint8Array;
}

/**
 * ML-DSA-65 (FIPS 204): secret key 32 bytes, the seed ξ; public key 1,952; signature 3,309.
 */
export interface MlDsa65 {
  /** A new pair; from `seed` (32 bytes, secret) always the same. @default fresh randomness */
  keygen(seed?: Uint8Array): KeyPair;
  /** @param options - `deterministic`: no fresh randomness in the signature. @default false */
  sign(
    message: Uint8Array,
    secretKey: Uint8Array,
    options?: SignatureContext & { readonly deterministic?: boolean },
  ): Uint8Array;
  /** `false` for any wrong signature and for a right-sized but invalid key. */
  verify(
    signature: Uint8Array,
    message: Uint8Array,
    publicKey: Uint8Array,
    options?: SignatureContext,
  ): boolean;
}

/**
 * Two signatures in one, ML-DSA-65 and Ed25519, of which both must hold:
 * `id-MLDSA65-Ed25519-SHA512` of draft-ietf-lamps-pq-composite-sigs-19. Secret key 64 bytes, the
 * two seeds; public key 1,984; signature 3,373. Two signatures of one message may differ: their
 * bytes are never an identifier.
 */
export interface CompositeSignature {
  /** A new pair; from `seed` (64 bytes, secret) always the same. @default fresh randomness */
  keygen(seed?: Uint8Array): KeyPair;
  /** @returns 3,373 bytes: of ML-DSA-65 3,309, of Ed25519 64. */
  sign(message: Uint8Array, secretKey: Uint8Array, options?: SignatureContext): Uint8Array;
  /** `false` for any wrong signature and for a right-sized but invalid key. */
  verify(
    signature: Uint8Array,
    message: Uint8Array,
    publicKey: Uint8Array,
    options?: SignatureContext,
  ): boolean;
}

/** What an encapsulation gives: the ciphertext for the key's holder, the secret for both. */
export interface Encapsulation {
  readonly ciphertext: Uint8Array;
  /** 32 bytes. */
  readonly sharedSecret: Uint8Array;
}

/**
 * A key encapsulation mechanism. ML-KEM-768 (FIPS 203): secret key 64 bytes, the seeds d and z;
 * public key 1,184; ciphertext 1,088. X-Wing (draft-connolly-cfrg-xwing-kem): secret key 32 bytes;
 * public key 1,216; ciphertext 1,120.
 */
export interface KeyEncapsulation {
  /** A new pair; from `seed` (secret, as long as the secret key) always the same. @default drawn */
  keygen(seed?: Uint8Array): KeyPair;
  /**
   * A secret for the holder of the key.
   *
   * @param options - `seed`: in place of fresh randomness, 32 bytes for ML-KEM, 64 for X-Wing.
   * @throws RangeError for a public key with coefficients that are not below the modulus, or, of
   *   X-Wing, with a curve point of low order.
   */
  encapsulate(publicKey: Uint8Array, options?: { readonly seed?: Uint8Array }): Encapsulation;
  /**
   * The shared secret, 32 bytes. A ciphertext that was changed gives another secret and no error:
   * implicit rejection.
   */
  decapsulate(ciphertext: Uint8Array, secretKey: Uint8Array): Uint8Array;
}

/** The primitives that a quantum computer does not break, under the law of `CryptoProvider`. */
export interface PostQuantumPrimitives {
  readonly mlDsa65: MlDsa65;
  readonly mlKem768: KeyEncapsulation;
  readonly xwing: KeyEncapsulation;
  readonly compositeSignature: CompositeSignature;
}

/** A provider with the full surface. */
export interface PostQuantumCryptoProvider extends CryptoProvider, PostQuantumPrimitives {}
