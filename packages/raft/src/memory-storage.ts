import { ClosedError } from '@ruvector/core';
import type { Entry, HardState, Restored, Snapshot } from './entry.js';
import { LogOutline } from './log-outline.js';
import type { Batch, RaftStorage } from './storage.js';

/**
 * A storage that forgets all with the process: for tests, and for members that come back under a
 * new id.
 *
 * @example
 * const storage = new MemoryStorage();
 * await storage.append({ hardState: { term: 1, vote: 'a', commit: 0 }, entries: [] });
 * (await storage.load()).hardState?.vote; // => 'a'
 */
export class MemoryStorage implements RaftStorage {
  readonly #outline = new LogOutline();
  #entries: Entry[] = [];
  #hardState: HardState | undefined;
  #snapshot: Snapshot | undefined;
  #isClosed = false;

  /** A copy of all. */
  async load(): Promise<Restored> {
    this.#refuseClosed();
    return {
      ...(this.#hardState && { hardState: this.#hardState }),
      ...(this.#snapshot && { snapshot: copyOf(this.#snapshot) }),
      entries: this.#entries.map(copyOf),
    };
  }

  /** Copies the batch before it returns. */
  async append(batch: Batch): Promise<void> {
    this.#refuseClosed();
    const keeps = this.#outline.take(batch);
    const { hardState, entries, snapshot } = batch;
    if (hardState !== undefined) this.#hardState = { ...hardState };
    if (snapshot !== undefined) {
      this.#snapshot = copyOf(snapshot);
      const kept = this.#entries.findIndex(({ index }) => index > snapshot.index);
      this.#entries.splice(0, keeps && kept >= 0 ? kept : Infinity);
    }
    if (entries.length === 0) return;
    const stays = this.#entries.length > 0 ? entries[0]!.index - this.#entries[0]!.index : 0;
    this.#entries.length = stays;
    for (const entry of entries) this.#entries.push(copyOf(entry));
  }

  /** Nothing is held open. */
  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #refuseClosed(): void {
    if (this.#isClosed) throw new ClosedError('storage');
  }
}

const copyOf = <T extends { readonly data: Uint8Array }>(kept: T): T => ({
  ...kept,
  data: new Uint8Array(kept.data),
});
