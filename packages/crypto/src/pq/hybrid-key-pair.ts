import { IdentityDestroyedError } from '../crypto-errors.js';
import { HybridPublicKey, HybridSignature } from './hybrid-bytes.js';
import { compositeSignature } from './primitives.js';

/**
 * A key pair of `compositeSignature` that keeps its secret to itself: it stands in no JSON, no log
 * and no error.
 *
 * @example
 * const pair = HybridKeyPair.generate();
 * const signature = pair.sign(utf8('hello'));
 * HybridKeyPair.verify(pair.publicKeyBytes(), utf8('hello'), signature); // => true
 * HybridKeyPair.verify(pair.publicKeyBytes(), utf8('hullo'), signature); // => false
 */
export class HybridKeyPair {
  #secretKey: Uint8Array | undefined;
  readonly #publicKey: HybridPublicKey;

  private constructor(seed?: Uint8Array) {
    const { secretKey, publicKey } = compositeSignature.keygen(seed);
    this.#secretKey = secretKey;
    this.#publicKey = new HybridPublicKey(publicKey);
  }

  /**
   * A new pair.
   *
   * @param seed - 64 secret bytes, copied; the same seed gives the same pair. @default fresh ones
   * @example
   * const [a, b] = [1, 2].map(() => HybridKeyPair.generate(new Uint8Array(64).fill(7)));
   * equalBytes(a!.publicKeyBytes(), b!.publicKeyBytes()); // => true
   */
  static generate(seed?: Uint8Array): HybridKeyPair {
    return new this(seed); // bundlers rename a class whose body names it
  }

  /**
   * Whether a signature is by the holder of a public key; both halves must hold.
   *
   * @param publicKey - 1,984 bytes, a `HybridPublicKey` or plain; any other length is a
   *   `RangeError`.
   * @param signature - a `HybridSignature` or any bytes.
   * @example
   * const pair = HybridKeyPair.generate();
   * HybridKeyPair.verify(pair.publicKeyBytes(), utf8('hello'), utf8('no signature')); // => false
   */
  static verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    return compositeSignature.verify(signature, message, publicKey);
  }

  /**
   * Signs with both keys.
   *
   * @throws EdgeError `ERR_IDENTITY_DESTROYED` after `destroy()`.
   * @example
   * HybridKeyPair.generate().sign(utf8('hello')).length; // => 3373
   */
  sign(message: Uint8Array): HybridSignature {
    if (this.#secretKey === undefined) throw new IdentityDestroyedError();
    return new HybridSignature(compositeSignature.sign(message, this.#secretKey));
  }

  /**
   * The public key, the caller's own.
   *
   * @example
   * HybridKeyPair.generate().publicKeyBytes().length; // => 1984
   */
  publicKeyBytes(): HybridPublicKey {
    return new HybridPublicKey(this.#publicKey);
  }

  /**
   * Overwrites the secret key. It may be called twice.
   *
   * @example
   * const pair = HybridKeyPair.generate();
   * pair.destroy();
   * try {
   *   pair.sign(utf8('hello'));
   * } catch (error) {
   *   (error as { code: string }).code; // => 'ERR_IDENTITY_DESTROYED'
   * }
   */
  destroy(): void {
    this.#secretKey?.fill(0);
    this.#secretKey = undefined;
  }
}
