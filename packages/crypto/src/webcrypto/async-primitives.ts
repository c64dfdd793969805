import type {
  Aes256Gcm,
  CompositeSignature,
  CryptoProvider,
  Ed25519,
  KeyEncapsulation,
  MlDsa65,
  PostQuantumCryptoProvider,
  X25519,
} from '@ruvector/core';

/**
 * The same methods, of which each gives a promise. What they would throw, the promise rejects with.
 * Arguments are read during the call: what their owner does to them afterwards has no effect.
 */
export type Promised<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => infer R
    ? (...args: A) => Promise<R>
    : never;
};

/**
 * Twins of the primitives, on WebCrypto: the same checks, values and verdicts. HKDF has none, since
 * noble's is as fast.
 */
export interface AsyncPrimitives {
  /** SHA-256 (FIPS 180-4) of the whole message: 32 bytes. */
  sha256(message: Uint8Array): Promise<Uint8Array>;
  readonly ed25519: Promised<Ed25519>;
  readonly x25519: Promised<X25519>;
  readonly aes256gcm: Promised<Aes256Gcm>;
}

/** Those, and the twins of what a quantum computer does not break. */
export interface AsyncPostQuantumPrimitives extends AsyncPrimitives {
  readonly mlDsa65: Promised<MlDsa65>;
  readonly mlKem768: Promised<KeyEncapsulation>;
  readonly xwing: Promised<KeyEncapsulation>;
  readonly compositeSignature: Promised<CompositeSignature>;
}

/** What `async` has from noble, by primitive, and why. Empty if WebCrypto does all of it. */
export type WebCryptoFallbacks = Readonly<
  Partial<Record<'sha256' | 'ed25519' | 'x25519' | 'aes256gcm' | 'mlDsa65' | 'mlKem768', string>>
>;

interface AsyncFace<T> {
  /** The primitives as promises, on the platform's own crypto. */
  readonly async: T;
  readonly fallbacks: WebCryptoFallbacks;
}

/** The provider `webcrypto`: noble's functions, and beside them their twins on WebCrypto. */
export interface WebCryptoProvider extends CryptoProvider, AsyncFace<AsyncPrimitives> {}

/** The same with the full surface. */
export interface PostQuantumWebCryptoProvider
  extends PostQuantumCryptoProvider, AsyncFace<AsyncPostQuantumPrimitives> {}
