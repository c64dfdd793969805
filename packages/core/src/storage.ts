/** One step of a batch. */
export type StorageOperation =
  { readonly put: readonly [key: string, bytes: Uint8Array] } | { readonly delete: string };

/**
 * A small keyed byte store.
 *
 * The law: every string is a key, and an absent one is `undefined`; bytes are copied before a call
 * returns, and belong to the caller on the way out, a plain array with a buffer of its own; calls
 * take effect in the order they are made, awaited or not, `keys` at its first step; a batch is all
 * or nothing, its operations one after the other; keys come in ascending order of their UTF-16 code
 * units, and a change during an iteration does not break it: those that stay come once each; what
 * is no key, prefix, bytes or operation is a `TypeError` that names the parameter and changes
 * nothing; what a resolved promise acknowledged survives reopening if `supports.durable`; `close()`
 * may be called twice, resolves when all that was called before is settled, and from then on all
 * else rejects with `ERR_CLOSED`. What returns a promise rejects and never throws.
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
