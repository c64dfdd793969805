import { checkBytes, checkId, checkInteger, checkObject, LimitError } from '@ruvector/core';
import { MEMBERS_MAX } from './configuration.js';
import { InconsistentLogError } from './errors.js';
import { committedIndex } from './quorum.js';
import { RaftNodeLog } from './raft-node-log.js';
import {
  checkAppendEntries,
  checkAppendEntriesResponse,
  checkVoteRequest,
  checkVoteResponse,
  copyOf,
  type LogEntry,
  type RaftAppendEntries,
  type RaftAppendEntriesResponse,
  type RaftState,
  type RaftVoteRequest,
  type RaftVoteResponse,
} from './raft-node-messages.js';

/** A message with a larger term is refused: it could not be counted on from. */
const TERM_MAX = Number.MAX_SAFE_INTEGER;

/** Bounds of a `RaftNode`; the same on all members, or what one sends another refuses. */
export interface RaftNodeOptions {
  /**
   * Entries of the log, none of which is ever dropped. One more is an `ERR_LIMIT`.
   *
   * @default 1_000_000
   */
  readonly entriesMax?: number;
  /**
   * Bytes of one command. More is a `RangeError`.
   *
   * @default 1_048_576
   */
  readonly commandBytesMax?: number;
  /**
   * Entries in one message; the next message has the next ones.
   *
   * @default 256
   */
  readonly entriesPerMessageMax?: number;
  /**
   * Bytes of the commands in one message; a longer command goes alone.
   *
   * @default 1_048_576
   */
  readonly messageBytesMax?: number;
}

/** What a leader knows of a follower: where to go on, and what is surely shared. */
interface Progress {
  nextIndex: number;
  matchIndex: number;
}

/**
 * One member of a cluster by figure 2 of the Raft paper and nothing else, for those who carry its
 * messages and time its elections themselves: it answers requests, and sends, waits and stores
 * nothing. Call `startElection` when no leader was heard of for a random time, and send what
 * `createAppendEntries` gives to each follower in a steady beat.
 *
 * It is in memory only. A member that forgets its term, vote and log may vote twice in a term and
 * forget what was committed, so one that has stopped must not come back under its id; where members
 * restart, take `RaftServer`, which stores them first.
 *
 * The log has the commands of `appendEntry` and nothing else: indices count commands. Figure 2
 * commits entries of earlier terms only together with one of the leader's own (§5.4.2), and a new
 * leader adds none unasked; to commit at once what it found, append an empty command.
 *
 * Whoever is not among the members is refused, and changes nothing. A message of the wrong form
 * throws, and changes nothing.
 *
 * @example
 * const members = ['a', 'b', 'c'];
 * const [a, b] = [new RaftNode('a', members), new RaftNode('b', members)];
 * a.handleVoteResponse(b.handleVoteRequest(a.startElection())); // => true
 * a.appendEntry(Uint8Array.of(7)); // => 1
 * const answer = b.handleAppendEntries(a.createAppendEntries('b')!);
 * a.handleAppendEntriesResponse('b', answer); // => true
 * [a.commitIndex, b.log.length]; // => [1, 1]
 * @see Ongaro & Ousterhout, "In Search of an Understandable Consensus Algorithm" (2014), figure 2
 */
export class RaftNode {
  readonly #id: string;
  readonly #members: readonly string[];
  readonly #options: Required<RaftNodeOptions>;
  readonly #log = new RaftNodeLog();
  #state: RaftState = 'follower';
  #term = 0;
  #vote: string | undefined;
  #leader: string | undefined;
  #commit = 0;
  /** Others that voted for this candidate and said who they are. */
  readonly #voters = new Set<string>();
  #hasNamelessVote = false;
  readonly #progress = new Map<string, Progress>();

  /**
   * @param id - of this member, among `members`.
   * @param members - all of the cluster, this one included, the same list on each: it never
   *   changes. 1 to 255.
   * @throws TypeError or RangeError for what is no id, is there twice, or out of range.
   */
  constructor(id: string, members: readonly string[], options: RaftNodeOptions = {}) {
    this.#id = checkId('id', id);
    this.#members = checkMembers(members, id);
    this.#options = checkOptions(options);
  }

