import { isEdgeError } from '@ruvector/core';
import { expect } from 'vitest';
import {
  RaftNode,
  type LogEntry,
  type RaftAppendEntries,
  type RaftNodeOptions,
  type RaftVoteRequest,
} from '../src/index.js';

export const THREE = ['a', 'b', 'c'];
export const FIVE = ['a', 'b', 'c', 'd', 'e'];
export const nodes = (ids: readonly string[], options?: RaftNodeOptions) =>
  ids.map((id) => new RaftNode(id, ids, options));

/** In the first term that is new to the voters. */
export const elect = (node: RaftNode, ...voters: RaftNode[]) => {
  let request = node.startElection();
  while (voters.some((voter) => voter.currentTerm >= request.term)) request = node.startElection();
  voters.forEach((voter) => node.handleVoteResponse(voter.handleVoteRequest(request)));
  expect(node.isLeader).toBe(true);
};
export const replicate = (leader: RaftNode, follower: RaftNode, id: string) => {
  const response = follower.handleAppendEntries(leader.createAppendEntries(id)!);
  leader.handleAppendEntriesResponse(id, response);
  return response;
};
export const bytes = (...values: number[]) => Uint8Array.from(values);
/** Terms and commands, `1:7 2:9`. */
export const show = (node: RaftNode) =>
  node.log.map((e) => `${e.term}:${e.command.join('.')}`).join(' ');
export const factsOf = (node: RaftNode) => ({
  state: node.state,
  term: node.currentTerm,
  commit: node.commitIndex,
  leader: node.leaderId,
  log: show(node),
});
export const entry = (term: number, index: number, ...command: number[]): LogEntry => ({
  term,
  index,
  command: bytes(...command),
});
export const append = (over: Partial<RaftAppendEntries> = {}): RaftAppendEntries => ({
  term: 1,
  leaderId: 'b',
  prevLogIndex: 0,
  prevLogTerm: 0,
  entries: [],
  leaderCommit: 0,
  ...over,
});
export const ask = (over: Partial<RaftVoteRequest> = {}): RaftVoteRequest => ({
  term: 1,
  candidateId: 'b',
  lastLogIndex: 0,
  lastLogTerm: 0,
  ...over,
});
export const codeOf = (act: () => unknown): string | undefined => {
  try {
    act();
  } catch (error) {
    if (isEdgeError(error)) return error.code;
    throw error;
  }
  return undefined;
};
