import { Cluster } from './cluster.js';
import { afterJoint, changed, encodeConfiguration, isJoint, isVoter } from './configuration.js';
import type { ConfChange } from './configuration.js';
import type { Entry } from './entry.js';
import { ChangePendingError, NotLeaderError, OverloadedError } from './errors.js';
import { Lease } from './lease.js';
import type { MemberState } from './member-state.js';
import type {
  AppendEntriesResponse,
  HeartbeatResponse,
  InstallSnapshotResponse,
  Message,
} from './message.js';
import { committedIndex } from './quorum.js';
import { Reads } from './reads.js';

const NOTHING = new Uint8Array(0);
/** What an entry takes beside its data, about. */
const ENTRY_BYTES = 64;

/** A proposal's place in the log: it is committed if the entry there still has this term then. */
export interface Proposed {
  /** Its place in the log, 1 or more. */
  readonly index: number;
  /** The leader's. */
  readonly term: number;
}

/** One term of a leader: what it does from its election until it steps down. */
export class Leadership {
  readonly #state: MemberState;
  readonly #cluster: Cluster;
  readonly #reads: Reads;
  readonly #lease: Lease | undefined;
  /** Where the term begins: entries before it are committed only along with this one (§5.4.2). */
  readonly #firstIndex: number;
  #uncommittedBytes = 0;
  #heartbeatTicks = 0;
  #quorumTicks = 0;
  /** Heartbeats so far, and whether one is due. */
  #round = 0;
  #isHeartbeatDue = true;
  #confirmedRound = 0;
  #transferee: string | undefined;
  #transferTicks = 0;
  /** Somebody was told to stand for election at once: no lease holds in this term any more. */
  #isHandedOver = false;

  constructor(state: MemberState) {
    const { log, options } = state;
    this.#state = state;
    this.#reads = new Reads(options.maxPendingReads);
    this.#lease = options.lease && new Lease(options.lease, options.electionTicks);
    this.#firstIndex = log.lastIndex + 1;
    this.#cluster = new Cluster(state, this.#firstIndex);
    for (const { data } of log.slice(log.commit + 1, log.lastIndex, Infinity))
      this.#uncommittedBytes += ENTRY_BYTES + data.length;
    this.#push('normal', NOTHING);
  }

  get transferee(): string | undefined {
    return this.#transferee;
  }

  get cluster(): Cluster {
    return this.#cluster;
  }

