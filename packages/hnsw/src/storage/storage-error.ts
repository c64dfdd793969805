import { EdgeError, isEdgeError } from '@ruvector/core';

/** Why a storage could not do what it was asked for; `docs/errors.md` says what to do. */
export type StorageErrorCode =
  | 'ERR_STORAGE_FULL'
  | 'ERR_STORAGE_ACCESS'
  | 'ERR_STORAGE_STALE'
  | 'ERR_STORAGE_UNSUPPORTED'
  | 'ERR_STORAGE_FAILED';

/** The platform's names, of Node and of browsers, for what has a code of its own here. */
const CODES: Readonly<Record<string, StorageErrorCode>> = {
  ENOSPC: 'ERR_STORAGE_FULL',
  EDQUOT: 'ERR_STORAGE_FULL',
  EFBIG: 'ERR_STORAGE_FULL',
  QuotaExceededError: 'ERR_STORAGE_FULL',
  EACCES: 'ERR_STORAGE_ACCESS',
  EPERM: 'ERR_STORAGE_ACCESS',
  EROFS: 'ERR_STORAGE_ACCESS',
  NotAllowedError: 'ERR_STORAGE_ACCESS',
  NoModificationAllowedError: 'ERR_STORAGE_ACCESS',
  SecurityError: 'ERR_STORAGE_ACCESS',
};

/**
 * A disk or a browser did not do what a storage asked of it.
 *
 * `details`: `place`, the folder or database, and `reason`, the platform's code or name for it,
 * such as `ENOSPC` or `QuotaExceededError`. What it said itself is the `cause`.
 */
export class StorageError extends EdgeError {
  override readonly name = 'StorageError';
  override readonly code: StorageErrorCode;
  constructor(code: StorageErrorCode, place: string, reason: string, options?: ErrorOptions) {
    super(`storage ${place}: ${reason}`, { details: { place, reason }, ...options });
    this.code = code;
  }
}

/** Another storage has changed what is kept at `place`. */
export const staleError = (place: string): StorageError =>
  new StorageError(
    'ERR_STORAGE_STALE',
    place,
    'was changed by another storage since it was opened',
  );

/** What the platform threw, as one of ours. */
function storageError(place: string, cause: unknown): Error {
  if (isEdgeError(cause)) return cause;
  const reason = reasonOf(cause);
  const code = Object.hasOwn(CODES, reason) ? CODES[reason]! : 'ERR_STORAGE_FAILED';
  return new StorageError(code, place, reason, { cause });
}

/** What `act` resolves to; what it throws becomes one of ours. */
export async function attempt<T>(place: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw storageError(place, cause);
  }
}

/** What the platform calls it: Node says it in `code`, a browser in `name`. */
export function reasonOf(cause: unknown): string {
  const { code, name } = (cause ?? {}) as { code?: unknown; name?: unknown };
  if (typeof code === 'string') return code;
  return typeof name === 'string' ? name : String(cause);
}
