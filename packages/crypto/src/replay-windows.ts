import { checkInteger, LimitError } from '@ruvector/core';
import { checkCounter, REPLAY_WINDOW_BITS, type CounterWindow } from './replay-window.js';
import { checkWindowBits, commitIn, isFreshIn, windowWords } from './window-words.js';

/** Windows at a time, unless told. */
export const REPLAY_WINDOWS_MAX = 65_536;
/** Windows that lie in one piece of memory. */
const SLAB_WINDOWS = 256;
/** In place of the upper half of a counter: more than any has, so nothing is fresh there. */
const CLOSED = 0xffff_ffff;

/** How many windows there may be, and how far each reaches. */
export interface ReplayWindowsOptions {
  /** Counters that each accepts behind its highest one, a multiple of 32. @default 2048 */
  readonly bits?: number;
  /** Windows at a time. @default 65_536 */
  readonly windowsMax?: number;
}

/**
 * Replay windows of many senders, side by side in a few large arrays: 268 bytes each, where one of
 * its own objects would take more than twice that. A window is a number, and the caller's to give
 * back.
 *
 * @example
 * const windows = new ReplayWindows();
 * const alice = windows.open();
 * windows.commit(alice, 7); // => true
 * windows.commit(alice, 7); // => false
 * windows.close(alice);
 */
export class ReplayWindows {
  readonly #bits: number;
  readonly #words: number;
  readonly #max: number;
  readonly #slabs: Uint32Array[] = [];
  readonly #free: number[] = [];
  #opened = 0;

  constructor({
    bits = REPLAY_WINDOW_BITS,
    windowsMax = REPLAY_WINDOWS_MAX,
  }: ReplayWindowsOptions = {}) {
    this.#bits = checkWindowBits(bits);
    this.#words = windowWords(bits);
    this.#max = checkInteger('windowsMax', windowsMax, { min: 1, max: 1 << 24 });
  }

  /** Windows that are open. */
  get size(): number {
    return this.#opened - this.#free.length;
  }

  /** A window that has seen nothing. @throws EdgeError `ERR_LIMIT` at `windowsMax` */
  open(): number {
    const known = this.#free.pop();
    if (known !== undefined) {
      this.#slabOf(known)[this.#at(known)] = 0;
      return known;
    }
    if (this.#opened >= this.#max) throw new LimitError('windowsMax', this.#max);
    if (this.#opened % SLAB_WINDOWS === 0)
      this.#slabs.push(new Uint32Array(SLAB_WINDOWS * this.#words));
    return this.#opened++;
  }

  /**
   * Gives a window back: it takes no counter from now on, until `open` hands the number out anew.
   *
   * @throws RangeError if it is not open.
   */
  close(window: number): void {
    const [slab, at] = [this.#slabOf(window), this.#at(window)];
    if (slab[at] === CLOSED) throw new RangeError(`window must be one that is open, got ${window}`);
    slab.fill(0, at, at + this.#words);
    slab[at] = CLOSED;
    this.#free.push(window);
  }

  /** Whether the counter is fresh in that window. Changes nothing. */
  check(window: number, counter: number): boolean {
    checkCounter(counter);
    return isFreshIn(this.#slabOf(window), this.#at(window), this.#bits, counter);
  }

  /** Marks the counter as seen. @returns whether it was fresh until now. */
  commit(window: number, counter: number): boolean {
    checkCounter(counter);
    return commitIn(this.#slabOf(window), this.#at(window), this.#bits, counter);
  }

  /** That window as an object, to open envelopes with; made anew each time, and small. */
  view(window: number): CounterWindow {
    this.#slabOf(window);
    return {
      check: (counter) => this.check(window, counter),
      commit: (counter) => this.commit(window, counter),
    };
  }

  #slabOf(window: number): Uint32Array {
    const slab = this.#slabs[Math.floor(window / SLAB_WINDOWS)];
    if (slab === undefined || !(window >= 0 && window < this.#opened && window % 1 === 0))
      throw new RangeError(`window must be one that is open, got ${window}`);
    return slab;
  }

  #at(window: number): number {
    return (window % SLAB_WINDOWS) * this.#words;
  }
}