  #push(type: Entry['type'], data: Uint8Array): Proposed {
    const { log, term } = this.#state;
    const index = log.lastIndex + 1;
    this.#state.trace('append');
    log.push({ term, index, type, data });
    this.#uncommittedBytes += ENTRY_BYTES + data.length;
    if (type === 'confChange') {
      this.#cluster.follow(index);
      this.#state.trace('changeConfiguration');
    }
    return { index, term };
  }

  propose(data: Uint8Array): Proposed {
    const { maxUncommittedBytes } = this.#state.options;
    if (this.#transferee !== undefined) throw new NotLeaderError(undefined);
    // one is taken always, or a large one would never be
    if (
      this.#uncommittedBytes > 0 &&
      this.#uncommittedBytes + ENTRY_BYTES + data.length > maxUncommittedBytes
    )
      throw new OverloadedError('maxUncommittedBytes', maxUncommittedBytes);
    return this.#push('normal', data);
  }

  /** A change is proposed once the one before, and this term's first entry, are committed. */
  proposeConfChange(changes: readonly ConfChange[]): Proposed {
    const { log } = this.#state;
    const next = changed(log.configuration, changes);
    if (this.#transferee !== undefined) throw new NotLeaderError(undefined);
    if (log.commit < this.#firstIndex)
      throw new ChangePendingError('nothing of this term is committed yet');
    if (log.configurations.latestIndex > log.commit || isJoint(log.configuration))
      throw new ChangePendingError('the change before is not complete');
    return this.#push('confChange', encodeConfiguration(next));
  }

  readIndex(context: string): void {
    this.#reads.checkRoom();
    if (this.#state.log.commit < this.#firstIndex) this.#reads.addEarly(context);
    else this.#addRead(context);
  }

  #addRead(context: string): void {
    this.#reads.add(context, this.#state.log.commit, this.#round + 1);
    this.#isHeartbeatDue = true;
  }

  /** What a lease allows to read at this moment: `undefined` if none holds. */
  leaseIndex(nowMs: number): number | undefined {
    const { commit } = this.#state.log;
    if (commit < this.#firstIndex || this.#transferee !== undefined || this.#isHandedOver)
      return undefined;
    return this.#lease?.holdsAt(nowMs) ? commit : undefined;
  }

  transferTo(id: string): void {
    const { id: self, log } = this.#state;
    if (!log.configuration.voters.includes(id))
      throw new RangeError(`id must be a voter, got ${id}`);
    if (id === self || id === this.#transferee) return;
    this.#transferee = id;
    this.#transferTicks = 0;
    this.#handOverIfCaughtUp();
  }

  #handOverIfCaughtUp(): void {
    const { id, term, log } = this.#state;
    const to = this.#transferee;
    if (to === undefined || this.#cluster.matchOf(to) !== log.lastIndex) return;
    this.#isHandedOver = true;
    this.#state.send({ type: 'timeoutNow', from: id, to, term });
  }

  /** @returns whether a majority has been heard of late; if not, it has to step down. */
  tick(): boolean {
    const { electionTicks, heartbeatTicks, checkQuorum } = this.#state.options;
    if (++this.#heartbeatTicks >= heartbeatTicks) {
      this.#heartbeatTicks = 0;
      this.#isHeartbeatDue = true;
    }
    if (this.#transferee !== undefined && ++this.#transferTicks >= electionTicks)
      this.#transferee = undefined;
    if (++this.#quorumTicks < electionTicks) return true;
    this.#quorumTicks = 0;
    this.#cluster.releaseDeparted();
    return this.#cluster.takeActivity() || !checkQuorum;
  }

  /** What a follower says; others are not heard. @returns whether more may be committed. */
  hear(message: AppendEntriesResponse | HeartbeatResponse | InstallSnapshotResponse): boolean {
    const peer = this.#cluster.peer(message.from);
    if (peer === undefined) return false;
    peer.isActive = true;
    if (message.type === 'heartbeatResponse') {
      if (message.round > this.#round) return false;
      this.#cluster.beaten(peer, message.round);
      if (message.round > this.#confirmedRound) this.#confirmRounds();
      return false;
    }
    const hasMoved =
      message.type === 'appendEntriesResponse'
        ? this.#cluster.appended(peer, message)
        : this.#cluster.installed(peer, message);
    if (!hasMoved) return false;
    this.commitByMajority();
    this.#handOverIfCaughtUp();
    return true;
  }

  #confirmRounds(): void {
    const { id, log } = this.#state;
    const round = committedIndex(log.configuration, (member) =>
      member === id ? this.#round : this.#cluster.peer(member)?.round,
    );
    if (round <= this.#confirmedRound) return;
    this.#confirmedRound = round;
    this.#lease?.confirmed(round);
    for (const read of this.#reads.confirm(round)) this.#state.readStates.push(read);
  }

  /** §5.3, §5.4.2: commits what a majority has, if the last of it is of this term. */
  commitByMajority(): void {
    const { log, term } = this.#state;
    const index = committedIndex(log.configuration, (id) => this.#cluster.matchOf(id));
    if (index <= log.commit || log.termAt(index) !== term) return;
    for (const { data } of log.slice(log.commit + 1, index, Infinity))
      this.#uncommittedBytes -= ENTRY_BYTES + data.length;
    log.commitTo(index);
    this.#state.trace('commit');
    for (const context of this.#reads.takeEarly()) this.#addRead(context);
    this.#completeChange();
  }

  /** A joint configuration is left once it is committed, whoever proposed it. */
  #completeChange(): void {
    const { log } = this.#state;
    if (isJoint(log.configuration) && log.configurations.latestIndex <= log.commit)
      this.#push('confChange', encodeConfiguration(afterJoint(log.configuration)));
  }

  /**
   * Whether it leads a cluster that it is no voter of, and all that it had to bring is committed:
   * it steps down then (thesis, §4.2.2).
   */
  get isRemoved(): boolean {
    const { id, log } = this.#state;
    const needed = Math.max(log.configurations.latestIndex, this.#firstIndex);
    return !isVoter(log.configuration, id) && needed <= log.commit;
  }

  /** Whether `flush` would send anything. */
  get hasToSay(): boolean {
    return this.#isHeartbeatDue || this.#cluster.hasToServe();
  }

  /** Says what there is to say. @param nowMs - for leases, at this moment or before. */
  flush(nowMs?: number): void {
    if (this.#isHeartbeatDue) this.#beat(nowMs);
    this.#cluster.serve();
  }

  /** Says what there is left to say, and tells the voter that has the most to stand at once. */
  resign(): void {
    this.flush();
    const { id, term, log } = this.#state;
    const matchOf = (voter: string): number => this.#cluster.matchOf(voter) ?? 0;
    const most = Math.max(...log.configuration.voters.map(matchOf));
    const to = log.configuration.voters.find((voter) => matchOf(voter) === most)!;
    this.#state.send({ type: 'timeoutNow', from: id, to, term });
  }

  #beat(nowMs?: number): void {
    this.#isHeartbeatDue = false;
    this.#round += 1;
    if (nowMs !== undefined) this.#lease?.sent(this.#round, nowMs);
    this.#cluster.beat(this.#round);
    // a majority of one
    if (this.#state.log.configuration.voters.length === 1) this.#confirmRounds();
  }

  /** Reads that will not be answered here. */
  unansweredReads(): string[] {
    return this.#reads.contexts();
  }
}

/** Whether a message answers a leader. */
export const answersLeader = (
  message: Message,
): message is AppendEntriesResponse | HeartbeatResponse | InstallSnapshotResponse =>
  message.type === 'appendEntriesResponse' ||
  message.type === 'heartbeatResponse' ||
  message.type === 'installSnapshotResponse';
