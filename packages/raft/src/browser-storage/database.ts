import { LogCorruptError, StorageUnsupportedError } from '../storage-errors.js';

const VERSION = 1;

/** The object stores of a database, in a transaction. */
export interface Stores {
  /** Records by index. */
  readonly entries: IDBObjectStore;
  /** Records by name. */
  readonly state: IDBObjectStore;
}

/** A database with these object stores; new, or as it was left. */
export async function openDatabase(name: string): Promise<IDBDatabase> {
  if (!('indexedDB' in globalThis))
    throw new StorageUnsupportedError(name, 'there is no IndexedDB here');
  const request = indexedDB.open(name, VERSION);
  request.onupgradeneeded = () => {
    for (const store of ['entries', 'state']) request.result.createObjectStore(store);
  };
  const database = await resultOf(request);
  const stores = database.objectStoreNames;
  if (stores.contains('entries') && stores.contains('state')) return database;
  database.close();
  throw new LogCorruptError(name, 'this database was not made by a storage');
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
 * order of their beginnings. Resolves when it is completed, and flushed as far as the browser does.
 */
export function transact<T>(
  database: IDBDatabase,
  mode: IDBTransactionMode,
  act: (stores: Stores) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(['entries', 'state'], mode, { durability: 'strict' });
    const entries = transaction.objectStore('entries');
    const result = act({ entries, state: transaction.objectStore('state') });
    transaction.oncomplete = () => resolve(result);
    transaction.onabort = () => reject(transaction.error ?? new DOMException('', 'AbortError'));
    result.catch(() => undefined); // a request that failed aborts the transaction, which says so
  });
}
