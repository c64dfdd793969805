import type { Clock } from '../clock.js';

/** Waiting with an end: for an event, never for a duration. */
export class Deadline {
  readonly #clock: Clock;
  readonly #ms: number;

  constructor(clock: Clock, ms: number) {
    this.#clock = clock;
    this.#ms = ms;
  }

  /** The promise's own outcome, or an error once the time is over. */
  async within<T>(promise: Promise<T>, what: string): Promise<T> {
    let cancel: () => void = () => undefined;
    const late = new Promise<never>((_, reject) => {
      cancel = this.#clock.setTimeout(() => reject(this.#late(what)), this.#ms);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      cancel();
    }
  }

  /** Repeats `act` after each `pause` until it returns true. */
  async until(act: () => boolean, pause: () => Promise<void>, what: string): Promise<void> {
    const end = this.#clock.monotonic() + this.#ms;
    while (!act()) {
      if (this.#clock.monotonic() > end) throw this.#late(what);
      await this.within(pause(), what);
    }
  }

  /** Resolves after everything that was ready to run has run. */
  turn(): Promise<void> {
    return new Promise((resolve) => this.#clock.setTimeout(resolve, 0));
  }

  #late(what: string): Error {
    return new Error(`${what}: not within ${this.#ms} ms`);
  }
}
