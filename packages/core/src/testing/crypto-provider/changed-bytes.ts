import { concatBytes } from '../../bytes.js';

/** Copies of `bytes`, each with one bit flipped: 8 times as many as there are bytes. */
export function* everyBitFlipped(bytes: Uint8Array): Generator<Uint8Array> {
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const copy = bytes.slice();
    copy[bit >> 3]! ^= 1 << (bit & 7);
    yield copy;
  }
}

/**
 * What is left of `bytes` if some are cut off: every number of them at the end, and one at the
 * start.
 */
export function* everyTruncation(bytes: Uint8Array): Generator<Uint8Array> {
  for (let length = 0; length < bytes.length; length++) yield bytes.slice(0, length);
  if (bytes.length > 1) yield bytes.slice(1);
}

/** `bytes` and more: a zero or another byte at either end, a block of zeros, itself once more. */
export function* extensions(bytes: Uint8Array): Generator<Uint8Array> {
  for (const byte of [0, 0x80]) yield concatBytes(bytes, Uint8Array.of(byte));
  yield concatBytes(Uint8Array.of(0), bytes);
  yield concatBytes(bytes, new Uint8Array(16));
  if (bytes.length > 0) yield concatBytes(bytes, bytes);
}

/** `count` copies of `bytes`, each with one bit flipped, from the first byte to the last. */
export function* someBitsFlipped(bytes: Uint8Array, count: number): Generator<Uint8Array> {
  for (let n = 0; n < count; n++) {
    const at = Math.round((n * (bytes.length - 1)) / (count - 1));
    const copy = bytes.slice();
    copy[at]! ^= 1 << (n & 7);
    yield copy;
  }
}

/** What is left of a long array if it is cut, and what it is with something added. */
export function* someOtherLengths(bytes: Uint8Array): Generator<Uint8Array> {
  for (const length of [0, 1, 32, 64, bytes.length >> 1, bytes.length - 1])
    yield bytes.slice(0, length);
  yield bytes.slice(1);
  yield* extensions(bytes);
}
