import { describe, expect, it } from 'vitest';
import { RaftNode, type RaftVoteRequest } from '../src/index.js';
import {
  append,
  ask,
  bytes,
  codeOf,
  elect,
  entry,
  factsOf,
  FIVE,
  nodes,
  replicate,
  show,
  THREE,
} from './raft-node-cluster.js';

describe('three nodes', () => {
  it('elect a leader, store its commands, commit them, and go on after it is gone', () => {
    const [a, b, c] = nodes(THREE) as [RaftNode, RaftNode, RaftNode];
    const request = a.startElection();
    expect(request).toEqual({ term: 1, candidateId: 'a', lastLogIndex: 0, lastLogTerm: 0 });
    expect(a.state).toBe('candidate');
    const vote = b.handleVoteRequest(request);
    expect(vote).toEqual({ term: 1, voteGranted: true, voterId: 'b' });
    expect(a.handleVoteResponse(vote)).toBe(true);
    expect(a.appendEntry(bytes(1))).toBe(1);
    expect(a.appendEntry(bytes(2))).toBe(2);
    expect(replicate(a, b, 'b')).toEqual({ term: 1, success: true, matchIndex: 2 });
    expect([a.commitIndex, b.commitIndex]).toEqual([2, 0]);
    replicate(a, b, 'b');
    expect(factsOf(b)).toEqual({
      state: 'follower',
      term: 1,
      commit: 2,
      leader: 'a',
      log: '1:1 1:2',
    });

    c.startElection(); // of a's term, so that nobody has a vote left for it
    expect(b.handleVoteRequest(c.startElection()).voteGranted, 'c lacks entries').toBe(false);
    elect(b, c);
    expect(b.appendEntry(bytes(3))).toBe(3);
    while (c.log.length < 3) replicate(b, c, 'c');
    replicate(b, c, 'c');
    expect(factsOf(c)).toEqual({ ...factsOf(b), state: 'follower' });
    expect([b.commitIndex, show(b)]).toEqual([3, `1:1 1:2 ${b.currentTerm}:3`]);
    replicate(b, a, 'a');
    expect([a.state, a.currentTerm, a.log.length]).toEqual(['follower', b.currentTerm, 3]);
  });

  it('number commands without gaps over elections: no entry is hidden among them', () => {
    const [a, b] = nodes(THREE) as [RaftNode, RaftNode];
    for (let index = 1; index <= 4; index++) {
      elect(a, b);
      expect(a.appendEntry(bytes(index))).toBe(index);
      replicate(a, b, 'b');
    }
    expect(b.log.map(({ term, index }) => [term, index])).toEqual([1, 2, 3, 4].map((n) => [n, n]));
  });
});

describe('an election', () => {
  it('of the only member is won at once, and its commands are committed at once', () => {
    const node = new RaftNode('a', ['a']);
    node.startElection();
    expect(node.isLeader).toBe(true);
    expect([node.appendEntry(bytes()), node.commitIndex]).toEqual([1, 1]);
  });

  it.each([
    [2, 2],
    [3, 2],
    [4, 3],
    [5, 3],
  ])('of %i members needs %i votes, the own one included', (size, majority) => {
    const [a, ...others] = nodes(FIVE.slice(0, size)) as [RaftNode, ...RaftNode[]];
    const request = a.startElection();
    const won = others.map((other) => a.handleVoteResponse(other.handleVoteRequest(request)));
    expect(won.indexOf(true) + 2).toBe(majority);
    expect(won.filter(Boolean), 'it becomes leader once').toHaveLength(1);
  });

  it('counts the vote of a voter once', () => {
    const [a, b] = nodes(FIVE) as [RaftNode, RaftNode];
    const vote = b.handleVoteRequest(a.startElection());
    expect([1, 2, 3].map(() => a.handleVoteResponse(vote))).toEqual([false, false, false]);
  });

  it('counts all votes without a voter id as one, which may be that of a voter with one', () => {
    const nameless = { term: 1, voteGranted: true };
    const three = new RaftNode('a', THREE);
    three.startElection();
    expect(three.handleVoteResponse(nameless)).toBe(true);
    const five = new RaftNode('a', FIVE);
    five.startElection();
    const answers = [nameless, nameless, { ...nameless, voterId: 'b' }, nameless];
    expect(answers.map((each) => five.handleVoteResponse(each))).not.toContain(true);
    expect(five.handleVoteResponse({ ...nameless, voterId: 'c' })).toBe(true);
  });

  it('counts a nameless vote anew in the next election, and no vote of the last one', () => {
    const node = new RaftNode('a', FIVE);
    node.startElection();
    node.handleVoteResponse({ term: 1, voteGranted: true, voterId: 'b' });
    node.startElection();
    for (const voterId of ['c', 'd'])
      expect(node.handleVoteResponse({ term: 1, voteGranted: true, voterId })).toBe(false);
    expect(node.handleVoteResponse({ term: 2, voteGranted: true, voterId: 'c' })).toBe(false);
    expect(node.handleVoteResponse({ term: 2, voteGranted: true, voterId: 'd' })).toBe(true);
  });

  it('needs a vote of its own, also if a nameless one won the last', () => {
    const node = new RaftNode('a', THREE);
    node.startElection();
    expect(node.handleVoteResponse({ term: 1, voteGranted: true })).toBe(true);
    node.startElection();
    expect(node.state).toBe('candidate');
  });

  it('begun by a leader ends its leadership', () => {
    const [a, b] = nodes(THREE) as [RaftNode, RaftNode];
    elect(a, b);
    expect([a.startElection().term, a.state, a.leaderId]).toEqual([2, 'candidate', undefined]);
    expect([a.appendEntry(bytes(1)), a.createAppendEntries('b')]).toEqual([undefined, undefined]);
  });

  it('is not begun in a term that cannot be counted on from', () => {
    const node = new RaftNode('a', THREE);
    node.handleAppendEntries(append({ term: Number.MAX_SAFE_INTEGER }));
    const before = factsOf(node);
    expect(codeOf(() => node.startElection())).toBe('ERR_LIMIT');
    expect(factsOf(node)).toEqual(before);
  });
});

