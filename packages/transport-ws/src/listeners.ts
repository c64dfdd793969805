import type { Logger, Unsubscribe } from '@ruvector/core';

/** Handlers that are called in turn; one that throws is logged and disturbs none of the others. */
export class Listeners<Args extends unknown[]> {
  readonly #what: string;
  readonly #logger: Logger;
  /** Replaced on every change, so that a call under way keeps its list. */
  #handlers: readonly ((...args: Args) => void)[] = [];

  constructor(what: string, logger: Logger) {
    this.#what = what;
    this.#logger = logger;
  }

  get size(): number {
    return this.#handlers.length;
  }

  add(handler: (...args: Args) => void): Unsubscribe {
    if (typeof handler !== 'function')
      throw new TypeError(`${this.#what} must be a function, got ${typeof handler}`);
    const own = (...args: Args) => handler(...args); // the same function may be added twice
    this.#handlers = [...this.#handlers, own];
    return () => {
      this.#handlers = this.#handlers.filter((other) => other !== own);
    };
  }

  clear(): void {
    this.#handlers = [];
  }

  call(...args: Args): void {
    for (const handler of this.#handlers) {
      try {
        handler(...args);
      } catch (error) {
        this.#logger.error(`a ${this.#what} threw`, { error });
      }
    }
  }
}
