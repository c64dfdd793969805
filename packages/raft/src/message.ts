import type { Configuration } from './configuration.js';
import type { Entry } from './entry.js';

interface Head {
  readonly from: string;
  readonly to: string;
  /** Of the sender; of a pre-vote and of a granted one, the term that would begin. */
  readonly term: number;
}

/** Asks for a vote (§5.2); a pre-vote asks whether it would be granted (thesis, §9.6). */
export interface RequestVote extends Head {
  readonly type: 'requestPreVote' | 'requestVote';
  /** The last entry of the candidate, */
  readonly lastIndex: number;
  /** and its term, both 0 without any. */
  readonly lastTerm: number;
  /** The leader asked for this election, so that it need not be protected (thesis, §3.10). */
  readonly transfer: boolean;
}

/** Answers a request for a vote. */
export interface RequestVoteResponse extends Head {
  readonly type: 'requestPreVoteResponse' | 'requestVoteResponse';
  readonly granted: boolean;
}

/** Entries that follow one that both should have (§5.3). */
export interface AppendEntries extends Head {
  readonly type: 'appendEntries';
  /** The entry before the first of `entries`, */
  readonly prevIndex: number;
  /** and its term, both 0 before the first of all. */
  readonly prevTerm: number;
  readonly entries: readonly Entry[];
  /** Up to where the leader knows entries to be committed. */
  readonly commit: number;
}

/** Answers `appendEntries`: `rejected` if the entry before the first was not there. */
export interface AppendEntriesResponse extends Head {
  readonly type: 'appendEntriesResponse';
  /** The last entry that both share, or of a rejection, the `prevIndex` that was rejected. */
  readonly index: number;
  readonly rejected: boolean;
  /** Of a rejection: where the logs may agree at the latest, */
  readonly hintIndex: number;
  /** and the follower's term there; 0 if it is not known. */
  readonly hintTerm: number;
}

/** Says that the leader is there. */
export interface Heartbeat extends Head {
  readonly type: 'heartbeat';
  /** Never beyond what the follower is known to share. */
  readonly commit: number;
  /** Counts the leader's heartbeats; the answer repeats it (ReadIndex and leases). */
  readonly round: number;
}

/** Answers a heartbeat. */
export interface HeartbeatResponse extends Head {
  readonly type: 'heartbeatResponse';
  /** Of the heartbeat that this answers. */
  readonly round: number;
}

/** A piece of a snapshot (§7). */
export interface InstallSnapshot extends Head {
  readonly type: 'installSnapshot';
  /** The last entry that the snapshot stands for, */
  readonly index: number;
  /** and its term. */
  readonly snapshotTerm: number;
  readonly config: Configuration;
  /** Of the whole snapshot. */
  readonly sizeBytes: number;
  /** Where in it `data` begins. */
  readonly offset: number;
  readonly data: Uint8Array;
}

/** Answers a piece of a snapshot. */
export interface InstallSnapshotResponse extends Head {
  readonly type: 'installSnapshotResponse';
  /** Of the snapshot that is meant. */
  readonly index: number;
  /** The first byte that is missing. */
  readonly offset: number;
  /** The follower has all that the snapshot stands for. */
  readonly done: boolean;
}

/** Asks for an election at once: the leader hands over (thesis, §3.10). */
export interface TimeoutNow extends Head {
  readonly type: 'timeoutNow';
}

/**
 * What members say to each other. Plain objects that pass `structuredClone`; `encodeMessage` makes
 * bytes of them.
 */
export type Message =
  | RequestVote
  | RequestVoteResponse
  | AppendEntries
  | AppendEntriesResponse
  | Heartbeat
  | HeartbeatResponse
  | InstallSnapshot
  | InstallSnapshotResponse
  | TimeoutNow;

/** All types. In bytes a type is its place here, so that the order is part of the format. */
export const MESSAGE_TYPES = [
  'requestPreVote',
  'requestPreVoteResponse',
  'requestVote',
  'requestVoteResponse',
  'appendEntries',
  'appendEntriesResponse',
  'heartbeat',
  'heartbeatResponse',
  'installSnapshot',
  'installSnapshotResponse',
  'timeoutNow',
] as const satisfies readonly Message['type'][];