  /** What this member is now. */
  get state(): RaftState {
    return this.#state;
  }

  /** The latest term that this member knows of, 0 at first. */
  get currentTerm(): number {
    return this.#term;
  }

  /** The last entry known to be committed, 0 at first: up to it commands may be executed. */
  get commitIndex(): number {
    return this.#commit;
  }

  /** Whether this member leads its term, as far as it knows: there may be a later term. */
  get isLeader(): boolean {
    return this.#state === 'leader';
  }

  /** Who leads this member's term, `undefined` while it has not heard of a leader. */
  get leaderId(): string | undefined {
    return this.#leader;
  }

  /** A copy of the whole log; `entryAt` copies a single entry. */
  get log(): LogEntry[] {
    return this.#log.entriesFrom(1, Infinity, Infinity);
  }

  /** A copy of one entry of the log, `undefined` where there is none. Index 1 is the first. */
  entryAt(index: number): LogEntry | undefined {
    return this.#log.entryAt(checkInteger('index', index, { min: 0 }));
  }

  /**
   * Stands for election in the next term, whatever this member was; a leader gives up its own. The
   * only member of its cluster leads at once.
   *
   * @returns what all the others have to be asked.
   */
  startElection(): RaftVoteRequest {
    if (this.#term === TERM_MAX) throw new LimitError('TERM_MAX', TERM_MAX);
    this.#follow(this.#term + 1);
    this.#state = 'candidate';
    this.#vote = this.#id;
    this.#voters.clear();
    this.#hasNamelessVote = false;
    this.#leadIfElected();
    const { lastIndex: lastLogIndex, lastTerm: lastLogTerm } = this.#log;
    return { term: this.#term, candidateId: this.#id, lastLogIndex, lastLogTerm };
  }

  /**
   * Votes for the first candidate of a term whose log is as up to date as the own (§5.2, §5.4.1).
   *
   * @throws TypeError or RangeError for a request of the wrong form; nothing is changed then.
   */
  handleVoteRequest(request: RaftVoteRequest): RaftVoteResponse {
    const { term, candidateId, lastLogIndex, lastLogTerm } = checkVoteRequest(request);
    const isKnown = this.#isOther(candidateId);
    if (isKnown && term > this.#term) this.#follow(term);
    const isUpToDate =
      lastLogTerm > this.#log.lastTerm ||
      (lastLogTerm === this.#log.lastTerm && lastLogIndex >= this.#log.lastIndex);
    const voteGranted =
      isKnown && term === this.#term && isUpToDate && (this.#vote ?? candidateId) === candidateId;
    if (voteGranted) this.#vote = candidateId;
    return { term: this.#term, voteGranted, voterId: this.#id };
  }

  /**
   * Counts a vote, once a voter.
   *
   * @returns whether this vote made the member leader.
   * @throws TypeError or RangeError for a response of the wrong form; nothing is changed then.
   */
  handleVoteResponse(response: RaftVoteResponse): boolean {
    const { term, voteGranted, voterId } = checkVoteResponse(response);
    if (voterId !== undefined && !this.#isOther(voterId)) return false;
    if (term > this.#term) this.#follow(term);
    if (!voteGranted || term < this.#term || this.#state !== 'candidate') return false;
    if (voterId === undefined) this.#hasNamelessVote = true;
    else this.#voters.add(voterId);
    return this.#leadIfElected();
  }

  /**
   * Takes a command into the leader's log; it is committed once `commitIndex` has reached it, and
   * lost if another leader overwrites it before.
   *
   * @param command - is copied.
   * @returns its index, or `undefined` if this member does not lead.
   * @throws TypeError or RangeError for what are no bytes, or too many.
   * @throws LimitError if the log is full.
   */
  appendEntry(command: Uint8Array): number | undefined {
    checkBytes('command', command, { max: this.#options.commandBytesMax });
    if (!this.isLeader) return undefined;
    const index = this.#log.lastIndex + 1;
    this.#checkRoom(index);
    this.#log.append({ term: this.#term, index, command: copyOf(command) });
    this.#advanceCommit();
    return index;
  }

  /**
   * What a follower needs next; without entries it is a heartbeat. The same again until its answer
   * is handled: messages may be lost.
   *
   * @returns `undefined` if this member does not lead.
   * @throws TypeError or RangeError for what is no other member.
   */
  createAppendEntries(follower: string): RaftAppendEntries | undefined {
    if (!this.#isOther(checkId('follower', follower)))
      throw new RangeError(`follower must be another member, got ${follower}`);
    const progress = this.#progress.get(follower);
    if (progress === undefined) return undefined;
    const { entriesPerMessageMax, messageBytesMax } = this.#options;
    const prevLogIndex = progress.nextIndex - 1;
    return {
      term: this.#term,
      leaderId: this.#id,
      prevLogIndex,
      prevLogTerm: this.#log.termAt(prevLogIndex)!,
      entries: this.#log.entriesFrom(progress.nextIndex, entriesPerMessageMax, messageBytesMax),
      leaderCommit: this.#commit,
    };
  }

  /**
   * Makes the log the leader's as far as the request goes (§5.3). What the log has behind that
   * stays unless it contradicts: the request may be an old one.
   *
   * @throws TypeError or RangeError for a request of the wrong form; nothing is changed then.
   * @throws InconsistentLogError for a second leader of one term, or entries that contradict
   *   committed ones: no correct cluster sends them. Nothing is changed then.
   * @throws LimitError if the log would become too long; nothing is changed then.
   */
  handleAppendEntries(request: RaftAppendEntries): RaftAppendEntriesResponse {
    const checked = checkAppendEntries(request, this.#options.commandBytesMax);
    const { term, leaderId, prevLogIndex, prevLogTerm, entries, leaderCommit } = checked;
    if (!this.#isOther(leaderId) || term < this.#term) return { term: this.#term, success: false };
    this.#checkOnlyLeader(term, leaderId);
    const isShared = this.#log.termAt(prevLogIndex) === prevLogTerm;
    const fresh = isShared ? entries.findIndex((entry) => !this.#has(entry)) : -1;
    this.#checkUncommitted(isShared ? entries[fresh]?.index : prevLogIndex);
    if (fresh >= 0) this.#checkRoom(prevLogIndex + entries.length);

    this.#follow(term);
    this.#leader = leaderId;
    if (!isShared) return { term, success: false, ...this.#conflictAt(prevLogIndex) };
    if (fresh >= 0) {
      this.#log.truncateFrom(entries[fresh]!.index);
      for (const entry of entries.slice(fresh)) this.#log.append(entry);
    }
    const matchIndex = prevLogIndex + entries.length;
    this.#commit = Math.max(this.#commit, Math.min(leaderCommit, matchIndex));
    return { term, success: true, matchIndex };
  }

  /**
   * Notes what a follower has, or where to go back to.
   *
   * @param follower - who answered: the transport knows.
   * @returns whether more is committed now.
   * @throws TypeError or RangeError for a response of the wrong form, or one that claims entries
   *   which the leader does not have; nothing is changed then.
   */
  handleAppendEntriesResponse(follower: string, response: RaftAppendEntriesResponse): boolean {
    checkId('follower', follower);
    const checked = checkAppendEntriesResponse(response);
    if (!this.#isOther(follower)) return false;
    if (checked.term > this.#term) this.#follow(checked.term);
    const progress = this.#progress.get(follower);
    if (progress === undefined || checked.term < this.#term) return false;
    if (!checked.success) {
      this.#goBack(progress, checked);
      return false;
    }
    const matchIndex = checkInteger('response.matchIndex', checked.matchIndex, {
      max: this.#log.lastIndex,
    });
    progress.matchIndex = Math.max(progress.matchIndex, matchIndex); // answers overtake each other
    progress.nextIndex = Math.max(progress.nextIndex, progress.matchIndex + 1);
    return this.#advanceCommit();
  }

  #isOther(id: string): boolean {
    return id !== this.#id && this.#members.includes(id);
  }

  /** In a new term nobody has this member's vote yet, and no leader is known. */
  #follow(term: number): void {
    if (term > this.#term) {
      this.#term = term;
      this.#vote = undefined;
      this.#leader = undefined;
    }
    this.#state = 'follower';
    this.#progress.clear();
  }

  /** The nameless vote may be that of a voter that is counted: it only matters without these. */
  #leadIfElected(): boolean {
    const votes = 1 + Math.max(this.#voters.size, this.#hasNamelessVote ? 1 : 0);
    if (votes * 2 <= this.#members.length) return false;
    this.#state = 'leader';
    this.#leader = this.#id;
    const nextIndex = this.#log.lastIndex + 1;
    for (const member of this.#members)
      if (member !== this.#id) this.#progress.set(member, { nextIndex, matchIndex: 0 });
    return true;
  }

  /** Only an entry of this term is committed for being stored by a majority (§5.4.2). */
  #advanceCommit(): boolean {
    const matchOf = (id: string) =>
      id === this.#id ? this.#log.lastIndex : this.#progress.get(id)?.matchIndex;
    const index = committedIndex({ voters: this.#members }, matchOf);
    if (index <= this.#commit || this.#log.termAt(index) !== this.#term) return false;
    this.#commit = index;
    return true;
  }

  /**
   * By a term at a time where the follower says which (§5.3). A rejection that comes late or twice
   * asks for nothing new, and none goes back before what is known to be shared.
   */
  #goBack(progress: Progress, { conflictTerm, conflictIndex }: RaftAppendEntriesResponse): void {
    let next = conflictIndex ?? progress.nextIndex - 1;
    if (conflictTerm !== undefined) {
      const last = this.#log.lastUpToTerm(conflictTerm, progress.nextIndex);
      if (this.#log.termAt(last) === conflictTerm) next = last + 1;
    }
    progress.nextIndex = Math.max(progress.matchIndex + 1, Math.min(progress.nextIndex, next));
  }

  #conflictAt(index: number): Pick<RaftAppendEntriesResponse, 'conflictTerm' | 'conflictIndex'> {
    const conflictTerm = this.#log.termAt(index);
    if (conflictTerm === undefined) return { conflictIndex: this.#log.lastIndex + 1 };
    return { conflictTerm, conflictIndex: this.#log.firstOfTermAt(index) };
  }

  #has({ index, term }: LogEntry): boolean {
    return this.#log.termAt(index) === term;
  }

  #checkOnlyLeader(term: number, leaderId: string): void {
    if (term === this.#term && this.#leader !== undefined && this.#leader !== leaderId)
      throw new InconsistentLogError(`${this.#leader} and ${leaderId} both lead term ${term}`);
  }

  #checkUncommitted(index: number | undefined): void {
    if (index !== undefined && index <= this.#commit)
      throw new InconsistentLogError(`entry ${index} is committed, and another was sent for it`);
  }

  #checkRoom(lastIndex: number): void {
    const { entriesMax } = this.#options;
    if (lastIndex > entriesMax) throw new LimitError('entriesMax', entriesMax);
  }
}

function checkMembers(members: readonly string[], id: string): readonly string[] {
  if (!Array.isArray(members))
    throw new TypeError(`members must be an array of ids, got ${typeof members}`);
  const ids = Array.from(members as readonly string[], (each, i) => checkId(`members[${i}]`, each));
  if (ids.length > MEMBERS_MAX)
    throw new RangeError(`members must have at most ${MEMBERS_MAX} ids, got ${ids.length}`);
  if (new Set(ids).size < ids.length) throw new RangeError('members must name each id once');
  if (!ids.includes(id)) throw new RangeError(`members must include this member, ${id}`);
  return ids;
}

function checkOptions(options: RaftNodeOptions): Required<RaftNodeOptions> {
  const keys = ['entriesMax', 'commandBytesMax', 'entriesPerMessageMax', 'messageBytesMax'];
  const {
    entriesMax = 1_000_000,
    commandBytesMax = 1 << 20,
    entriesPerMessageMax = 256,
    messageBytesMax = 1 << 20,
  } = checkObject('options', options, { keys });
  checkInteger('options.entriesMax', entriesMax, { min: 1 });
  checkInteger('options.commandBytesMax', commandBytesMax, { min: 0 });
  checkInteger('options.entriesPerMessageMax', entriesPerMessageMax, { min: 1 });
  checkInteger('options.messageBytesMax', messageBytesMax, { min: 0 });
  return { entriesMax, commandBytesMax, entriesPerMessageMax, messageBytesMax };
}
