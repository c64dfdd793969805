import { checkBytes, checkInteger, checkObject, checkString } from '@ruvector/core';
import { checkCoreOptions, type RaftCoreOptions } from './core-options.js';
import type { ConfChange } from './configuration.js';
import { Election, type Campaign } from './election.js';
import type { Entry, HardState, Snapshot } from './entry.js';
import { InconsistentLogError, NotLeaderError } from './errors.js';
import { Following, isOfLeader, type OfLeader } from './following.js';
import { answersLeader, Leadership, type Proposed } from './leadership.js';
import { checkMessage } from './message-check.js';
import { MemberState } from './member-state.js';
import type { Message } from './message.js';
import type { Ready } from './ready.js';
import { restoreLog } from './restore-log.js';
import { statusOf, type RaftStatus } from './status.js';
import { isVoteRequest, refuse, vote } from './voting.js';

const NONE: readonly never[] = [];
/** An empty list is still written to: a vote would be sent along with what was stored before it. */
const apart = <T>(list: readonly T[]): readonly T[] => (list.length > 0 ? list : NONE);

/**
 * One member of a Raft cluster as a pure state machine: time comes as ticks, messages come through
 * `step`, and all there is to do comes out of `ready`. No clock, chance, promise or I/O.
 *
 * After Ongaro & Ousterhout, "In Search of an Understandable Consensus Algorithm" (2014), and
 * Ongaro's thesis "Consensus: Bridging Theory and Practice" (2014).
 *
 * @example
 * const core = new RaftCore({ id: 'a', peers: ['a'], bootstrap: true, random: () => 0 });
 * core.campaign();
 * core.ready().hardState; // => { term: 1, vote: 'a', commit: 0 }
 * core.advance(); // stored: the own vote counts, and is the majority
 * core.status().role; // => 'leader'
 */
export class RaftCore {
  readonly #state: MemberState;
  readonly #following: Following;
  #election: Election | undefined;
  #leadership: Leadership | undefined;
  #storedHardState: HardState;
  /** What was given out and is not acknowledged. */
  #given: Ready | undefined;

  /** @throws TypeError or RangeError for what no member can begin with; see `RaftCoreOptions`. */
  constructor(options: RaftCoreOptions) {
    const checked = checkCoreOptions(options);
    const { restored } = checked;
    const log = restoreLog(restored, checked.initial);
    this.#state = new MemberState(checked, log);
    this.#following = new Following(this.#state);
    const { term = 0, vote = null } = restored.hardState ?? {};
    this.#state.term = term;
    this.#state.vote = vote;
    // what it promised before it was stopped may still hold
    if (term > 0) this.#state.promiseLease();
    this.#storedHardState = this.#hardState();
    this.#state.trace('start');
  }

