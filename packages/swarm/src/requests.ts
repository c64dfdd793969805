import {
  LimitError,
  randomBytes,
  TimeoutError,
  toHex,
  type Clock,
  type Entropy,
} from '@ruvector/core';

interface Open<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

const CORRELATION_BYTES = 16;

export interface Question {
  /** What is asked for, in the words of the error when no answer comes. */
  readonly what: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Questions that wait for an answer, by correlation id: a random number, so that nobody guesses it.
 */
export class Requests<T> {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #max: number;
  readonly #open = new Map<string, Open<T>>();

  constructor(clock: Clock, entropy: Entropy, max: number) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#max = max;
  }

  /** @throws LimitError if no more questions may wait, or the signal's reason if it is aborted */
  check(signal?: AbortSignal): void {
    signal?.throwIfAborted();
    if (this.#open.size >= this.#max) throw new LimitError('requestsMax', this.#max);
  }

  /**
   * Sends a question under a new correlation id.
   *
   * @param send - what it rejects with is what the question fails with.
   * @returns the answer. Rejects as well with `ERR_TIMEOUT`, with the signal's reason, with what
   * `reject` is given, and as `check` does; then nothing is sent.
   */
  async ask(question: Question, send: (correlationId: Uint8Array) => Promise<unknown>): Promise<T> {
    this.check(question.signal);
    const correlationId = randomBytes(this.#entropy, CORRELATION_BYTES);
    const answer = this.#wait(question, toHex(correlationId));
    send(correlationId).catch((error: unknown) => this.reject(correlationId, error as Error));
    return answer;
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

  #wait({ what, timeoutMs, signal }: Question, key: string): Promise<T> {
    return new Promise<T>((resolve, reject) => {
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
}