describe('a vote', () => {
  it('is given once a term, and again to the same candidate, whose answer was lost', () => {
    const node = new RaftNode('a', THREE);
    const granted = (over: Partial<RaftVoteRequest>) =>
      node.handleVoteRequest(ask(over)).voteGranted;
    expect(granted({ candidateId: 'b' })).toBe(true);
    expect(granted({ candidateId: 'c' })).toBe(false);
    expect(granted({ candidateId: 'b' })).toBe(true);
    expect(granted({ candidateId: 'c', term: 2 })).toBe(true);
  });

  it('is not given in an earlier term, and the answer says which it is', () => {
    const node = new RaftNode('a', THREE);
    node.handleAppendEntries(append({ term: 5 }));
    const refused = { term: 5, voteGranted: false, voterId: 'a' };
    expect(node.handleVoteRequest(ask({ term: 4, candidateId: 'c' }))).toEqual(refused);
  });

  it('is not given by a candidate or a leader to another in its own term', () => {
    const [a, b] = nodes(THREE) as [RaftNode, RaftNode];
    a.startElection();
    expect(a.handleVoteRequest(ask()).voteGranted).toBe(false);
    elect(a, b);
    expect(a.handleVoteRequest(ask({ term: 2 })).voteGranted).toBe(false);
    expect(a.isLeader).toBe(true);
  });

  it.each([
    ['an earlier last term, though a longer log', 9, 1, false],
    ['the same last term and a shorter log', 1, 2, false],
    ['the same log', 2, 2, true],
    ['the same last term and a longer log', 3, 2, true],
    ['a later last term, though a shorter log', 1, 3, true],
  ])('goes to a candidate with %s: %i entries, last of term %i', (_, length, last, granted) => {
    const node = new RaftNode('a', THREE);
    node.handleAppendEntries(append({ term: 2, entries: [entry(1, 1), entry(2, 2)] }));
    const request = ask({ term: 4, lastLogIndex: length, lastLogTerm: last });
    expect(node.handleVoteRequest(request).voteGranted).toBe(granted);
    expect(node.currentTerm, 'the later term counts all the same').toBe(4);
  });
});

describe('a later term', () => {
  it.each<[string, (node: RaftNode) => unknown]>([
    ['a request for a vote', (n) => n.handleVoteRequest(ask({ term: 9 }))],
    ['a vote', (n) => n.handleVoteResponse({ term: 9, voteGranted: true, voterId: 'b' })],
    ['a nameless refusal', (n) => n.handleVoteResponse({ term: 9, voteGranted: false })],
    ['entries', (n) => n.handleAppendEntries(append({ term: 9 }))],
    ['an answer', (n) => n.handleAppendEntriesResponse('b', { term: 9, success: false })],
  ])('in %s makes a leader and a candidate follow', (_, act) => {
    const [leader, b] = nodes(THREE) as [RaftNode, RaftNode];
    elect(leader, b);
    const candidate = new RaftNode('a', THREE);
    candidate.startElection();
    for (const node of [leader, candidate]) {
      act(node);
      expect([node.state, node.currentTerm]).toEqual(['follower', 9]);
      expect(node.appendEntry(bytes(1))).toBeUndefined();
    }
  });

  it('of a leader is followed by a candidate of the same term', () => {
    const node = new RaftNode('a', THREE);
    node.startElection();
    node.handleAppendEntries(append({ term: 1 }));
    expect([node.state, node.leaderId]).toEqual(['follower', 'b']);
    const other = ask({ candidateId: 'c' });
    expect(node.handleVoteRequest(other).voteGranted, 'the vote is its own').toBe(false);
  });
});

describe('strangers', () => {
  it('are refused, and change nothing, whatever their term', () => {
    const [a, b] = nodes(THREE) as [RaftNode, RaftNode];
    elect(a, b);
    a.appendEntry(bytes(1));
    const before = factsOf(a);
    for (const id of ['x', 'a']) {
      expect(a.handleVoteRequest(ask({ term: 9, candidateId: id })).voteGranted).toBe(false);
      expect(a.handleAppendEntries(append({ term: 9, leaderId: id })).success).toBe(false);
      const success = { term: 1, success: true, matchIndex: 1 };
      expect(a.handleAppendEntriesResponse(id, success)).toBe(false);
      expect(a.handleAppendEntriesResponse(id, { term: 9, success: false })).toBe(false);
      a.handleVoteResponse({ term: 9, voteGranted: true, voterId: id });
      expect(factsOf(a)).toEqual(before);
      expect(() => a.createAppendEntries(id)).toThrow(/follower must be another member/);
    }
  });

  it('do not vote', () => {
    const node = new RaftNode('a', THREE);
    node.startElection();
    expect(node.handleVoteResponse({ term: 1, voteGranted: true, voterId: 'x' })).toBe(false);
    expect(node.state).toBe('candidate');
  });
});