  #hardState(): HardState {
    const { term, vote, log } = this.#state;
    return { term, vote, commit: log.commit };
  }

  /** One unit of time has passed. */
  tick(): void {
    const state = this.#state;
    state.elapsedTicks += 1;
    if (state.silentTicks > 0) state.silentTicks -= 1;
    if (this.#leadership) {
      if (!this.#leadership.tick()) this.#becomeFollower(undefined);
    } else if (state.elapsedTicks >= state.timeoutTicks) this.campaign();
  }

  /**
   * Stands for election now. Nothing happens if it leads, or has no say; or, where there are
   * leases, if it was started again or has heard a leader within `electionTicks`.
   */
  campaign(): void {
    const { isPromotable, silentTicks } = this.#state;
    if (this.#leadership || !isPromotable || silentTicks > 0) return;
    this.#stand(this.#state.options.preVote ? 'preVote' : 'vote', false);
  }

  #stand(campaign: Campaign, transfer: boolean): void {
    const state = this.#state;
    state.leader = undefined;
    state.drawTimeout();
    this.#following.forget();
    if (campaign === 'vote') {
      state.enterTerm(state.term + 1);
      state.vote = state.id;
    }
    state.role = campaign === 'vote' ? 'candidate' : 'preCandidate';
    state.trace(campaign === 'vote' ? 'becomeCandidate' : 'becomePreCandidate');
    this.#election = new Election(state, campaign, transfer);
    this.#decide();
  }

  #decide(): void {
    const election = this.#election!;
    if (election.result === 'lost') this.#becomeFollower(undefined);
    else if (election.result === 'pending') return;
    else if (election.campaign === 'preVote') this.#stand('vote', false);
    else this.#lead();
  }

  #lead(): void {
    const state = this.#state;
    this.#election = undefined;
    state.role = 'leader';
    state.leader = state.id;
    state.drawTimeout();
    state.trace('becomeLeader');
    this.#leadership = new Leadership(state);
  }

  #becomeFollower(leader: string | undefined): void {
    const state = this.#state;
    this.#election = undefined;
    // not for a later term alone: who cannot win may ask more often than others (§5.2)
    if (this.#leadership || leader !== undefined) state.drawTimeout();
    if (this.#leadership) state.droppedReads.push(...this.#leadership.unansweredReads());
    this.#leadership = undefined;
    if (state.leader !== leader) this.#following.forget();
    state.role = 'follower';
    state.leader = leader;
    state.trace('becomeFollower');
  }

  /**
   * Takes a message of another member. What is late, or from somebody who has no say, does nothing.
   *
   * @throws TypeError or RangeError for what is no message to this member, MalformedError for
   *   entries that no leader sends, InconsistentLogError if what is committed would change; nothing
   *   has changed then.
   */
  step(message: Message): void {
    const state = this.#state;
    checkMessage(message, state.id, state.options.maxSnapshotBytes);
    if (state.options.trace) state.trace('receive', message);
    if (message.term < state.term) this.#answerLate(message);
    else if (message.term === state.term || this.#enterTermOf(message)) this.#take(message);
  }

  /** @returns whether the message is to be taken. */
  #enterTermOf(message: Message): boolean {
    const state = this.#state;
    const { type, term, from } = message;
    if (isVoteRequest(message) && !message.transfer && state.isContent) return false;
    if (type === 'requestPreVote') return true;
    if (message.type === 'requestPreVoteResponse' && message.granted) return true;
    state.enterTerm(term);
    this.#becomeFollower(isOfLeader(message) ? from : undefined);
    return true;
  }

  /** §5.1: who is behind is told the term, so that it steps down or stops asking. */
  #answerLate(message: Message): void {
    const { id, term } = this.#state;
    if (isVoteRequest(message)) refuse(this.#state, message);
    else if (isOfLeader(message))
      this.#state.send({
        type: 'appendEntriesResponse',
        from: id,
        to: message.from,
        term,
        index: message.type === 'appendEntries' ? message.prevIndex : 0,
        rejected: true,
        hintIndex: 0,
        hintTerm: 0,
      });
  }

  #take(message: Message): void {
    if (isOfLeader(message)) this.#follow(message);
    else if (answersLeader(message)) {
      if (this.#leadership?.hear(message)) this.#stepDownIfRemoved();
    } else if (isVoteRequest(message)) vote(this.#state, message);
    else if (message.type === 'timeoutNow') this.#obeyTimeout(message.from);
    else this.#countVote(message.type === 'requestVoteResponse' ? 'vote' : 'preVote', message);
  }

  #obeyTimeout(from: string): void {
    if (from === this.#state.leader && this.#state.isPromotable) this.#stand('vote', true);
  }

  #countVote(campaign: Campaign, { from, granted }: { from: string; granted: boolean }): void {
    if (this.#election?.campaign !== campaign) return;
    this.#election.count(from, granted);
    this.#decide();
  }

  #follow(message: OfLeader): void {
    const state = this.#state;
    const { from } = message;
    if (this.#leadership)
      throw new InconsistentLogError(
        `${from} leads in term ${state.term}, and so does this member`,
      );
    if (this.#election || state.leader !== from) this.#becomeFollower(from);
    state.elapsedTicks = 0;
    state.promiseLease();
    if (message.type === 'appendEntries') this.#following.append(message);
    else if (message.type === 'heartbeat') this.#following.heartbeat(message);
    else this.#following.install(message);
  }

  /**
   * Puts a command at the end of the log. It takes effect once `committedEntries` has it.
   *
   * @param data - owned by the log from now on; may be empty.
   * @returns where it stands; it is lost if another entry is committed there.
   * @throws NotLeaderError `ERR_RAFT_NOT_LEADER`; OverloadedError `ERR_RAFT_OVERLOADED` while
   *   `maxUncommittedBytes` wait already.
   */
  propose(data: Uint8Array): Proposed {
    checkBytes('data', data);
    return this.#leading().propose(data);
  }

  /**
   * Changes who is in the cluster. Several changes at once, or of more than one voter, go through a
   * joint configuration (thesis, §4.3), which is left by itself.
   *
   * @throws NotLeaderError `ERR_RAFT_NOT_LEADER`; ChangePendingError `ERR_RAFT_CHANGE_PENDING`
   *   while another change, or the first entry of the term, is not committed; RangeError for a
   *   change that leaves no voter or makes a learner of one.
   */
  proposeConfChange(change: ConfChange | readonly ConfChange[]): Proposed {
    const changes = [change].flat() as readonly ConfChange[];
    for (const each of changes) checkObject('change', each, { keys: ['type', 'id'] });
    return this.#leading().proposeConfChange(changes);
  }

  /**
   * Asks for an index: a read of the state after it is linearizable (thesis, §6.4). It comes as a
   * read state, or among `droppedReads`.
   *
   * @param context - comes back with it; need not be unique.
   * @throws NotLeaderError `ERR_RAFT_NOT_LEADER`, OverloadedError `ERR_RAFT_OVERLOADED`
   */
  readIndex(context: string): void {
    checkString('context', context);
    this.#leading().readIndex(context);
  }

  /**
   * The index to read at while a lease holds, `undefined` otherwise: ask `readIndex` then.
   *
   * @param nowMs - by the clock that `ready` is told, which must not go back.
   */
  leaseRead(nowMs: number): number | undefined {
    return this.#leadership?.leaseIndex(nowMs);
  }

  /**
   * Hands leadership to a voter once it has the whole log (thesis, §3.10); given up after
   * `electionTicks`. Until then nothing can be proposed.
   *
   * @throws NotLeaderError `ERR_RAFT_NOT_LEADER`; RangeError for who is no voter.
   */
  transferLeader(id: string): void {
    this.#leading().transferTo(id);
  }

  #leading(): Leadership {
    if (!this.#leadership) throw new NotLeaderError(this.#state.leader);
    return this.#leadership;
  }

  /**
   * All there is to do at the moment, see `Ready`. What comes meanwhile is for the next one.
   *
   * @param nowMs - monotonic time, for leases.
   * @throws TypeError if the last one was not acknowledged by `advance`.
   */
  ready(nowMs?: number): Ready {
    if (this.#given) throw new TypeError('ready must not be called again before advance');
    const state = this.#state;
    const { log } = state;
    this.#leadership?.flush(nowMs);
    const entries = log.takeUnstored();
    const hardState = this.#changedHardState();
    const { messages, readStates, overwritten, droppedReads, pendingSnapshot } = state;
    if (messages.length > 0) state.messages = [];
    if (readStates.length > 0) state.readStates = [];
    if (overwritten.length > 0) state.overwritten = [];
    if (droppedReads.length > 0) state.droppedReads = [];
    const isVoteNew =
      hardState !== undefined &&
      (hardState.term !== this.#storedHardState.term ||
        hardState.vote !== this.#storedHardState.vote);
    // written out, since spreading what is seldom there took a tenth of a member's time
    const given: { -readonly [key in keyof Ready]: Ready[key] } = {
      entries,
      messages: apart(messages),
      committedEntries: this.#unapplied(),
      readStates: apart(readStates),
      mustSync: entries.length > 0 || pendingSnapshot !== undefined || isVoteNew,
      overwritten: apart(overwritten),
      droppedReads: apart(droppedReads),
    };
    if (hardState) given.hardState = hardState;
    if (pendingSnapshot) given.snapshot = pendingSnapshot;
    this.#given = given;
    if (state.options.trace) state.trace('ready');
    return given;
  }

  #changedHardState(): HardState | undefined {
    const { term, vote, log } = this.#state;
    const stored = this.#storedHardState;
    const isSame = stored.term === term && stored.vote === vote && stored.commit === log.commit;
    return isSame ? undefined : this.#hardState();
  }

  #unapplied(): readonly Entry[] {
    const { log, options } = this.#state;
    const first = Math.max(log.applied, log.baseIndex) + 1;
    return first > log.commit ? NONE : log.slice(first, log.commit, options.maxBytesPerMessage);
  }

  /** The last `ready` is done, all of it: what was stored counts from now on. */
  advance(): void {
    const state = this.#state;
    const given = this.#given;
    if (!given) throw new TypeError('advance must come after ready');
    this.#given = undefined;
    const { log } = state;
    log.persisted = log.handed;
    const { hardState = this.#storedHardState, snapshot, committedEntries } = given;
    this.#storedHardState = hardState;
    if (snapshot && snapshot === state.pendingSnapshot) state.pendingSnapshot = undefined;
    log.applied = Math.max(log.applied, committedEntries.at(-1)?.index ?? snapshot?.index ?? 0);
    const { term, vote } = hardState;
    state.trace('advance');
    if (this.#election?.campaign === 'vote' && term === state.term && vote === state.id) {
      state.trace('countOwnVote');
      this.#countVote('vote', { from: state.id, granted: true });
    }
    if (given.entries.length > 0 && this.#leadership) {
      state.trace('countOwnEntries');
      this.#leadership.commitByMajority();
      this.#stepDownIfRemoved();
    }
  }

  #stepDownIfRemoved(): void {
    if (!this.#leadership?.isRemoved) return;
    this.#leadership.resign();
    this.#becomeFollower(undefined);
  }

  /** Whether a `ready` now would have anything in it. */
  hasReady(): boolean {
    const { log, messages, readStates, overwritten, droppedReads, pendingSnapshot } = this.#state;
    return (
      messages.length + readStates.length + overwritten.length + droppedReads.length > 0 ||
      pendingSnapshot !== undefined ||
      log.handed < log.lastIndex ||
      Math.max(log.applied, log.baseIndex) < log.commit ||
      this.#changedHardState() !== undefined ||
      this.#leadership?.hasToSay === true
    );
  }

  /**
   * Cuts the log behind `index`, whose state `data` stands for.
   *
   * @param index - applied, and not below `compactableFrom` of the status.
   * @param data - owned by the core from now on.
   * @param options - `keep`: how many entries before it stay, so that a follower which lags a
   *   little needs no snapshot. @default 1024
   * @returns the snapshot, which is to be stored.
   */
  compact(index: number, data: Uint8Array, options: { keep?: number } = {}): Snapshot {
    const { keep = 1024 } = checkObject('options', options, { keys: ['keep'] });
    const { log } = this.#state;
    checkInteger('index', index, { min: log.compactableFrom, max: log.applied });
    checkInteger('keep', keep, { min: 0 });
    checkBytes('data', data, { max: this.#state.options.maxSnapshotBytes });
    const config = log.configurations.at(index);
    const snapshot = { index, term: log.termAt(index)!, config, data };
    log.compact(snapshot, index - keep);
    return snapshot;
  }

  /** What of the status is asked for often; `config` is the same object until it changes. */
  summary(): Pick<RaftStatus, 'term' | 'role' | 'leader' | 'config'> {
    const { term, role, leader, log } = this.#state;
    return { term, role, leader, config: log.configuration };
  }

  /** What this member knows. Makes new objects each time. */
  status(): RaftStatus {
    return statusOf(this.#state, this.#leadership?.cluster, this.#leadership?.transferee);
  }
}
