import { checkBoolean, checkBytes, checkId, checkInteger, checkObject } from '@ruvector/core';

/** What a member is: it follows, stands for election, or leads (Raft §5.1). */
export type RaftState = 'follower' | 'candidate' | 'leader';

/** One command of the log of a `RaftNode`. */
export interface LogEntry {
  /** Of the leader that took the command, 1 or more. */
  readonly term: number;
  /** Its place in the log, 1 or more, without gaps. */
  readonly index: number;
  /** Empty is allowed. */
  readonly command: Uint8Array;
}

/** A candidate asks for a vote (RequestVote of the paper's figure 2). */
export interface RaftVoteRequest {
  /** Of the election, 1 or more. */
  readonly term: number;
  readonly candidateId: string;
  /** Of the candidate's log, 0 if that is empty. */
  readonly lastLogIndex: number;
  /** The term of that entry, below `term`; 0 if the log is empty. */
  readonly lastLogTerm: number;
}

/** The answer to a `RaftVoteRequest`. */
export interface RaftVoteResponse {
  /** Of who answers: 0 or more. */
  readonly term: number;
  readonly voteGranted: boolean;
  /**
   * Who answers: a `RaftNode` always says so. All votes without it are one vote, which may be that
   * of a member that did say so.
   */
  readonly voterId?: string;
}

/** A leader sends a part of its log, or no entry as a sign of life (AppendEntries of figure 2). */
export interface RaftAppendEntries {
  /** Of the leader, 1 or more. */
  readonly term: number;
  readonly leaderId: string;
  /** The entry before the first of `entries`, 0 at the beginning of the log. */
  readonly prevLogIndex: number;
  /** Its term, at most `term`; 0 at the beginning of the log. */
  readonly prevLogTerm: number;
  /** Behind `prevLogIndex`, without gaps. */
  readonly entries: readonly LogEntry[];
  /** What the leader knows to be committed, 0 or more. */
  readonly leaderCommit: number;
}

/** The answer to a `RaftAppendEntries`. */
export interface RaftAppendEntriesResponse {
  /** Of who answers: 0 or more. */
  readonly term: number;
  /** Whether the log has the request's previous entry, and now its entries too. */
  readonly success: boolean;
  /**
   * With success: the last entry that request and log share. What the log has behind it may be
   * another leader's.
   */
  readonly matchIndex?: number;
  /** Without success: the term of the entry at `prevLogIndex`, if there is one. */
  readonly conflictTerm?: number;
  /** Without success: the first entry of that term, or where the log ends, plus one. */
  readonly conflictIndex?: number;
}

const term = (name: string, value: unknown, min = 1): number => checkInteger(name, value, { min });
const index = (name: string, value: unknown): number => checkInteger(name, value, { min: 0 });

/** The last or the previous entry: both numbers are 0, or none. */
function checkPosition(name: string, at: number, its: number, termMax: number): void {
  if ((at === 0) !== (its === 0))
    throw new RangeError(`${name}Term must be 0 exactly at ${name}Index 0, got ${its} at ${at}`);
  if (its > termMax) throw new RangeError(`${name}Term must be at most ${termMax}, got ${its}`);
}

/** A copy of the request that nobody can change. @throws TypeError or RangeError */
export function checkVoteRequest(request: RaftVoteRequest): RaftVoteRequest {
  const given = checkObject('request', request);
  const copy: RaftVoteRequest = {
    term: term('request.term', given.term),
    candidateId: checkId('request.candidateId', given.candidateId),
    lastLogIndex: index('request.lastLogIndex', given.lastLogIndex),
    lastLogTerm: index('request.lastLogTerm', given.lastLogTerm),
  };
  checkPosition('request.lastLog', copy.lastLogIndex, copy.lastLogTerm, copy.term - 1);
  return copy;
}

/** A copy of the response. @throws TypeError or RangeError */
export function checkVoteResponse(response: RaftVoteResponse): RaftVoteResponse {
  const { term: answered, voteGranted, voterId } = checkObject('response', response);
  return {
    term: term('response.term', answered, 0),
    voteGranted: checkBoolean('response.voteGranted', voteGranted),
    ...(voterId !== undefined && { voterId: checkId('response.voterId', voterId) }),
  };
}

/** A copy of the request, its commands included. @throws TypeError or RangeError */
export function checkAppendEntries(
  request: RaftAppendEntries,
  commandBytesMax: number,
): RaftAppendEntries {
  const given = checkObject('request', request);
  const own = term('request.term', given.term);
  const leaderId = checkId('request.leaderId', given.leaderId);
  const prevLogIndex = index('request.prevLogIndex', given.prevLogIndex);
  const prevLogTerm = index('request.prevLogTerm', given.prevLogTerm);
  const leaderCommit = index('request.leaderCommit', given.leaderCommit);
  checkPosition('request.prevLog', prevLogIndex, prevLogTerm, own);
  if (!Array.isArray(given.entries))
    throw new TypeError(`request.entries must be an array, got ${typeof given.entries}`);
  let before = Math.max(1, prevLogTerm);
  const entries = Array.from(given.entries as readonly LogEntry[], (each, i): LogEntry => {
    const name = `request.entries[${i}]`;
    const place = prevLogIndex + 1 + i;
    const entry = checkObject(name, each);
    before = checkInteger(`${name}.term`, entry.term, { min: before, max: own });
    checkInteger(`${name}.index`, entry.index, { min: place, max: place });
    const command = checkBytes(`${name}.command`, entry.command, { max: commandBytesMax });
    return { term: before, index: place, command: copyOf(command) };
  });
  return { term: own, leaderId, prevLogIndex, prevLogTerm, entries, leaderCommit };
}

/** A copy of the response. @throws TypeError or RangeError */
export function checkAppendEntriesResponse(
  response: RaftAppendEntriesResponse,
): RaftAppendEntriesResponse {
  const given = checkObject('response', response);
  const answered = term('response.term', given.term, 0);
  if (checkBoolean('response.success', given.success))
    return {
      term: answered,
      success: true,
      matchIndex: index('response.matchIndex', given.matchIndex),
    };
  const { conflictTerm, conflictIndex } = given;
  return {
    term: answered,
    success: false,
    ...(conflictTerm !== undefined && {
      conflictTerm: term('response.conflictTerm', conflictTerm),
    }),
    ...(conflictIndex !== undefined && {
      conflictIndex: checkInteger('response.conflictIndex', conflictIndex, { min: 1 }),
    }),
  };
}

/** In new memory: the `slice` of Node's `Buffer` would share it. */
export const copyOf = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);
