import { checkText, ClosedError, type EdgeError } from '@ruvector/core';
import type { HardState, Restored } from '../entry.js';
import { decodeKept, encodeKeptState, encodeSnapshot } from '../kept-records.js';
import { LogOutline } from '../log-outline.js';
import { encodeEntry } from '../records.js';
import type { Batch, RaftStorage } from '../storage.js';
import { attempt, failedError, StorageFailedError } from '../storage-errors.js';
import { openDatabase, resultOf, transact, type Stores } from './database.js';
import { lockName } from './web-lock.js';

/**
 * A log in an IndexedDB database, for pages and their workers.
 *
 * An append is one transaction with strict durability. Each record has a checksum, and one says
 * which there are. One storage at a time has the database, among all tabs. A browser may delete
 * what a site keeps when room is short, unless `navigator.storage.persist()` was granted: a member
 * that lost its log must come back under a new id.
 *
 * @example
 * if ('indexedDB' in globalThis) {
 *   const storage = await IndexedDbStorage.open('member-a');
 *   await storage.append({ hardState: { term: 1, vote: 'a', commit: 0 }, entries: [] });
 *   (await storage.load()).hardState?.term; // => 1
 *   await storage.close();
 * }
 */
export class IndexedDbStorage implements RaftStorage {
  readonly #name: string;
  readonly #database: IDBDatabase;
  readonly #unlock: () => Promise<void>;
  readonly #outline: LogOutline;
  readonly #pending = new Set<Promise<unknown>>();
  #hardState: HardState | undefined;
  #failure: EdgeError | undefined;
  #closing: Promise<void> | undefined;

  private constructor(
    name: string,
    database: IDBDatabase,
    unlock: () => Promise<void>,
    restored: Restored,
  ) {
    this.#name = name;
    this.#database = database;
    this.#unlock = unlock;
    this.#outline = new LogOutline(restored);
    this.#hardState = restored.hardState;
    database.onversionchange = () => {
      this.#failure ??= new StorageFailedError(name, 'the database is deleted or upgraded');
      database.close(); // or whoever does that would wait for us
    };
    database.onclose = () => {
      this.#failure ??= new StorageFailedError(name, 'the browser has closed the database');
    };
  }

  /**
   * Opens a database, and makes it if it is not there. `ERR_RAFT_STORAGE_UNSUPPORTED` where there
   * is no IndexedDB, `ERR_RAFT_STORAGE_LOCKED` while another page or worker has it.
   *
   * @param name - of the database, in this origin.
   */
  static async open(name: string): Promise<IndexedDbStorage> {
    checkText('name', name, { min: 1 });
    const unlock = await attempt(name, () => lockName('indexeddb', name));
    let database: IDBDatabase | undefined;
    try {
      database = await openDatabase(name);
      const restored = await read(database, name);
      return new this(name, database, unlock, restored);
    } catch (cause) {
      database?.close();
      await unlock();
      throw failedError(name, cause);
    }
  }

  /** Reads all records. */
  async load(): Promise<Restored> {
    this.#refuse();
    return this.#call(() => read(this.#database, this.#name));
  }

  /** One transaction; the browser copies the bytes before this returns. */
  async append(batch: Batch): Promise<void> {
    this.#refuse();
    const keeps = this.#outline.take(batch);
    this.#hardState = batch.hardState ?? this.#hardState;
    const { last, snapshotIndex } = this.#outline;
    const state = encodeKeptState({ hardState: this.#hardState, last, snapshotIndex });
    return this.#call(() =>
      transact(this.#database, 'readwrite', async (stores) => write(stores, batch, keeps, state)),
    );
  }

  /** Waits for what was begun. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#pending);
    this.#database.close();
    await this.#unlock();
  }

  #refuse(): void {
    if (this.#closing !== undefined) throw new ClosedError('storage');
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Begun at once. What fails is the end, of the calls that were begun behind it too. */
  async #call<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#attempt(act);
    this.#pending.add(done);
    try {
      return await done;
    } finally {
      this.#pending.delete(done);
    }
  }

  async #attempt<T>(act: () => Promise<T>): Promise<T> {
    try {
      const result = await act();
      if (this.#failure !== undefined) throw this.#failure;
      return result;
    } catch (cause) {
      throw (this.#failure ??= failedError(this.#name, cause));
    }
  }
}

function write(
  { entries, state }: Stores,
  batch: Batch,
  keeps: boolean,
  stateRecord: Uint8Array,
): void {
  state.put(stateRecord, 'state');
  if (batch.snapshot !== undefined) {
    state.put(encodeSnapshot(batch.snapshot), 'snapshot');
    if (keeps) entries.delete(IDBKeyRange.upperBound(batch.snapshot.index));
    else entries.clear();
  }
  const first = batch.entries[0];
  if (first !== undefined) entries.delete(IDBKeyRange.lowerBound(first.index));
  for (const entry of batch.entries) entries.put(encodeEntry(entry), entry.index);
}

async function read(database: IDBDatabase, name: string): Promise<Restored> {
  const [state, snapshot, entries] = await transact(database, 'readonly', (stores) =>
    Promise.all([
      resultOf(stores.state.get('state')),
      resultOf(stores.state.get('snapshot')),
      resultOf(stores.entries.getAll()),
    ]),
  );
  return decodeKept({ state, snapshot, entries: entries as unknown[] }, name);
}
