import type { Logger } from '../logger.js';
import type { Unsubscribe } from '../transport.js';

/**
 * The handlers of one event, called in turn; one that throws is logged and disturbs none of the
 * others, as the law of `Transport` asks.
 *
 * @example
 * const listeners = new Listeners<[from: string]>('frame handler', silentLogger);
 * const heard: string[] = [];
 * const remove = listeners.add((from) => heard.push(from));
 * listeners.call('a');
 * remove();
 * listeners.call('b');
 * heard; // => ['a']
 */
export class Listeners<Args extends unknown[]> {
  readonly #entries = new Set<{ readonly call: (...args: Args) => void }>();
  readonly #what: string;
  readonly #logger: Logger;

  /** @param what - what the handlers are called in errors and in the log. */
  constructor(what: string, logger: Logger) {
    this.#what = what;
    this.#logger = logger;
  }

  /** How many are added; 0 means that an event finds nobody. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * The same function may be added twice: each addition has its own way out.
   *
   * @throws TypeError if `call` is not a function.
   */
  add(call: (...args: Args) => void): Unsubscribe {
    if (typeof call !== 'function')
      throw new TypeError(`${this.#what} must be a function, got ${typeof call}`);
    const entry = { call };
    this.#entries.add(entry);
    return () => void this.#entries.delete(entry);
  }

  /** Takes all of them back: from now on nobody is called, not even in a call under way. */
  clear(): void {
    this.#entries.clear();
  }

  /** Calls those that were there at the start and still are when their turn comes. Never throws. */
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
