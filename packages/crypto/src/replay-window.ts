import { checkInteger } from '@ruvector/core';

const WORD_BITS = 32;
/** Counters accepted behind the highest one, unless told. */
export const REPLAY_WINDOW_BITS = 2048;

/**
 * Remembers which of the newest `bits` message counters were seen, so that none is taken twice.
 * Anything older counts as seen. Sliding is a matter of clearing whole words: a ring of bit blocks
 * with one block to spare.
 *
 * @param bits - counters accepted behind the highest one, a multiple of 32 up to 1,048,576.
 * @default bits 2048
 * @throws TypeError, RangeError for a counter that is not an integer from 0 to 2^53 − 1.
 * @example
 * const window = new ReplayWindow();
 * window.commit(7); // => true
 * window.commit(7); // => false
 * window.check(6); // => true
 * @see RFC 6479, "IPsec Anti-Replay Algorithm without Bit Shifting"
 */
export class ReplayWindow {
  readonly #bits: number;
  readonly #words: Uint32Array;
  #highest = -1;

  constructor(bits = REPLAY_WINDOW_BITS) {
    checkInteger('bits', bits, { min: WORD_BITS, max: 1 << 20 });
    if (bits % WORD_BITS !== 0) throw new RangeError(`bits must be a multiple of 32, got ${bits}`);
    this.#bits = bits;
    this.#words = new Uint32Array(bits / WORD_BITS + 1);
  }

  /** Whether the counter is fresh. Changes nothing. */
  check(counter: number): boolean {
    checkCounter(counter);
    if (counter > this.#highest) return true;
    if (this.#highest - counter >= this.#bits) return false;
    const word = this.#words[this.#wordOf(counter)]!;
    return (word & (1 << (counter % WORD_BITS))) === 0;
  }

  /**
   * Marks the counter as seen.
   * @returns whether it was fresh until now: of two equal calls one wins.
   */
  commit(counter: number): boolean {
    if (!this.check(counter)) return false;
    if (counter > this.#highest) this.#slideTo(counter);
    this.#words[this.#wordOf(counter)]! |= 1 << (counter % WORD_BITS);
    return true;
  }

  #slideTo(counter: number): void {
    const words = this.#words.length;
    const from = Math.floor(this.#highest / WORD_BITS); // −1 before the first: its word is clear
    const to = Math.floor(counter / WORD_BITS);
    for (let block = Math.max(from + 1, to - words + 1); block <= to; block++)
      this.#words[block % words] = 0;
    this.#highest = counter;
  }

  #wordOf(counter: number): number {
    return Math.floor(counter / WORD_BITS) % this.#words.length;
  }
}

function checkCounter(counter: number): void {
  if (!(Number.isSafeInteger(counter) && counter >= 0))
    checkInteger('counter', counter, { min: 0 });
}
