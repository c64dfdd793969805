import { checkNumber } from './argument.js';

/** Time as an argument: algorithms never ask the machine. */
export interface Clock {
  /** Milliseconds since 1970; may jump. */
  now(): number;
  /** Milliseconds since some fixed moment; never goes back. */
  monotonic(): number;
  /**
   * Calls `f` once, after `ms` milliseconds: any finite number, negative ones count as 0.
   *
   * @returns a function that cancels it; calling that late or twice is fine.
   */
  setTimeout(f: () => void, ms: number): () => void;
}

const TIMER_MS_MAX = 0x7fffffff; // a longer setTimeout fires at once, in Node and browsers alike

/**
 * The machine's own clock. Its timers may be longer than the 24.8 days of the platform's.
 *
 * @example
 * systemClock.now() > 1_700_000_000_000; // => true
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (f, ms) => {
    let timer: ReturnType<typeof setTimeout>;
    const wait = (leftMs: number): void => {
      timer =
        leftMs > TIMER_MS_MAX
          ? setTimeout(() => wait(leftMs - TIMER_MS_MAX), TIMER_MS_MAX)
          : setTimeout(f, leftMs);
    };
    wait(Math.max(checkNumber('ms', ms), 0));
    return () => clearTimeout(timer);
  },
};
