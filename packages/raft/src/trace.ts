import type { Configuration } from './configuration.js';
import type { Message } from './message.js';

/** What a member does, as a tracer hears it; `state` is that after the step. */
export interface TraceEvent {
  readonly name:
    | 'becomeFollower'
    | 'becomePreCandidate'
    | 'becomeCandidate'
    | 'becomeLeader'
    | 'propose'
    | 'changeConfiguration'
    | 'commit'
    | 'send'
    | 'receive'
    | 'ready';
  readonly id: string;
  readonly term: number;
  readonly vote: string | null;
  readonly commit: number;
  readonly lastIndex: number;
  readonly config: Configuration;
  /** Of `send` and `receive`. */
  readonly message?: Message;
}
