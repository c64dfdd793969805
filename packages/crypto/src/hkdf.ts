import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';

const BLOCK_BYTES = 64;
const HASH_BYTES = 32;

/**
 * HMAC (RFC 2104) and HKDF (RFC 5869) with SHA-256, which a ratchet takes for every message and a
 * handshake for every secret. It works in states that are made once: making them anew takes longer
 * than hashing. Each call leaves them without a trace of its keys.
 */
class HmacStates {
  readonly #fresh = nobleSha256.create();
  readonly #inner = nobleSha256.create();
  readonly #outer = nobleSha256.create();
  readonly #running = nobleSha256.create();
  /** The padded key of HMAC in halves: a whole block at once costs a view of it. */
  readonly #front = new Uint8Array(BLOCK_BYTES / 2);
  readonly #back = new Uint8Array(BLOCK_BYTES / 2);
  readonly #key = new Uint8Array(HASH_BYTES);
  readonly #number = new Uint8Array(1);

  derive(ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array {
    this.#macInto(this.#key, salt, ikm);
    const out = new Uint8Array(length);
    const blocks = this.blocks(this.#key, info, Math.ceil(length / HASH_BYTES));
    for (const [i, block] of blocks.entries()) {
      const at = i * HASH_BYTES;
      out.set(block.subarray(0, length - at), at);
      block.fill(0);
    }
    this.#key.fill(0);
    return out;
  }

  mac(key: Uint8Array, message: Uint8Array): Uint8Array {
    const out = new Uint8Array(HASH_BYTES);
    this.#macInto(out, key, message);
    this.#forget();
    return out;
  }

  /** T(1), T(2), … of RFC 5869 §2.3, 32 bytes each. */
  blocks(key: Uint8Array, info: Uint8Array, count: number): Uint8Array[] {
    this.#setKey(key);
    const blocks: Uint8Array[] = [];
    for (let n = 1; n <= count; n++) {
      this.#inner._cloneInto(this.#running);
      if (n > 1) this.#running.update(blocks[n - 2]!);
      this.#number[0] = n;
      this.#running.update(info).update(this.#number);
      const block = new Uint8Array(HASH_BYTES);
      this.#finish(block);
      blocks.push(block);
    }
    this.#forget();
    return blocks;
  }

  #macInto(out: Uint8Array, key: Uint8Array, message: Uint8Array): void {
    this.#setKey(key.length > BLOCK_BYTES ? nobleSha256(key) : key);
    this.#inner._cloneInto(this.#running);
    this.#running.update(message);
    this.#finish(out);
  }

  /** The outer hash of HMAC (RFC 2104) over what has run through the inner one. */
  #finish(out: Uint8Array): void {
    this.#running.digestInto(out);
    this.#outer._cloneInto(this.#running);
    this.#running.update(out).digestInto(out);
  }

  /** The two states of HMAC that have taken in the key, of at most a block. */
  #setKey(key: Uint8Array): void {
    const [front, back] = [this.#front.fill(0x36), this.#back.fill(0x36)];
    for (let i = 0; i < key.length; i++)
      if (i < front.length) front[i]! ^= key[i]!;
      else back[i - front.length]! ^= key[i]!;
    this.#fresh._cloneInto(this.#inner).update(front).update(back);
    for (let i = 0; i < front.length; i++) {
      front[i]! ^= 0x36 ^ 0x5c;
      back[i]! ^= 0x36 ^ 0x5c;
    }
    this.#fresh._cloneInto(this.#outer).update(front).update(back);
  }

  /** They are filled anew before they are used again. */
  #forget(): void {
    this.#inner.destroy();
    this.#outer.destroy();
    this.#running.destroy();
    this.#front.fill(0);
    this.#back.fill(0);
  }
}

let states: HmacStates | undefined;

/**
 * HKDF-Expand with SHA-256: so many times 32 bytes, each an array of its own. The key has 32 bytes,
 * all of them secret.
 */
export function hkdfBlocks(key: Uint8Array, info: Uint8Array, count: number): Uint8Array[] {
  return (states ??= new HmacStates()).blocks(key, info, count);
}

/** HKDF with SHA-256, extract and expand; `length` is up to 8,160. */
export function hkdf(
  ikm: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  return (states ??= new HmacStates()).derive(ikm, salt, info, length);
}

/** HMAC with SHA-256 (RFC 2104), which is HKDF-Extract of the message with the key as salt. */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  return (states ??= new HmacStates()).mac(key, message);
}
