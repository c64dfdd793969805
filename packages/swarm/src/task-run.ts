import { LimitError, TimeoutError, toWire, type Clock, type Json } from '@ruvector/core';

import { decodeValue, encodeValue, type Assignment, type Value } from './assignment.js';
import type { Executor, Task } from './task.js';

export type ReceiptStatus = 'Success' | 'Error' | 'Timeout' | 'OutOfMemory';

export interface Outcome {
  readonly status: ReceiptStatus;
  /** As `encodeValue` makes it; the error as wire data unless `status` is `Success`. */
  readonly output: Uint8Array;
}

/** A progress note has at most this many characters; the rest is left out. */
const NOTE_CHARS_MAX = 256;
/** Room for an error as wire data: `toWire` keeps 1,024 characters of a message. */
const ERROR_BYTES_MAX = 16 << 10;

/** One assignment, from its arrival to the end of its executor. */
export class TaskRun {
  readonly assignment: Assignment;
  readonly taskId: Uint8Array;
  readonly executor: Executor;
  /** Its executor goes on although its signal was aborted some time ago. */
  isStuck = false;
  /** Nobody wants to know any more what comes of it. */
  isWithdrawn = false;
  readonly #input: Uint8Array;
  readonly #abort = new AbortController();

  constructor(
    assignment: Assignment,
    { taskId, input, executor }: { taskId: Uint8Array; input: Uint8Array; executor: Executor },
  ) {
    this.assignment = assignment;
    this.taskId = taskId;
    this.executor = executor;
    this.#input = input;
  }

  /** Timed out or withdrawn. */
  get isAborted(): boolean {
    return this.#abort.signal.aborted;
  }

  withdraw(reason: string): void {
    this.isWithdrawn = true;
    this.#abort.abort(new DOMException(reason, 'AbortError'));
  }

  /**
   * Calls the executor.
   *
   * @returns `outcome`: resolves at its end, at the timeout, or with `undefined` when withdrawn;
   * `ended`: resolves when the executor has really ended, which may be later. Neither rejects.
   */
  start(
    clock: Clock,
    onProgress: (fraction: number, note: string | undefined) => void,
  ): { readonly outcome: Promise<Outcome | undefined>; readonly ended: Promise<void> } {
    const work = this.#work(onProgress).then(
      (value) => encodeResult(value, this.assignment.output_bytes_max),
      // what comes of an abort says nothing new
      (error: unknown) => (this.isAborted ? this.#abortOutcome() : failed('Error', error)),
    );
    const cancelTimer = this.#armTimeout(clock);
    const outcome = Promise.race([work, this.#aborted()]).finally(cancelTimer);
    return { outcome, ended: work.then(() => undefined) };
  }

  async #work(onProgress: (fraction: number, note: string | undefined) => void): Promise<Value> {
    const { assignment, executor } = this;
    const { signal } = this.#abort;
    const task: Task = {
      id: assignment.task_id,
      description: assignment.description,
      type: assignment.type ?? undefined,
      capability: assignment.capability ?? undefined,
      input: decodeValue(this.#input),
      attempt: assignment.attempt,
      assigner: assignment.assigner,
    };
    const progress = (fraction: number, note?: string) => {
      if (!(fraction >= 0 && fraction <= 1))
        throw new RangeError(`fraction must be from 0 to 1, got ${fraction}`);
      if (!signal.aborted) onProgress(fraction, note?.slice(0, NOTE_CHARS_MAX));
    };
    const value = await executor(task, { signal, progress });
    if (value === undefined) throw new TypeError('the executor returned undefined');
    return value;
  }

  #armTimeout(clock: Clock): () => void {
    const { timeout_ms: timeoutMs } = this.assignment;
    const onTimeout = () => this.#abort.abort(new TimeoutError('the executor', timeoutMs));
    return clock.setTimeout(onTimeout, timeoutMs);
  }

  async #aborted(): Promise<Outcome | undefined> {
    const { signal } = this.#abort;
    if (!signal.aborted)
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    return this.#abortOutcome();
  }

  #abortOutcome(): Outcome | undefined {
    return this.isWithdrawn ? undefined : failed('Timeout', this.#abort.signal.reason);
  }
}

/**
 * What cannot be sent as it is becomes an error: the task has then failed, and its assigner hears
 * why.
 */
function encodeResult(value: Value, bytesMax: number): Outcome {
  try {
    const output = encodeValue(value, bytesMax);
    if (output.length - 1 > bytesMax) throw new LimitError('budgets.outputBytesMax', bytesMax);
    return { status: 'Success', output };
  } catch (error) {
    return failed('Error', error);
  }
}

/** What comes of a task that ended with this error. */
export function failed(status: ReceiptStatus, error: unknown): Outcome {
  return { status, output: encodeError(error) };
}

/**
 * Without details, which may not be JSON; of what cannot even be looked at, only that it was
 * thrown.
 */
function encodeError(error: unknown): Uint8Array {
  const encode = (thrown: unknown) =>
    encodeValue({ ...toWire(thrown), details: {} } as Json, ERROR_BYTES_MAX);
  try {
    return encode(error);
  } catch {
    return encode('an error that cannot be told');
  }
}
