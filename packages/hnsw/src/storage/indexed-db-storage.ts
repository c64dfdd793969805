import {
  checkBytes,
  checkString,
  checkText,
  ClosedError,
  type Storage,
  type StorageOperation,
} from '@ruvector/core';
import { changesOf, copyOf, type Changes } from './changes.js';
import { openDatabase, resultOf, transact, type Stores } from './database.js';
import { prefixRange } from './prefix-range.js';
import { attempt, staleError } from './storage-error.js';
import { readValue, removeValue, writeValue } from './value-parts.js';

/**
 * A `Storage` in an IndexedDB database, for browsers and their workers.
 *
 * A call is one transaction, and so is a batch; what it acknowledged was flushed to the disk, as
 * far as the browser does that. Several storages, tabs and workers may use one database at a time:
 * their calls come one after the other, and each sees what the others did. If the database is
 * deleted, or opened by another program with a higher version, this storage lets it go, and its
 * calls are `ERR_STORAGE_STALE` from then on. A full disk or quota is `ERR_STORAGE_FULL` and leaves
 * all as it was. A browser may delete what a site keeps when room is short, unless
 * `navigator.storage.persist()` was granted.
 *
 * @example
 * if ('indexedDB' in globalThis) {
 *   const storage = await IndexedDbStorage.open('search');
 *   await storage.put('index', Uint8Array.of(1, 2, 3));
 *   await storage.get('index'); // => Uint8Array.of(1, 2, 3)
 *   await storage.close();
 * }
 */
export class IndexedDbStorage implements Storage {
  readonly supports = { durable: true };
  readonly #name: string;
  readonly #database: IDBDatabase;
  readonly #pending = new Set<Promise<unknown>>();
  #isClosed = false;
  #isLost = false;

  private constructor(name: string, database: IDBDatabase) {
    this.#name = name;
    this.#database = database;
    database.onversionchange = () => {
      this.#isLost = true;
      database.close(); // or whoever deletes or upgrades it would wait for us
    };
    database.onclose = () => {
      this.#isLost = true; // by the browser, such as when the user clears what the site keeps
    };
  }

  /**
   * Opens a database, and makes it if it is not there. `ERR_STORAGE_UNSUPPORTED` where there is no
   * IndexedDB, such as in Node.
   *
   * @param name - of the database, in this origin; one that others made is `ERR_MALFORMED`.
   */
  static async open(name: string): Promise<IndexedDbStorage> {
    checkText('name', name, { min: 1 });
    return new this(name, await openDatabase(name));
  }

  /** The bytes under the key. */
  async get(key: string): Promise<Uint8Array | undefined> {
    this.#refuseClosed();
    checkString('key', key);
    return this.#call('readonly', (stores) => readValue(stores, key, this.#name));
  }

  /** The browser copies the bytes before this returns. */
  async put(key: string, bytes: Uint8Array): Promise<void> {
    this.#refuseClosed();
    checkString('key', key);
    return this.#change(new Map([[key, cloneable(checkBytes('bytes', bytes))]]));
  }

  /** Of an absent key too. */
  async delete(key: string): Promise<void> {
    this.#refuseClosed();
    return this.#change(new Map([[checkString('key', key), undefined]]));
  }

  /** All in one transaction. */
  async batch(operations: readonly StorageOperation[]): Promise<void> {
    this.#refuseClosed();
    return this.#change(changesOf(operations, cloneable));
  }

  /** The keys that exist at the first step. */
  async *keys(prefix = ''): AsyncIterable<string> {
    this.#refuseClosed();
    const range = prefixRange(checkString('prefix', prefix));
    const found = await this.#call('readonly', ({ values }) => resultOf(values.getAllKeys(range)));
    for (const key of found) {
      this.#refuseClosed();
      yield key as string;
    }
  }

  /** Waits for what was begun. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#pending);
    this.#database.close();
  }

  #change(changes: Changes): Promise<void> {
    return this.#call('readwrite', async (stores) => {
      for (const [key, bytes] of changes)
        if (bytes === undefined) removeValue(stores, key);
        else writeValue(stores, key, bytes);
    });
  }

  #call<T>(mode: IDBTransactionMode, act: (stores: Stores) => Promise<T>): Promise<T> {
    if (this.#isLost) return Promise.reject(staleError(this.#name));
    const done = attempt(this.#name, () => transact(this.#database, mode, act));
    this.#pending.add(done);
    const settled = () => void this.#pending.delete(done);
    done.then(settled, settled);
    return done;
  }

  #refuseClosed(): void {
    if (this.#isClosed) throw new ClosedError('storage');
  }
}

/**
 * Bytes as structured clone should see them: it takes the whole buffer behind a view, and none that
 * threads share.
 */
function cloneable(bytes: Uint8Array): Uint8Array {
  const { buffer } = bytes;
  const isWhole =
    buffer instanceof ArrayBuffer &&
    buffer.byteLength === bytes.byteLength &&
    (buffer as { resizable?: boolean }).resizable !== true;
  return isWhole ? bytes : copyOf(bytes);
}
