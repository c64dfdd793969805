import { checkNumber } from '../argument.js';
import type { Clock } from '../clock.js';
import { LimitError } from '../errors.js';
import { Heap } from '../heap.js';

interface Timer {
  readonly dueMs: number;
  readonly sequence: number;
  run: (() => void) | undefined;
}

const TIMERS_AT_ONE_MOMENT_MAX = 1_000_000;

/**
 * A clock that stands still until it is told to advance, for tests and simulations.
 *
 * @example
 * const clock = new ManualClock();
 * const seen: number[] = [];
 * clock.setTimeout(() => seen.push(clock.monotonic()), 20);
 * clock.setTimeout(() => seen.push(clock.monotonic()), 10);
 * clock.advance(15);
 * seen; // => [10]
 * clock.pending; // => 1
 */
export class ManualClock implements Clock {
  #elapsedMs = 0;
  #startMs: number;
  #sequence = 0;
  #cancelled = 0;
  #timers = new Heap<Timer>(earlier);

  /** @param startMs - what `now()` says at first, milliseconds since 1970. */
  constructor(startMs = 1_700_000_000_000) {
    this.#startMs = checkNumber('startMs', startMs);
  }

  now(): number {
    return this.#startMs + this.#elapsedMs;
  }

  monotonic(): number {
    return this.#elapsedMs;
  }

  setTimeout(f: () => void, ms: number): () => void {
    const dueMs = this.#elapsedMs + Math.max(0, checkNumber('ms', ms));
    const timer: Timer = { dueMs, sequence: this.#sequence++, run: f };
    this.#timers.push(timer);
    return () => {
      if (timer.run === undefined) return;
      timer.run = undefined;
      this.#cancelled++;
      if (this.#cancelled > 64 && 2 * this.#cancelled > this.#timers.size) this.#sweep();
    };
  }

  /** How many timers are waiting. */
  get pending(): number {
    return this.#timers.size - this.#cancelled;
  }

  /** Moves `now()`, but no timer: what a machine does when somebody sets its clock. */
  jump(ms: number): void {
    this.#startMs += checkNumber('ms', ms);
  }

  /**
   * Lets `ms` milliseconds pass and runs the timers that fall due, earliest first, those set
   * meanwhile included. What a timer throws comes out here, and the clock stays at that moment.
   *
   * @throws LimitError `ERR_LIMIT` if over a million timers run without time moving: they call each
   *   other.
   */
  advance(ms: number): void {
    const endMs = this.#elapsedMs + checkNumber('ms', ms, { min: 0 });
    let momentMs = this.#elapsedMs;
    for (let runs = 1; this.#runNext(endMs); runs++) {
      if (momentMs !== this.#elapsedMs) runs = 1;
      momentMs = this.#elapsedMs;
      if (runs > TIMERS_AT_ONE_MOMENT_MAX)
        throw new LimitError('timers at one moment', TIMERS_AT_ONE_MOMENT_MAX);
    }
    this.#elapsedMs = Math.max(this.#elapsedMs, endMs);
  }

  /**
   * Like `advance`, but before each moment at which timers are due, and at the end, everything that
   * promises have made ready runs first.
   */
  async advanceAsync(ms: number): Promise<void> {
    const endMs = this.#elapsedMs + checkNumber('ms', ms, { min: 0 });
    const { port1, port2 } = new MessageChannel();
    // A message is a task, so every microtask runs before it; a chain of any length has its turn.
    const turn = () =>
      new Promise<void>((resolve) => {
        port1.onmessage = () => resolve();
        port2.postMessage(0);
      });
    try {
      await turn();
      for (let next = this.#next(); next && next.dueMs <= endMs; next = this.#next()) {
        this.advance(Math.max(0, next.dueMs - this.#elapsedMs));
        await turn();
      }
      this.#elapsedMs = Math.max(this.#elapsedMs, endMs);
    } finally {
      port1.close();
    }
  }

  /** The earliest timer that was not cancelled. */
  #next(): Timer | undefined {
    while (this.#timers.top !== undefined && this.#timers.top.run === undefined) {
      this.#timers.pop();
      this.#cancelled--;
    }
    return this.#timers.top;
  }

  #runNext(endMs: number): boolean {
    const timer = this.#next();
    if (timer === undefined || timer.dueMs > endMs) return false;
    this.#timers.pop();
    this.#elapsedMs = Math.max(this.#elapsedMs, timer.dueMs);
    const run = timer.run!;
    timer.run = undefined; // cancelling it from now on does nothing
    run();
    return true;
  }

  #sweep(): void {
    const waiting = this.#timers.items.filter((timer) => timer.run !== undefined);
    this.#timers = new Heap<Timer>(earlier);
    for (const timer of waiting) this.#timers.push(timer);
    this.#cancelled = 0;
  }
}

function earlier(a: Timer, b: Timer): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.sequence < b.sequence);
}
