import type { Entry, HardState, Snapshot } from './entry.js';
import type { Message } from './message.js';

/** A read that may be answered once the entry at `index` is applied. */
export interface ReadState {
  /** The commit index when the read came, or later. */
  readonly index: number;
  /** As it was given to `readIndex`. */
  readonly context: string;
}

/**
 * What is to be done, in this order: store `snapshot`, `entries` and `hardState` in one step that
 * is atomic, and durable if `mustSync`; restore the state machine from `snapshot`; send `messages`;
 * apply `committedEntries`; then call `advance()`. What a leader says to followers
 * (`appendEntries`, `heartbeat`, `installSnapshot`) may go out while the rest is stored (thesis,
 * §10.2.1). Nothing in it may be changed.
 */
export interface Ready {
  /** If it has changed. */
  readonly hardState?: HardState;
  /** To be stored; what is stored from the first of these on is replaced. */
  readonly entries: readonly Entry[];
  /** Received from a leader, in place of the log. */
  readonly snapshot?: Snapshot;
  readonly messages: readonly Message[];
  /** To be applied in this order. Those without data begin a leader's term and mean nothing. */
  readonly committedEntries: readonly Entry[];
  /** Reads whose index is known. */
  readonly readStates: readonly ReadState[];
  /** Whether something in it must not be lost: entries, a snapshot, a new term or a vote. */
  readonly mustSync: boolean;
  /** Entries that were in the log and are given up for those of another leader. */
  readonly overwritten: readonly Entry[];
  /** Contexts of reads that get no index here, since this member does not lead any more. */
  readonly droppedReads: readonly string[];
}
