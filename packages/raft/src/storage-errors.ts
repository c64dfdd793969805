import { EdgeError, isEdgeError } from '@ruvector/core';

/**
 * The disk or the browser did not do what was asked, and nobody knows what it has kept: the storage
 * does nothing more, and the member must stop. `details`: `place`, and `reason`, the platform's
 * code, such as `ENOSPC`, `EIO` or `QuotaExceededError`.
 *
 * @example
 * new StorageFailedError('raft', 'EIO').message; // => 'storage raft failed: EIO'
 */
export class StorageFailedError extends EdgeError {
  override readonly name = 'StorageFailedError';
  override readonly code = 'ERR_RAFT_STORAGE_FAILED';
  constructor(place: string, reason: string, options?: ErrorOptions) {
    super(`storage ${place} failed: ${reason}`, { details: { place, reason }, ...options });
  }
}

/**
 * Bytes that were stored are not what they were. Nothing is given back: a member that forgets what
 * it has acknowledged breaks the cluster. `details`: `place`, `reason`.
 *
 * @example
 * new LogCorruptError('raft', 'entry 7: wrong checksum').code; // => 'ERR_RAFT_LOG_CORRUPT'
 */
export class LogCorruptError extends EdgeError {
  override readonly name = 'LogCorruptError';
  override readonly code = 'ERR_RAFT_LOG_CORRUPT';
  constructor(place: string, reason: string, options?: ErrorOptions) {
    super(`storage ${place} is damaged: ${reason}`, { details: { place, reason }, ...options });
  }
}

/**
 * Another storage has the same folder or database open.
 *
 * @example
 * new StorageLockedError('raft').message; // => 'storage raft is open already'
 */
export class StorageLockedError extends EdgeError {
  override readonly name = 'StorageLockedError';
  override readonly code = 'ERR_RAFT_STORAGE_LOCKED';
  constructor(place: string, options?: ErrorOptions) {
    super(`storage ${place} is open already`, { details: { place }, ...options });
  }
}

/**
 * This platform has no such storage.
 *
 * @example
 * new StorageUnsupportedError('raft', 'no IndexedDB').message; // => 'storage raft: no IndexedDB'
 */
export class StorageUnsupportedError extends EdgeError {
  override readonly name = 'StorageUnsupportedError';
  override readonly code = 'ERR_RAFT_STORAGE_UNSUPPORTED';
  constructor(place: string, reason: string, options?: ErrorOptions) {
    super(`storage ${place}: ${reason}`, { details: { place, reason }, ...options });
  }
}

/** What the platform threw, as one of ours. */
export function failedError(place: string, cause: unknown): EdgeError {
  if (isEdgeError(cause)) return cause;
  return new StorageFailedError(place, reasonOf(cause), { cause });
}

/** What `act` resolves to; what it throws becomes one of ours. */
export async function attempt<T>(place: string, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw failedError(place, cause);
  }
}

/** What the platform calls it: Node says it in `code`, a browser in `name`. */
export function reasonOf(cause: unknown): string {
  const { code, name, message } = (cause ?? {}) as Record<string, unknown>;
  if (typeof code === 'string') return code;
  return name === 'Error' ? String(message) : String(name ?? cause);
}
