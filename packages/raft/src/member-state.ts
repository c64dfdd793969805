import type { CheckedOptions } from './core-options.js';
import { isVoter } from './configuration.js';
import type { Entry, Snapshot } from './entry.js';
import type { Message } from './message.js';
import type { RaftLog } from './raft-log.js';
import type { ReadState } from './ready.js';
import type { TraceEvent } from './trace.js';

/** What a member is at the moment. */
export type Role = 'follower' | 'preCandidate' | 'candidate' | 'leader';

/** What every member knows, whatever its role, and what it has to say. */
export class MemberState {
  readonly id: string;
  readonly options: CheckedOptions;
  readonly log: RaftLog;
  role: Role = 'follower';
  term = 0;
  vote: string | null = null;
  leader: string | undefined;
  /** Since the leader was heard, an election began or a vote was given. */
  elapsedTicks = 0;
  /** When an election begins; drawn anew each time. */
  timeoutTicks = 0;
  /** Ticks left in which no vote is given, since a lease may be running. */
  silentTicks = 0;
  /** Asked for its vote in this term, which it cannot give: its log is longer than what asks. */
  isSought = false;
  /** Received and not stored yet. */
  pendingSnapshot: Snapshot | undefined;
  messages: Message[] = [];
  readStates: ReadState[] = [];
  overwritten: Entry[] = [];
  droppedReads: string[] = [];

  constructor(options: CheckedOptions, log: RaftLog) {
    this.id = options.id;
    this.options = options;
    this.log = log;
    this.drawTimeout();
  }

  /**
   * Whether it may stand for election: a learner may not, nor who waits to be added. Who leaves may
   * until that is committed, since those who stay may have shorter logs (thesis, §4.2.2). And whom
   * somebody counts as a voter may, if that somebody cannot win for what is only in this log.
   */
  get isPromotable(): boolean {
    const { id, log, pendingSnapshot } = this;
    if (pendingSnapshot !== undefined) return false;
    return (
      isVoter(log.configuration, id) ||
      log.configurations.since(log.commit).some((configuration) => isVoter(configuration, id)) ||
      (this.isSought && log.lastIndex > log.commit && log.configuration.voters.length > 0)
    );
  }

  /** Whether it hears a leader, and so has no use for another one (thesis, §4.2.3). */
  get isContent(): boolean {
    const { checkQuorum, electionTicks } = this.options;
    if (this.silentTicks > 0) return true;
    if (this.role === 'leader') return checkQuorum; // it has heard a majority of late
    return checkQuorum && this.leader !== undefined && this.elapsedTicks < electionTicks;
  }

  /**
   * Where there are leases: no vote from now on until a lease that rests on this moment is over,
   * whatever else is heard meanwhile. A later term may make it forget its leader, not the promise.
   */
  promiseLease(): void {
    if (this.options.lease) this.silentTicks = this.options.electionTicks;
  }

  /** Begins to wait for a leader anew. Chance keeps candidates apart (§5.2). */
  drawTimeout(): void {
    const { electionTicks, random } = this.options;
    this.elapsedTicks = 0;
    this.timeoutTicks = electionTicks + Math.floor(random() * electionTicks);
  }

  /** Enters a later term, in which it has not voted. */
  enterTerm(term: number): void {
    this.term = term;
    this.vote = null;
    this.isSought = false;
  }

  send(message: Message): void {
    this.messages.push(message);
    if (this.options.trace) this.trace('send', message);
  }

  trace(name: TraceEvent['name'], message?: Message): void {
    if (!this.options.trace) return;
    const { id, role, term, vote, log } = this;
    const { commit, applied, persisted, lastIndex, configuration: config } = log;
    const state = { id, role, term, vote, commit, applied, persisted, lastIndex, config };
    this.options.trace({ name, ...state, ...(message && { message }) });
  }
}
