import { expect, it } from 'vitest';
import { RaftNode } from '../src/index.js';
import { append, ask, bytes, elect, entry, factsOf, nodes, THREE } from './raft-node-cluster.js';

const act = {
  id: (value) => new RaftNode(value as string, [value as string]),
  members: (value) => new RaftNode('a', value as string[]),
  options: (value) => new RaftNode('a', ['a'], value as object),
  vote: (value, node) => node.handleVoteRequest(value as never),
  voted: (value, node) => node.handleVoteResponse(value as never),
  append: (value, node) => node.handleAppendEntries(value as never),
  appended: (value, node) => node.handleAppendEntriesResponse('b', value as never),
  follower: (value, node) => node.createAppendEntries(value as string),
  command: (value, node) => node.appendEntry(value as Uint8Array),
  index: (value, node) => node.entryAt(value as number),
} satisfies Record<string, (value: unknown, node: RaftNode) => unknown>;
const prev = { prevLogIndex: 1, prevLogTerm: 2 };

it.each<[keyof typeof act, unknown, RegExp]>([
  ['id', 'no id', /^id must be 1 to 128/],
  ['members', 'a', /^members must be an array/],
  ['members', ['b'], /^members must include this member, a/],
  ['members', ['a', 'a'], /^members must name each id once/],
  ['members', ['a', 7], /^members\[1\] must be a string/],
  ['members', ['a', ...Array.from({ length: 255 }, (_, i) => `m${i}`)], /at most 255 ids, got 256/],
  ['options', { entriesMax: 0 }, /^options\.entriesMax must be an integer from 1/],
  ['options', { entrysMax: 1 }, /^options must have only/],
  ['vote', undefined, /^request must be an object/],
  ['vote', ask({ term: 0 }), /^request\.term must be an integer from 1/],
  ['vote', ask({ term: 2 ** 53 }), /^request\.term must be an integer/],
  ['vote', ask({ term: NaN }), /^request\.term/],
  ['vote', ask({ term: 9, lastLogTerm: 1 }), /^request\.lastLogTerm must be 0 exactly/],
  [
    'vote',
    ask({ term: 9, lastLogIndex: 1, lastLogTerm: 9 }),
    /^request\.lastLogTerm must be at most 8/,
  ],
  ['vote', ask({ term: 9, candidateId: '' }), /^request\.candidateId/],
  ['voted', { term: 9, voteGranted: 1 }, /^response\.voteGranted must be true or false/],
  ['voted', { term: -1, voteGranted: true }, /^response\.term/],
  ['voted', { term: 9, voteGranted: true, voterId: 7 }, /^response\.voterId must be a string/],
  ['append', append({ term: 1.5 }), /^request\.term/],
  ['append', append({ term: 9, leaderCommit: -1 }), /^request\.leaderCommit/],
  ['append', append({ term: 9, prevLogIndex: 1 }), /^request\.prevLogTerm must be 0 exactly/],
  [
    'append',
    append({ term: 9, prevLogIndex: 1, prevLogTerm: 10 }),
    /^request\.prevLogTerm must be/,
  ],
  ['append', { ...append({ term: 9 }), entries: {} }, /^request\.entries must be an array/],
  [
    'append',
    append({ term: 9, entries: [entry(1, 2)] }),
    /^request\.entries\[0\]\.index .* from 1 to 1/,
  ],
  ['append', append({ term: 9, ...prev, entries: [entry(1, 2)] }), /\[0\]\.term .* from 2 to 9/],
  [
    'append',
    append({ term: 9, entries: [entry(3, 1), entry(2, 2)] }),
    /\[1\]\.term .* from 3 to 9/,
  ],
  ['append', append({ term: 9, entries: [entry(10, 1)] }), /\[0\]\.term .* from 1 to 9/],
  [
    'append',
    append({ term: 9, entries: [{ ...entry(1, 1), command: 'x' as never }] }),
    /Uint8Array/,
  ],
  ['appended', { term: 9, success: true }, /^response\.matchIndex must be a number/],
  ['appended', { term: 1, success: true, matchIndex: 3 }, /^response\.matchIndex .* to 2, got 3/],
  ['appended', { term: 9, success: 'no' }, /^response\.success/],
  ['appended', { term: 9, success: false, conflictIndex: 0 }, /^response\.conflictIndex/],
  ['appended', { term: 9, success: false, conflictTerm: 0 }, /^response\.conflictTerm/],
  ['follower', 7, /^follower must be a string/],
  ['follower', 'a', /^follower must be another member/],
  ['command', 'text', /^command must be a Uint8Array/],
  ['index', -1, /^index must be an integer from 0/],
])('what has the wrong form as %s throws and changes nothing: %#', (what, value, rule) => {
  const [leader, b] = nodes(THREE) as [RaftNode, RaftNode];
  elect(leader, b);
  for (const n of [1, 2]) leader.appendEntry(bytes(n));
  const candidate = new RaftNode('a', THREE);
  candidate.startElection();
  for (const node of [leader, candidate]) {
    const before = [factsOf(node), node.createAppendEntries('b')];
    const isOfLeader = what === 'appended' && (value as { term: number }).term === 1;
    if (isOfLeader && node === candidate) continue; // the claim is about the leader's log
    expect(() => act[what](value, node)).toThrow(rule);
    expect([factsOf(node), node.createAppendEntries('b')]).toEqual(before);
  }
});
