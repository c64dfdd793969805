import type { Cluster } from './cluster.js';
import type { Configuration } from './configuration.js';
import type { MemberState, Role } from './member-state.js';
import type { ProgressState } from './progress.js';

/** What a leader knows of a follower. */
export interface FollowerStatus {
  /** The last entry that it is known to have stored. */
  readonly match: number;
  /** The next entry that it is sent. */
  readonly next: number;
  readonly state: ProgressState;
  /** It was heard since the leader last looked, which it does each `electionTicks`. */
  readonly isActive: boolean;
}

/** What a member knows of itself and its cluster. */
export interface RaftStatus {
  readonly id: string;
  /** The latest term that it knows, 0 at first. */
  readonly term: number;
  /** Who got its vote in that term. */
  readonly vote: string | null;
  readonly role: Role;
  readonly leader: string | undefined;
  /** The last entry that it knows to be committed. */
  readonly commit: number;
  /** The last entry that its state machine has. */
  readonly applied: number;
  /** The last entry of the log. */
  readonly lastIndex: number;
  readonly config: Configuration;
  /**
   * The first index that `compact` takes: above the last snapshot, and where it is known who the
   * members are. Infinity for a joiner that does not know yet.
   */
  readonly compactableFrom: number;
  /** To whom leadership is being handed. */
  readonly transferee: string | undefined;
  /** By id; of a leader only. */
  readonly progress: Readonly<Record<string, FollowerStatus>>;
}

/** A status of this moment; the `cluster` is a leader's. */
export function statusOf(
  { id, term, vote, role, leader, log }: MemberState,
  cluster: Cluster | undefined,
  transferee: string | undefined,
): RaftStatus {
  const progress: Record<string, FollowerStatus> = {};
  for (const [peer, { match, next, state, isActive }] of cluster?.peers() ?? [])
    progress[peer] = { match, next, state, isActive };
  return {
    id,
    term,
    vote,
    role,
    leader,
    commit: log.commit,
    applied: log.applied,
    lastIndex: log.lastIndex,
    config: log.configuration,
    compactableFrom: log.compactableFrom,
    transferee,
    progress,
  };
}
