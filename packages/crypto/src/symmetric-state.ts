import { concatBytes, isEdgeError, utf8 } from '@ruvector/core';
import type { CryptoProvider } from '@ruvector/core';
import { counterNonce } from './counter-nonce.js';

const HASH_BYTES = 32;
const NO_BYTES = /* @__PURE__ */ new Uint8Array(0);

/** What a handshake leaves behind. The arrays belong to whoever got them. */
export interface SplitSecrets {
  /** Key of the frames from the initiator. */
  readonly fromInitiator: Uint8Array;
  readonly fromResponder: Uint8Array;
  /** A third output of the same derivation, independent of both keys. */
  readonly exporter: Uint8Array;
  /** Hash of all that was said: no secret. */
  readonly handshakeHash: Uint8Array;
}

/**
 * The SymmetricState and CipherState of Noise with AESGCM and SHA256: a chaining key, a hash of all
 * that was said, and a key with its counter.
 *
 * Noise's HKDF is that of RFC 5869 with the chaining key as salt and without info, so that of the
 * provider does it. An attempt that may fail is made on a `copy()`, which then replaces this one or
 * is erased.
 *
 * @see "The Noise Protocol Framework", revision 34, §5.1, §5.2, §12.3, §12.4
 */
export class SymmetricState {
  readonly #provider: CryptoProvider;
  readonly #chainingKey: Uint8Array;
  readonly #key: Uint8Array;
  #hash: Uint8Array;
  #counter: number;

  private constructor(
    provider: CryptoProvider,
    from: { hash: Uint8Array; chainingKey: Uint8Array; key: Uint8Array; counter: number },
  ) {
    this.#provider = provider;
    this.#hash = from.hash.slice();
    this.#chainingKey = from.chainingKey.slice();
    this.#key = from.key.slice();
    this.#counter = from.counter;
  }

  /** InitializeSymmetric. */
  static start(provider: CryptoProvider, protocolName: string): SymmetricState {
    const name = utf8(protocolName);
    const hash = name.length > HASH_BYTES ? provider.sha256(name) : new Uint8Array(HASH_BYTES);
    if (name.length <= HASH_BYTES) hash.set(name);
    const key = new Uint8Array(HASH_BYTES);
    return new SymmetricState(provider, { hash, chainingKey: hash, key, counter: 0 });
  }

  copy(): SymmetricState {
    return new SymmetricState(this.#provider, {
      hash: this.#hash,
      chainingKey: this.#chainingKey,
      key: this.#key,
      counter: this.#counter,
    });
  }

  mixHash(bytes: Uint8Array): void {
    this.#hash = this.#provider.sha256(concatBytes(this.#hash, bytes));
  }

  /** Only read; who made the secret erases it. */
  mixKey(secret: Uint8Array): void {
    const output = this.#derive(secret, 2);
    this.#chainingKey.set(output.subarray(0, 32));
    this.#setKey(output.subarray(32));
    output.fill(0);
  }

  /** The same for a key that both had before. */
  mixKeyAndHash(secret: Uint8Array): void {
    const output = this.#derive(secret, 3);
    this.#chainingKey.set(output.subarray(0, 32));
    this.mixHash(output.subarray(32, 64));
    this.#setKey(output.subarray(64));
    output.fill(0);
  }

  /** Call it only after a key was mixed in: in this pattern that is the very first token. */
  encryptAndHash(plaintext: Uint8Array): Uint8Array {
    const nonce = counterNonce(this.#counter);
    const sealed = this.#provider.aes256gcm.seal(this.#key, nonce, plaintext, this.#hash);
    this.#counter++;
    this.mixHash(sealed);
    return sealed;
  }

  /** `undefined` if it does not open; the state is then of no further use. */
  decryptAndHash(sealed: Uint8Array): Uint8Array | undefined {
    const nonce = counterNonce(this.#counter);
    let plaintext: Uint8Array;
    try {
      plaintext = this.#provider.aes256gcm.open(this.#key, nonce, sealed, this.#hash);
    } catch (error) {
      if (isEdgeError(error, 'ERR_CRYPTO_OPEN')) return undefined;
      throw error;
    }
    this.#counter++;
    this.mixHash(sealed);
    return plaintext;
  }

  split(): SplitSecrets {
    const output = this.#derive(NO_BYTES, 3);
    const secrets = {
      fromInitiator: output.slice(0, 32),
      fromResponder: output.slice(32, 64),
      exporter: output.slice(64),
      handshakeHash: this.#hash.slice(),
    };
    output.fill(0);
    return secrets;
  }

  /** Overwrites its secrets with zeros. */
  erase(): void {
    this.#chainingKey.fill(0);
    this.#key.fill(0);
  }

  #derive(secret: Uint8Array, outputs: number): Uint8Array {
    return this.#provider.hkdfSha256(secret, this.#chainingKey, NO_BYTES, outputs * HASH_BYTES);
  }

  #setKey(key: Uint8Array): void {
    this.#key.set(key);
    this.#counter = 0;
  }
}
