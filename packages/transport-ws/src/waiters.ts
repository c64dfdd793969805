interface Waiter {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(error: Error): void;
}

/** Promises by key: all who wait for the same thing share one, so asking often costs nothing. */
export class Waiters<Key> {
  readonly #waiters = new Map<Key, Waiter>();

  wait(key: Key): Promise<void> {
    const known = this.#waiters.get(key);
    if (known !== undefined) return known.promise;
    let resolve!: () => void;
    let reject!: (error: Error) => void;
    const promise = new Promise<void>((yes, no) => {
      resolve = yes;
      reject = no;
    });
    promise.catch(() => undefined); // a wait that its caller gave up must not end the process
    this.#waiters.set(key, { promise, resolve, reject });
    return promise;
  }

  resolveIf(fulfilled: (key: Key) => boolean): void {
    for (const [key, waiter] of this.#waiters) {
      if (!fulfilled(key)) continue;
      this.#waiters.delete(key);
      waiter.resolve();
    }
  }

  rejectAll(error: Error): void {
    for (const waiter of this.#waiters.values()) waiter.reject(error);
    this.#waiters.clear();
  }
}
