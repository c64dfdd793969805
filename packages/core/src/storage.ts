/** One step of a batch. */
export type StorageOperation =
  { readonly put: readonly [key: string, bytes: Uint8Array] } | { readonly delete: string };

/**
 * A small keyed byte store.
 *
 * The law: an absent key is `undefined`; bytes are copied on the way in and belong to the caller on
 * the way out; a batch is all or nothing; keys come in ascending order of their UTF-16 code units,
 * and a change during an iteration does not break it; what a resolved promise acknowledged survives
 * reopening if `supports.durable`; after `close()`, which may be called twice, all else rejects
 * with `ERR_CLOSED`.
 */
export interface Storage {
  /** What this store promises beyond the rest of the law; a suite leaves out what is false. */
  readonly supports: { readonly durable: boolean };
  /** The bytes under the key, a copy; `undefined` if there are none. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Replaces what was there. The bytes are copied before this returns. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Also resolves if there was nothing under the key. */
  delete(key: string): Promise<void>;
  /** Steps in order, all or none of them; a later one may undo an earlier one. */
  batch(operations: readonly StorageOperation[]): Promise<void>;
  /** Keys that start with `prefix`. @default '', which is all of them */
  keys(prefix?: string): AsyncIterable<string>;
  /** Releases what the store holds open. What it keeps stays. */
  close(): Promise<void>;
}
