import type { Entry, HardState, Restored, Snapshot } from './entry.js';

/** What a member makes durable in one step: all of it or nothing. */
export interface Batch {
  /** Takes the place of the one before. */
  readonly hardState?: HardState;
  /**
   * Without gaps, beginning at most one behind the last entry that is stored (or behind
   * `snapshot`), and none that the snapshot stands for. Entries that are stored from the first of
   * these on are replaced.
   */
  readonly entries: readonly Entry[];
  /**
   * Takes the place of the one before, and is newer. Entries behind it stay if the entry that it
   * ends with is stored with the same term, else all are dropped. Entries up to it may be dropped.
   */
  readonly snapshot?: Snapshot;
}

/**
 * Where a member keeps what it must never forget.
 *
 * The law: what a resolved `append` took survives a crash, and an `append` that was cut short is
 * there as a whole or not at all; calls take effect in the order they are made. Bytes that have
 * changed are noticed: `load` refuses and never gives back less than was acknowledged. After a
 * write has failed the storage stays failed, since nobody knows what is on the disk: every further
 * call rejects with `ERR_RAFT_STORAGE_FAILED`. `close` may be called twice and resolves when what
 * was called before is settled; from then on all else rejects with `ERR_CLOSED`.
 */
export interface RaftStorage {
  /** What was stored; without entries, snapshot and hard state if nothing was. */
  load(): Promise<Restored>;
  /** Resolves when the batch is durable. Its bytes are copied, or written, before it resolves. */
  append(batch: Batch): Promise<void>;
  /**
   * Where a snapshot takes long: writes what an `append` after this will bring, the same object,
   * while other appends go on. It counts from that `append` on; one that never comes, since a later
   * snapshot came before, leaves nothing. The data must not change meanwhile.
   */
  prepare?(snapshot: Snapshot): Promise<void>;
  /** Releases what the storage holds open. What it keeps stays. */
  close(): Promise<void>;
}
