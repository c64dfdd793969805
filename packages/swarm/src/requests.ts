import { LimitError, TimeoutError, toHex, type Clock } from '@ruvector/core';

interface Open<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

/** Questions that wait for an answer, by correlation id. */
export class Requests<T> {
  readonly #clock: Clock;
  readonly #max: number;
  readonly #open = new Map<string, Open<T>>();

  constructor(clock: Clock, max: number) {
    this.#clock = clock;
    this.#max = max;
  }

  /** @throws LimitError if no more questions may wait, or the signal's reason if it is aborted */
  check(signal?: AbortSignal): void {
    signal?.throwIfAborted();
    if (this.#open.size >= this.#max) throw new LimitError('requestsMax', this.#max);
  }

  /** Rejects with `ERR_TIMEOUT`, with the signal's reason, or with what `reject` is given. */
  wait(
    what: string,
    correlationId: Uint8Array,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<T> {
    const key = toHex(correlationId);
    return new Promise<T>((resolve, reject) => {
      this.check(signal);
      const onAbort = () => settle(() => reject(signal?.reason as Error));
      const cancel = this.#clock.setTimeout(
        () => settle(() => reject(new TimeoutError(what, timeoutMs))),
        timeoutMs,
      );
      const settle = (then: () => void) => {
        if (!this.#open.delete(key)) return;
        cancel();
        signal?.removeEventListener('abort', onAbort);
        then();
      };
      signal?.addEventListener('abort', onAbort);
      this.#open.set(key, {
        resolve: (value) => settle(() => resolve(value)),
        reject: (error) => settle(() => reject(error)),
      });
    });
  }

  resolve(correlationId: Uint8Array, value: T): void {
    this.#open.get(toHex(correlationId))?.resolve(value);
  }

  reject(correlationId: Uint8Array, error: Error): void {
    this.#open.get(toHex(correlationId))?.reject(error);
  }

  rejectAll(error: Error): void {
    for (const open of [...this.#open.values()]) open.reject(error);
  }
}
