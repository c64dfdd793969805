import type { Logger, Unsubscribe } from '@ruvector/core';

/** Handlers that are called in turn; one that throws is logged and disturbs none of the others. */
export class Listeners<Args extends unknown[]> {
  readonly #what: string;
  readonly #logger: Logger;
  readonly #entries = new Set<{ readonly call: (...args: Args) => void }>();

  constructor(what: string, logger: Logger) {
    this.#what = what;
    this.#logger = logger;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The same function may be added twice: each addition has its own way out. */
  add(call: (...args: Args) => void): Unsubscribe {
    if (typeof call !== 'function')
      throw new TypeError(`${this.#what} must be a function, got ${typeof call}`);
    const entry = { call };
    this.#entries.add(entry);
    return () => void this.#entries.delete(entry);
  }

  clear(): void {
    this.#entries.clear();
  }

  /** Calls those that were there at the start and still are when their turn comes. */
  call(...args: Args): void {
    for (const entry of [...this.#entries]) {
      if (!this.#entries.has(entry)) continue;
      try {
        entry.call(...args);
      } catch (error) {
        this.#logger.error(`a ${this.#what} threw`, { error });
      }
    }
  }
}
