/** One step of a batch. */
export type StorageOperation =
  { readonly put: readonly [key: string, bytes: Uint8Array] } | { readonly delete: string };

/**
 * A small keyed byte store.
 *
 * The law: an absent key is `undefined`; bytes are copied on the way in and belong to the caller on
 * the way out; a batch is all or nothing; keys come in ascending order of their UTF-16 code units,
 * and a change during an iteration does not break it; what a resolved promise acknowledged survives
 * reopening if `supports.durable`; after `close()`, which may be called twice, all else rejects with
 * `ERR_CLOSED`.
 */
export interface Storage {
  readonly supports: { readonly durable: boolean };
  get(key: string): Promise<Uint8Array | undefined>;
  put(key: string, bytes: Uint8Array): Promise<void>;
  delete(key: string): Promise<void>;
  batch(operations: readonly StorageOperation[]): Promise<void>;
  keys(prefix?: string): AsyncIterable<string>;
  close(): Promise<void>;
}
