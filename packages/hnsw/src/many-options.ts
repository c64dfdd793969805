import { checkInteger, checkSignal } from '@ruvector/core';

const THREADS_MAX = 64;

/** How a call on many vectors is done. */
interface CallOptions {
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** What every such call may be told. */
export interface CheckedCall {
  readonly threads: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: CallOptions['onProgress'];
}

/** @throws TypeError or RangeError that names the option. */
export function checkMany({ threads = 1, signal, onProgress }: CallOptions): CheckedCall {
  checkInteger('threads', threads, { min: 1, max: THREADS_MAX });
  checkSignal('options.signal', signal);
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw new TypeError(`onProgress must be a function, got ${typeof onProgress}`);
  return { threads, signal, onProgress };
}
