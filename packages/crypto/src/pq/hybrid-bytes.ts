import { checkBytes } from '@ruvector/core';
import { COMPOSITE } from './composite-signature.js';
import { ML_DSA_65 } from './ml-dsa-65.js';

/**
 * A public key of `HybridKeyPair`: bytes that know their halves.
 *
 * @example
 * const publicKey = new HybridPublicKey(HybridKeyPair.generate().publicKeyBytes());
 * [publicKey.length, publicKey.mlDsa65.length, publicKey.ed25519.length]; // => [1984, 1952, 32]
 */
export class HybridPublicKey extends Uint8Array {
  /** What `slice` and the like give is plain bytes. */
  static get [Symbol.species](): Uint8ArrayConstructor {
    return Uint8Array;
  }

  /**
   * @param bytes - 1,984, copied.
   * @throws TypeError or RangeError for anything else. Under bytes that are no key nothing
   *   verifies.
   */
  constructor(bytes: Uint8Array) {
    super(checkBytes('bytes', bytes, { length: COMPOSITE.publicKey }));
  }

  /** The key of ML-DSA-65: 1,952 bytes, the caller's own. */
  get mlDsa65(): Uint8Array {
    return this.slice(0, ML_DSA_65.publicKey);
  }

  /** The key of Ed25519: 32 bytes, the caller's own. It must not be used for anything else. */
  get ed25519(): Uint8Array {
    return this.slice(ML_DSA_65.publicKey);
  }
}

/**
 * A signature by `HybridKeyPair`: bytes that know their halves. Two signatures of one message
 * differ, so they identify nothing.
 *
 * @example
 * const signature = HybridKeyPair.generate().sign(utf8('hello'));
 * [signature.length, signature.mlDsa65.length, signature.ed25519.length]; // => [3373, 3309, 64]
 */
export class HybridSignature extends Uint8Array {
  /** What `slice` and the like give is plain bytes. */
  static get [Symbol.species](): Uint8ArrayConstructor {
    return Uint8Array;
  }

  /**
   * @param bytes - 3,373, copied.
   * @throws TypeError or RangeError for anything else.
   */
  constructor(bytes: Uint8Array) {
    super(checkBytes('bytes', bytes, { length: COMPOSITE.signature }));
  }

  /** The half by ML-DSA-65: 3,309 bytes, the caller's own. */
  get mlDsa65(): Uint8Array {
    return this.slice(0, ML_DSA_65.signature);
  }

  /** The half by Ed25519: 64 bytes, the caller's own. */
  get ed25519(): Uint8Array {
    return this.slice(ML_DSA_65.signature);
  }
}
