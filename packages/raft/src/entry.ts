import type { Configuration } from './configuration.js';

/**
 * One entry of the log. `normal` carries a command, and none at all (0 bytes) where a new leader
 * begins its term; `confChange` carries the configuration that holds from this entry on.
 */
export interface Entry {
  /** Of the leader that made it, 1 or more. */
  readonly term: number;
  /** Its place in the log, 1 or more, without gaps. */
  readonly index: number;
  readonly type: 'normal' | 'confChange';
  /** Owned by the log: nobody changes it. */
  readonly data: Uint8Array;
}

/** What a member must never forget, beside its log. Term and vote are one: written together. */
export interface HardState {
  /** The latest term that this member has seen, 0 at first. */
  readonly term: number;
  /** Who got this member's vote in that term, if anybody. */
  readonly vote: string | null;
  /** The last entry known to be committed; may be behind what is. */
  readonly commit: number;
}

/** The state that the entries up to an index led to; it stands for them. */
export interface Snapshot {
  /** The last entry that it stands for, */
  readonly index: number;
  /** and that entry's term. */
  readonly term: number;
  /** As of that entry. */
  readonly config: Configuration;
  /** Of the state machine, which alone knows what it means. */
  readonly data: Uint8Array;
}

/** What a storage gives back when a member starts again. */
export interface Restored {
  /** @default term 0, no vote, nothing committed */
  readonly hardState?: HardState;
  /** @default none: the log begins with its first entry */
  readonly snapshot?: Snapshot;
  /** Without gaps; may begin before the end of the snapshot, and not after the entry behind it. */
  readonly entries: readonly Entry[];
}
