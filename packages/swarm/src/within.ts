import { TimeoutError, type Clock } from '@ruvector/core';

export interface Within {
  readonly what: string;
  readonly ms: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Waits, but not longer: rejects with `ERR_TIMEOUT` or the signal's reason. The work itself goes
 * on.
 */
export function within<T>(work: Promise<T>, { what, ms, clock, signal }: Within): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => settle(() => reject(signal?.reason));
    const cancel = clock.setTimeout(() => settle(() => reject(new TimeoutError(what, ms))), ms);
    const settle = (then: () => void) => {
      cancel();
      signal?.removeEventListener('abort', onAbort);
      then();
    };
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted) onAbort();
    work.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}
