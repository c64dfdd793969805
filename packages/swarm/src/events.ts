import type { Unsubscribe } from '@ruvector/core';

/** Handlers by event name. A handler that throws does not keep the others from being called. */
export class Events<EventMap extends object> {
  readonly #handlers = new Map<keyof EventMap, Set<(event: never) => void>>();
  readonly #onThrow: (error: unknown) => void;

  constructor(onThrow: (error: unknown) => void) {
    this.#onThrow = onThrow;
  }

  on<K extends keyof EventMap>(event: K, handler: (event: EventMap[K]) => void): Unsubscribe {
    if (typeof handler !== 'function')
      throw new TypeError(`handler must be a function, got ${typeof handler}`);
    const known = this.#handlers.get(event) ?? new Set();
    this.#handlers.set(event, known);
    // one registration is one entry, also when the same function is registered twice
    const entry = (data: never) => handler(data);
    known.add(entry);
    return () => void known.delete(entry);
  }

  emit<K extends keyof EventMap>(event: K, data: EventMap[K]): void {
    for (const handler of [...(this.#handlers.get(event) ?? [])]) {
      try {
        // a handler may be async all the same
        Promise.resolve(handler(data as never)).catch(this.#onThrow);
      } catch (error) {
        this.#onThrow(error);
      }
    }
  }
}
