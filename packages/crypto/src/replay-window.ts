import { checkInteger } from '@ruvector/core';
import { checkWindowBits, commitIn, isFreshIn, windowWords } from './window-words.js';

/** Counters accepted behind the highest one, unless told. */
export const REPLAY_WINDOW_BITS = 2048;

/** Which counters were seen: all that opening an envelope asks of a replay window. */
export interface CounterWindow {
  /** Whether the counter is fresh. Changes nothing. */
  check(counter: number): boolean;
  /**
   * Marks the counter as seen.
   * @returns whether it was fresh until now: of two equal calls one wins.
   */
  commit(counter: number): boolean;
}

/**
 * Remembers which of the newest `bits` message counters were seen, so that none is taken twice.
 * Anything older counts as seen. For many senders see `ReplayWindows`.
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
export class ReplayWindow implements CounterWindow {
  readonly #bits: number;
  readonly #words: Uint32Array;

  constructor(bits = REPLAY_WINDOW_BITS) {
    this.#bits = checkWindowBits(bits);
    this.#words = new Uint32Array(windowWords(bits));
  }

  /** Whether the counter is fresh. Changes nothing. */
  check(counter: number): boolean {
    checkCounter(counter);
    return isFreshIn(this.#words, 0, this.#bits, counter);
  }

  /**
   * Marks the counter as seen.
   * @returns whether it was fresh until now: of two equal calls one wins.
   */
  commit(counter: number): boolean {
    checkCounter(counter);
    return commitIn(this.#words, 0, this.#bits, counter);
  }
}

export function checkCounter(counter: number): void {
  if (!(Number.isSafeInteger(counter) && counter >= 0))
    checkInteger('counter', counter, { min: 0 });
}
