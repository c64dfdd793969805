import { toHex, type Clock } from '@ruvector/core';

import type { TaskResultBody } from './task-result.js';

/** `full`: there is no room for it now. `gone`: the assigner cannot be reached. */
export type Sent = 'taken' | 'full' | 'gone';

/** Results kept for assigners that cannot be reached, bytes; the oldest are forgotten. */
const UNSENT_BYTES_MAX = 16 << 20;
/** What a kept result takes beside its output, about: a receipt and its bookkeeping. */
const AROUND_OUTPUT_BYTES = 2048;
/** Where there was no room, it is tried again after this. */
const RETRY_MS = 500;
/** A result that could not be sent this often for another reason than room is sent as a failure. */
const ERRORS_MAX = 2;

export interface ResultToSend {
  readonly assigner: string;
  readonly taskId: Uint8Array;
  readonly result: TaskResultBody;
  /** What is sent instead of a result that cannot be sent. */
  readonly failure: (error: unknown) => TaskResultBody;
}

export interface UnsentOptions {
  readonly clock: Clock;
  readonly send: (assigner: string, taskId: Uint8Array, result: TaskResultBody) => Promise<Sent>;
  readonly onError: (error: unknown) => void;
  /** @default 16 MiB */
  readonly roomBytes?: number;
}

interface Unsent extends ResultToSend {
  readonly key: string;
  isSending: boolean;
  /** 0 until it is kept for an assigner that cannot be reached. */
  keptBytes: number;
  /** Ends the wait for room. */
  wake: () => void;
}

/**
 * Results of finished tasks until a transport has taken them. One for which there is no room is
 * tried again and again; one whose assigner cannot be reached is kept until that is back.
 */
export class UnsentResults {
  readonly #o: UnsentOptions;
  readonly #roomBytes: number;
  /** By assigner and task, the oldest first. */
  readonly #unsent = new Map<string, Unsent>();
  #keptBytes = 0;

  constructor(options: UnsentOptions) {
    this.#o = options;
    this.#roomBytes = options.roomBytes ?? UNSENT_BYTES_MAX;
  }

  has(assigner: string, taskIdHex: string): boolean {
    return this.#unsent.has(keyOf(assigner, taskIdHex));
  }

  /**
   * Resolves when the result is taken, kept, or not wanted any more. Rejects if not even a failure
   * can be sent.
   */
  async send(given: ResultToSend): Promise<void> {
    const key = keyOf(given.assigner, toHex(given.taskId));
    const unsent: Unsent = { ...given, key, isSending: true, keptBytes: 0, wake: () => undefined };
    this.#unsent.set(key, unsent);
    await this.#deliver(unsent);
  }

  /** The assigner is there again, or has asked for this one. */
  resend(assigner: string, taskIdHex?: string): void {
    for (const unsent of this.#of(assigner, taskIdHex))
      if (!unsent.isSending) this.#deliver(unsent).catch(this.#o.onError);
  }

  /** Nobody wants it any more. */
  withdraw(assigner: string, taskIdHex?: string): void {
    for (const unsent of this.#of(assigner, taskIdHex)) this.#forget(unsent);
  }

  close(): void {
    for (const unsent of this.#unsent.values()) this.#forget(unsent);
  }

  *#of(assigner: string, taskIdHex?: string): IterableIterator<Unsent> {
    for (const unsent of this.#unsent.values())
      if (unsent.assigner === assigner)
        if (taskIdHex === undefined || unsent.key === keyOf(assigner, taskIdHex)) yield unsent;
  }

  async #deliver(unsent: Unsent): Promise<void> {
    let { result } = unsent;
    let errors = 0;
    unsent.isSending = true;
    while (this.#isOpen(unsent)) {
      try {
        const sent = await this.#o.send(unsent.assigner, unsent.taskId, result);
        if (sent === 'taken') return this.#forget(unsent);
        if (sent === 'gone') return this.#keep(unsent);
        if (this.#isOpen(unsent)) await this.#room(unsent);
      } catch (error) {
        errors += 1; // the first may be the fault of a frame before it
        if (errors === ERRORS_MAX) result = unsent.failure(error);
        if (errors <= ERRORS_MAX) continue;
        this.#forget(unsent);
        throw error;
      }
    }
  }

  #isOpen(unsent: Unsent): boolean {
    return this.#unsent.get(unsent.key) === unsent;
  }

  #room(unsent: Unsent): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#o.clock.setTimeout(resolve, RETRY_MS);
      unsent.wake = () => {
        cancel();
        resolve();
      };
    });
  }

  #keep(unsent: Unsent): void {
    unsent.isSending = false;
    if (!this.#isOpen(unsent) || unsent.keptBytes > 0) return;
    unsent.keptBytes = unsent.result.output.length + AROUND_OUTPUT_BYTES;
    this.#keptBytes += unsent.keptBytes;
    for (const other of this.#unsent.values()) {
      if (this.#keptBytes <= this.#roomBytes) return;
      if (other.keptBytes > 0) this.#forget(other);
    }
  }

  #forget(unsent: Unsent): void {
    if (!this.#isOpen(unsent)) return;
    this.#unsent.delete(unsent.key);
    this.#keptBytes -= unsent.keptBytes;
    unsent.wake();
  }
}

function keyOf(assigner: string, taskIdHex: string): string {
  return `${assigner} ${taskIdHex}`;
}
