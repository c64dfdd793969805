import {
  checkBytes,
  checkString,
  ClosedError,
  type Storage,
  type StorageOperation,
} from '@ruvector/core';
import { changesOf, copyOf, type Changes } from './changes.js';
import type { CommitLog } from './commit-log.js';
import { Turns } from './turns.js';

/** A `Storage` on a log of commits: what folders of a disk and of a browser have in common. */
export class FolderStorage implements Storage {
  readonly supports = { durable: true };
  readonly #log: CommitLog;
  readonly #turns = new Turns();
  #isClosed = false;

  protected constructor(log: CommitLog) {
    this.#log = log;
  }

  /** The bytes under the key, checked; `ERR_MALFORMED` if they are not those that were put. */
  async get(key: string): Promise<Uint8Array | undefined> {
    this.#refuseClosed();
    checkString('key', key);
    return this.#turns.next(() => this.#log.get(key));
  }

  /** Is on the disk when it resolves. */
  async put(key: string, bytes: Uint8Array): Promise<void> {
    this.#refuseClosed();
    checkString('key', key);
    return this.#change(new Map([[key, copyOf(checkBytes('bytes', bytes))]]));
  }

  /** Of an absent key: nothing is written. */
  async delete(key: string): Promise<void> {
    this.#refuseClosed();
    return this.#change(new Map([[checkString('key', key), undefined]]));
  }

  /** One file holds all of it, and so it is there whole or not at all. */
  async batch(operations: readonly StorageOperation[]): Promise<void> {
    this.#refuseClosed();
    return this.#change(changesOf(operations));
  }

  /** The keys that exist at the first step, without those deleted before their turn. */
  async *keys(prefix = ''): AsyncIterable<string> {
    this.#refuseClosed();
    checkString('prefix', prefix);
    for (const key of await this.#turns.next(async () => this.#log.keys(prefix))) {
      this.#refuseClosed();
      if (this.#log.has(key)) yield key;
    }
  }

  /** Waits for what was begun, the freeing of room included. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#turns.next(async () => undefined);
  }

  #change(changes: Changes): Promise<void> {
    const done = this.#turns.next(() => this.#log.commit(changes));
    void this.#turns.next(() => this.#log.tidy()); // in a turn of its own: nobody waits for it
    return done;
  }

  #refuseClosed(): void {
    if (this.#isClosed) throw new ClosedError('storage');
  }
}
