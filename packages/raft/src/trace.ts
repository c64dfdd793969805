import type { Configuration } from './configuration.js';
import type { Message } from './message.js';

/** What a member does, as a tracer hears it; everything but `name` is as it stands then. */
export interface TraceEvent {
  /** `append`: an entry is about to be put at the end of a leader's log. */
  readonly name:
    | 'start'
    | 'becomeFollower'
    | 'becomePreCandidate'
    | 'becomeCandidate'
    | 'becomeLeader'
    | 'append'
    | 'changeConfiguration'
    | 'countOwnVote'
    | 'countOwnEntries'
    | 'commit'
    | 'send'
    | 'receive'
    | 'ready'
    | 'advance';
  readonly id: string;
  readonly role: 'follower' | 'preCandidate' | 'candidate' | 'leader';
  /** The latest term that it knows, 0 at first. */
  readonly term: number;
  readonly vote: string | null;
  /** The last entry that it knows to be committed, */
  readonly commit: number;
  /** that its state machine has, */
  readonly applied: number;
  /** that is stored, */
  readonly persisted: number;
  /** and the last of the log. */
  readonly lastIndex: number;
  readonly config: Configuration;
  /** Of `send` and `receive`. */
  readonly message?: Message;
}
