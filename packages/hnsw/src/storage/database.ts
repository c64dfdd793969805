import { MalformedError } from '@ruvector/core';
import { attempt, StorageError } from './storage-error.js';

/** The only object store: keys of their own, values that are bytes. */
export const VALUES = 'values';
const VERSION = 1;

/** A database with the object store `VALUES`; new, or as it was left. */
export async function openDatabase(name: string): Promise<IDBDatabase> {
  if (!('indexedDB' in globalThis))
    throw new StorageError('ERR_STORAGE_UNSUPPORTED', name, 'there is no IndexedDB here');
  const database = await attempt(name, () => {
    const request = indexedDB.open(name, VERSION);
    request.onupgradeneeded = () => void request.result.createObjectStore(VALUES);
    return resultOf(request);
  });
  if (database.objectStoreNames.contains(VALUES)) return database;
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
 * order of their beginnings, and copies what it is given at once. Resolves when it is completed;
 * whatever fails, nothing of it is done.
 */
export function transact<T>(
  database: IDBDatabase,
  mode: IDBTransactionMode,
  act: (values: IDBObjectStore) => IDBRequest<T> | undefined,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(VALUES, mode, { durability: 'strict' });
    let thrown: unknown;
    let request: IDBRequest<T> | undefined;
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(thrown ?? transaction.error ?? request?.error);
    try {
      request = act(transaction.objectStore(VALUES));
    } catch (error) {
      thrown = error;
      transaction.abort();
    }
  });
}
