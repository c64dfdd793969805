import { checkString } from '@ruvector/core';

import { requestDigest, type CheckedTask } from './task-request.js';
import type { TaskHandle } from './task.js';

const IDEMPOTENT_CHARS_MAX = 256;
/** Results kept for a task that is submitted once more, as bytes on the wire. */
const KEPT_BYTES_MAX = 64 << 20;
/** What a settled task takes without its result, about: a receipt and promises. */
const SETTLED_BYTES = 2048;

interface Kept {
  readonly digest: string;
  readonly handle: TaskHandle;
  /** 0 while it is open. */
  bytes: number;
}

/**
 * Tasks by the key their submitter gave them, so that none is done twice. The oldest are forgotten
 * first.
 */
export class IdempotencyKeys {
  readonly #keysMax: number;
  readonly #bytesMax: number;
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  constructor(keysMax: number, bytesMax = KEPT_BYTES_MAX) {
    this.#keysMax = keysMax;
    this.#bytesMax = bytesMax;
  }

  /**
   * @returns the task that was submitted with this key.
   * @throws TypeError, RangeError for a bad key, RangeError if that was another task
   */
  find(key: string, request: CheckedTask): TaskHandle | undefined {
    checkString('idempotencyKey', key, { min: 1, max: IDEMPOTENT_CHARS_MAX });
    const kept = this.#kept.get(key);
    if (kept && kept.digest !== requestDigest(request))
      throw new RangeError(
        `idempotencyKey must be new for another task, got ${JSON.stringify(key)} once more`,
      );
    return kept?.handle;
  }

  remember(key: string, request: CheckedTask, handle: TaskHandle): void {
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= this.#keysMax && oldest !== undefined) this.#forget(oldest);
    this.#kept.set(key, { digest: requestDigest(request), handle, bytes: 0 });
  }

  /** @param resultBytes - of the result that its handle keeps from now on. */
  settled(key: string, taskId: string, resultBytes: number): void {
    const kept = this.#kept.get(key);
    if (kept?.handle.id !== taskId) return; // forgotten meanwhile
    kept.bytes = resultBytes + SETTLED_BYTES;
    this.#bytes += kept.bytes;
    for (const [other, { bytes }] of this.#kept) {
      if (this.#bytes <= this.#bytesMax) return;
      if (bytes > 0) this.#forget(other);
    }
  }

  /** Nobody has done the task: with this key it may be submitted once more, or another one. */
  release(key: string, taskId: string): void {
    if (this.#kept.get(key)?.handle.id === taskId) this.#forget(key);
  }

  #forget(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0;
    this.#kept.delete(key);
  }
}
