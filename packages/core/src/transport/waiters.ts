interface Waiter {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Promises by key, one for all who wait for the same thing, so that asking often costs nothing:
 * what `ready(to)` and `drain()` of a transport stand on.
 *
 * @example
 * const waiters = new Waiters<string>();
 * const ready = waiters.wait('peer');
 * waiters.wait('peer') === ready; // => true
 * waiters.resolveIf((key) => key === 'peer');
 * await ready;
 */
export class Waiters<Key> {
  readonly #waiters = new Map<Key, Waiter>();

  /** How many keys somebody waits for. */
  get size(): number {
    return this.#waiters.size;
  }

  /** Settles with the next `resolveIf` that fulfils the key, or with `rejectAll`. */
  wait(key: Key): Promise<void> {
    let waiter = this.#waiters.get(key);
    if (waiter === undefined) {
      waiter = open();
      this.#waiters.set(key, waiter);
    }
    return waiter.promise;
  }

  /** Asks about each key once; who waits for one that is fulfilled goes on. */
  resolveIf(fulfilled: (key: Key) => boolean): void {
    for (const [key, waiter] of this.#waiters) {
      if (!fulfilled(key)) continue;
      this.#waiters.delete(key);
      waiter.resolve();
    }
  }

  /** All who wait now fail with `error`; nobody has to hear it. */
  rejectAll(error: Error): void {
    for (const waiter of this.#waiters.values()) waiter.reject(error);
    this.#waiters.clear();
  }
}

function open(): Waiter {
  let resolve!: () => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // A wait that its caller has given up must not bring down the process when `close` rejects it.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
