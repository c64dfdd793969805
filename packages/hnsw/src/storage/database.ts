import { MalformedError } from '@ruvector/core';
import { attempt, StorageError } from './storage-error.js';

const VERSION = 1;
/** Keys of their own; values that are bytes, or how many bytes there are in `PARTS`. */
const VALUES = 'values';
/** Long values, piece by piece, under `[key, 0]`, `[key, 1]` and so on. */
const PARTS = 'parts';

/** The object stores of a database, in a transaction. */
export interface Stores {
  readonly values: IDBObjectStore;
  readonly parts: IDBObjectStore;
}

/** A database with these object stores; new, or as it was left. */
export async function openDatabase(name: string): Promise<IDBDatabase> {
  if (!('indexedDB' in globalThis))
    throw new StorageError('ERR_STORAGE_UNSUPPORTED', name, 'there is no IndexedDB here');
  const database = await attempt(name, () => {
    const request = indexedDB.open(name, VERSION);
    request.onupgradeneeded = () => {
      for (const store of [VALUES, PARTS]) request.result.createObjectStore(store);
    };
    return resultOf(request);
  });
  const stores = database.objectStoreNames;
  if (stores.contains(VALUES) && stores.contains(PARTS)) return database;
  database.close();
  const what = `database ${name}`;
  throw new MalformedError(`${what} was not made by a storage`, { what });
}

/** What a request is answered with. */
export function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * Does `act` in a transaction of its own, begun before this returns: IndexedDB does them in the
 * order of their beginnings. It lasts while `act` waits for nothing but its requests. Resolves when
 * it is completed; whatever fails, nothing of it is done.
 */
export function transact<T>(
  database: IDBDatabase,
  mode: IDBTransactionMode,
  act: (stores: Stores) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction([VALUES, PARTS], mode, { durability: 'strict' });
    const stores = {
      values: transaction.objectStore(VALUES),
      parts: transaction.objectStore(PARTS),
    };
    let thrown: unknown;
    let isOver = false;
    const result = act(stores);
    transaction.oncomplete = () => {
      isOver = true;
      resolve(result);
    };
    transaction.onabort = () => {
      isOver = true;
      reject(transaction.error ?? thrown); // the first says why, the other what came of it
    };
    result.catch((error: unknown) => {
      thrown = error;
      if (!isOver) transaction.abort();
    });
  });
}
