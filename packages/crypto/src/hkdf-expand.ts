import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';

const BLOCK_BYTES = 64;
const HASH_BYTES = 32;

/**
 * HKDF-Expand (RFC 5869 §2.3) with SHA-256 and keys of 32 bytes, which a ratchet takes for every
 * message. It works in states that are made once: making them anew takes a third of the time. Each
 * call leaves them without a trace of its key.
 */
class HkdfExpander {
  readonly #fresh = nobleSha256.create();
  readonly #inner = nobleSha256.create();
  readonly #outer = nobleSha256.create();
  readonly #running = nobleSha256.create();
  readonly #pad = new Uint8Array(BLOCK_BYTES);
  readonly #block = new Uint8Array(HASH_BYTES);
  readonly #number = new Uint8Array(1);

  expand(key: Uint8Array, info: Uint8Array, length: number): Uint8Array {
    this.#setKey(key);
    const out = new Uint8Array(length);
    for (let at = 0, n = 1; at < length; at += HASH_BYTES, n++) {
      this.#inner._cloneInto(this.#running);
      if (n > 1) this.#running.update(this.#block);
      this.#number[0] = n;
      this.#running.update(info).update(this.#number).digestInto(this.#block);
      this.#outer._cloneInto(this.#running);
      this.#running.update(this.#block).digestInto(this.#block);
      const left = length - at;
      out.set(left < HASH_BYTES ? this.#block.subarray(0, left) : this.#block, at);
    }
    this.#forget();
    return out;
  }

  /** The two states of HMAC (RFC 2104) that have taken in the key. */
  #setKey(key: Uint8Array): void {
    const pad = this.#pad.fill(0x36);
    for (let i = 0; i < key.length; i++) pad[i]! ^= key[i]!;
    this.#fresh._cloneInto(this.#inner).update(pad);
    for (let i = 0; i < BLOCK_BYTES; i++) pad[i]! ^= 0x36 ^ 0x5c;
    this.#fresh._cloneInto(this.#outer).update(pad);
  }

  #forget(): void {
    for (const state of [this.#inner, this.#outer, this.#running]) {
      state.destroy();
      this.#fresh._cloneInto(state);
    }
    this.#pad.fill(0);
    this.#block.fill(0);
  }
}

const expander = /* @__PURE__ */ new HkdfExpander();

/** HKDF-Expand with SHA-256. The key has 32 bytes, all of them secret; `length` is up to 8,160. */
export function hkdfExpand(key: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  return expander.expand(key, info, length);
}
