import { checkInteger } from '@ruvector/core';

const WORD_BITS = 32;
const NEXT_WORDS = 2;
const U32 = 2 ** 32;

/**
 * A replay window as words of a larger array: how many counters there are up to the highest one
 * seen, as two words, then a ring of bits with a word to spare, so that sliding is a matter of
 * clearing whole words (RFC 6479). All zero is a window that has seen nothing.
 */
export function windowWords(bits: number): number {
  return NEXT_WORDS + bits / WORD_BITS + 1;
}

export function checkWindowBits(bits: number): number {
  checkInteger('bits', bits, { min: WORD_BITS, max: 1 << 20 });
  if (bits % WORD_BITS !== 0) throw new RangeError(`bits must be a multiple of 32, got ${bits}`);
  return bits;
}

/** Whether the window at `at` has not seen the counter, and is not past it. */
export function isFreshIn(words: Uint32Array, at: number, bits: number, counter: number): boolean {
  const next = words[at]! * U32 + words[at + 1]!;
  if (counter >= next) return true;
  if (next - 1 - counter >= bits) return false;
  return (words[wordOf(at, bits, counter)]! & (1 << (counter % WORD_BITS))) === 0;
}

/** Marks the counter as seen. @returns whether it was fresh. */
export function commitIn(words: Uint32Array, at: number, bits: number, counter: number): boolean {
  if (!isFreshIn(words, at, bits, counter)) return false;
  const next = words[at]! * U32 + words[at + 1]!;
  if (counter >= next) slideTo(words, at, bits, next, counter);
  words[wordOf(at, bits, counter)]! |= 1 << (counter % WORD_BITS);
  return true;
}

function slideTo(
  words: Uint32Array,
  at: number,
  bits: number,
  next: number,
  counter: number,
): void {
  const ring = bits / WORD_BITS + 1;
  const first = at + NEXT_WORDS;
  const to = Math.floor(counter / WORD_BITS);
  const from = Math.floor((next - 1) / WORD_BITS); // −1 before the first: its word is clear
  for (let block = Math.max(from + 1, to - ring + 1); block <= to; block++)
    words[first + (block % ring)] = 0;
  words[at] = Math.floor((counter + 1) / U32);
  words[at + 1] = (counter + 1) % U32;
}

function wordOf(at: number, bits: number, counter: number): number {
  return at + NEXT_WORDS + (Math.floor(counter / WORD_BITS) % (bits / WORD_BITS + 1));
}
