import { checkText, ClosedError, type EdgeError } from '@ruvector/core';
import type { HardState, Restored } from './entry.js';
import { decodeKept, encodeKeptState, encodeSnapshot } from './kept-records.js';
import { LogOutline } from './log-outline.js';
import { encodeEntry } from './records.js';
import { sqliteModule, type Database, type Statement } from './sqlite-module.js';
import type { Batch, RaftStorage } from './storage.js';
import {
  failedError,
  LogCorruptError,
  StorageLockedError,
  StorageUnsupportedError,
} from './storage-errors.js';

/** What a page of the database begins with in its header, so that no other program's is taken. */
const APPLICATION_ID = 0x52_56_52_51; // RVRQ
const VERSION = 1;

/**
 * A log in an SQLite database, by `node:sqlite`, which Node has from 22.5 on. Slower than
 * `WalStorage`; for those who want one file that other tools can read.
 *
 * An append is a transaction that was synced when it resolves. Each row has a checksum, and one
 * says which entries there are. What SQLite itself forgets is not noticed: changed bytes in
 * the last commits of its `-wal` file. An append occupies the thread until it is on the disk.
 *
 * @example
 * const hasSqlite = process.getBuiltinModule('node:sqlite') !== undefined;
 * if (hasSqlite) {
 *   const storage = await SqliteStorage.open(':memory:');
 *   await storage.append({ hardState: { term: 1, vote: 'a', commit: 0 }, entries: [] });
 *   (await storage.load()).hardState?.term; // => 1
 *   await storage.close();
 * }
 */
export class SqliteStorage implements RaftStorage {
  readonly #place: string;
  readonly #database: Database;
  readonly #put: Statement;
  readonly #cut: Statement;
  readonly #drop: Statement;
  readonly #set: Statement;
  readonly #outline: LogOutline;
  #hardState: HardState | undefined;
  #failure: EdgeError | undefined;
  #isClosed = false;

  private constructor(place: string, database: Database) {
    this.#place = place;
    this.#database = database;
    this.#put = database.prepare('INSERT INTO entries VALUES (?, ?)');
    this.#cut = database.prepare('DELETE FROM entries WHERE number >= ?');
    this.#drop = database.prepare('DELETE FROM entries WHERE number <= ?');
    this.#set = database.prepare('INSERT OR REPLACE INTO state VALUES (?, ?)');
    const restored = this.#read();
    this.#outline = new LogOutline(restored);
    this.#hardState = restored.hardState;
  }

  /**
   * Opens a database, and makes it if it is not there. `ERR_RAFT_STORAGE_UNSUPPORTED` where there
   * is no `node:sqlite`, `ERR_RAFT_STORAGE_LOCKED` while another connection has it.
   *
   * @param path - of the file; `:memory:` is one that is gone when it is closed.
   */
  static async open(path: string): Promise<SqliteStorage> {
    checkText('path', path, { min: 1 });
    const sqlite = sqliteModule();
    if (sqlite === undefined)
      throw new StorageUnsupportedError(path, 'there is no node:sqlite here');
    let database: Database | undefined;
    try {
      database = new sqlite.DatabaseSync(path);
      prepare(database, path);
      return new this(path, database);
    } catch (cause) {
      database?.close();
      throw sqliteError(path, cause);
    }
  }

  /** Reads all rows. */
  async load(): Promise<Restored> {
    this.#refuse();
    return this.#attempt(() => this.#read());
  }

  /** One transaction. */
  async append(batch: Batch): Promise<void> {
    this.#refuse();
    const keeps = this.#outline.take(batch);
    this.#attempt(() => {
      this.#database.exec('BEGIN IMMEDIATE');
      this.#write(batch, keeps);
      this.#database.exec('COMMIT');
    });
  }

  /** At once: no call is under way when another is made. */
  async close(): Promise<void> {
    if (!this.#isClosed) this.#database.close();
    this.#isClosed = true;
  }

  #write({ hardState, entries, snapshot }: Batch, keeps: boolean): void {
    const { last, snapshotIndex } = this.#outline;
    this.#hardState = hardState ?? this.#hardState;
    const state = { hardState: this.#hardState, snapshotIndex, last };
    this.#set.run('state', encodeKeptState(state));
    if (snapshot !== undefined) {
      this.#set.run('snapshot', encodeSnapshot(snapshot));
      this.#drop.run(keeps ? snapshot.index : Number.MAX_SAFE_INTEGER);
    }
    if (entries.length > 0) this.#cut.run(entries[0]!.index);
    for (const entry of entries) this.#put.run(entry.index, encodeEntry(entry));
  }

  #read(): Restored {
    const rows = this.#database.prepare('SELECT name, record FROM state').all();
    const named = new Map(rows.map(({ name, record }) => [name, record]));
    const entries = this.#database.prepare('SELECT record FROM entries ORDER BY number').all();
    const kept = {
      state: named.get('state'),
      snapshot: named.get('snapshot'),
      entries: entries.map(({ record }) => record),
    };
    return decodeKept(kept, this.#place);
  }

  #refuse(): void {
    if (this.#isClosed) throw new ClosedError('storage');
    if (this.#failure !== undefined) throw this.#failure;
  }

  #attempt<T>(act: () => T): T {
    try {
      return act();
    } catch (cause) {
      throw (this.#failure = sqliteError(this.#place, cause));
    }
  }
}

/** Alone from here on, synced at each commit, and with the tables of this version. */
function prepare(database: Database, path: string): void {
  for (const pragma of ['locking_mode=EXCLUSIVE', 'journal_mode=WAL', 'synchronous=FULL'])
    database.exec(`PRAGMA ${pragma}`);
  database.exec('BEGIN EXCLUSIVE');
  const pragma = (name: string) => database.prepare(`PRAGMA ${name}`).get()![name];
  const { count } = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()!;
  if (count === 0)
    database.exec(
      `CREATE TABLE entries (number INTEGER PRIMARY KEY, record BLOB NOT NULL);
       CREATE TABLE state (name TEXT PRIMARY KEY, record BLOB NOT NULL);
       PRAGMA application_id=${APPLICATION_ID}; PRAGMA user_version=${VERSION}`,
    );
  else if (pragma('application_id') !== APPLICATION_ID || pragma('user_version') !== VERSION)
    throw new LogCorruptError(path, 'this database was not made by a storage of this version');
  database.exec('COMMIT');
}

/** SQLite's own numbers for what has a code of its own here. */
const [BUSY, LOCKED, CORRUPT, NOT_A_DATABASE] = [5, 6, 11, 26];

function sqliteError(place: string, cause: unknown): EdgeError {
  const { errcode } = (cause ?? {}) as { errcode?: number };
  const primary = (errcode ?? 0) & 255;
  if (primary === BUSY || primary === LOCKED) return new StorageLockedError(place, { cause });
  if (primary === CORRUPT || primary === NOT_A_DATABASE)
    return new LogCorruptError(place, String((cause as Error).message), { cause });
  return failedError(place, cause);
}
