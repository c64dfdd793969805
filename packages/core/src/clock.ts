/** Time as an argument: algorithms never ask the machine. */
export interface Clock {
  /** Milliseconds since 1970; may jump. */
  now(): number;
  /** Milliseconds since some fixed moment; never goes back. */
  monotonic(): number;
  /** Calls `f` once after `ms` milliseconds. @returns a function that cancels it; calling that late or twice is fine. */
  setTimeout(f: () => void, ms: number): () => void;
}

/**
 * The machine's own clock.
 *
 * @example
 * systemClock.now() > 1_700_000_000_000; // => true
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (f, ms) => {
    const timer = setTimeout(f, ms);
    return () => clearTimeout(timer);
  },
};
