import { describe, expect, it } from 'vitest';
import { RaftNode, type RaftAppendEntries } from '../src/index.js';
import {
  append,
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

/** A follower of three with these terms in its log. */
const follower = (terms: number[], commit = 0) => {
  const node = new RaftNode('a', THREE);
  const entries = terms.map((term, i) => entry(term, i + 1, i + 1));
  node.handleAppendEntries(append({ term: terms.at(-1)!, entries, leaderCommit: commit }));
  expect(node.log).toHaveLength(terms.length);
  return node;
};

describe('a follower', () => {
  it('refuses entries of an earlier term, and says which it is in', () => {
    const node = follower([1, 4]);
    const stale = append({ term: 3, entries: [entry(3, 1, 9)] });
    expect(node.handleAppendEntries(stale)).toEqual({ term: 4, success: false });
    expect(show(node)).toBe('1:1 4:2');
  });

  it('without the previous entry says where its log ends', () => {
    const answer = follower([1, 1]).handleAppendEntries(
      append({ term: 2, prevLogIndex: 5, prevLogTerm: 2 }),
    );
    expect(answer).toEqual({ term: 2, success: false, conflictIndex: 3 });
  });

  it('with another previous entry says where the entries of its term begin', () => {
    const answer = follower([1, 2, 2, 2]).handleAppendEntries(
      append({ term: 3, prevLogIndex: 4, prevLogTerm: 3 }),
    );
    expect(answer).toEqual({ term: 3, success: false, conflictTerm: 2, conflictIndex: 2 });
  });

  it('drops what contradicts the leader, from the first such entry on', () => {
    const node = follower([1, 2, 2, 2]);
    const entries = [entry(2, 2, 2), entry(3, 3, 7)];
    node.handleAppendEntries(append({ term: 3, prevLogIndex: 1, prevLogTerm: 1, entries }));
    expect(show(node)).toBe('1:1 2:2 3:7');
  });

  it('keeps what an old request does not know of: that is no contradiction', () => {
    const node = follower([1, 1, 1]);
    const answer = node.handleAppendEntries(append({ entries: [entry(1, 1, 1)] }));
    expect(answer).toEqual({ term: 1, success: true, matchIndex: 1 });
    node.handleAppendEntries(append({ prevLogIndex: 2, prevLogTerm: 1 }));
    expect(show(node)).toBe('1:1 1:2 1:3');
  });

  it('says what it shares with the request, not how long its log is', () => {
    const node = follower([1, 2, 2, 2]);
    const heartbeat = append({ term: 3, prevLogIndex: 1, prevLogTerm: 1 });
    expect(node.handleAppendEntries(heartbeat)).toEqual({ term: 3, success: true, matchIndex: 1 });
  });

  it('commits no further than request and log are shared, and takes nothing back', () => {
    const node = follower([1, 2, 2]);
    const commit = (over: Partial<RaftAppendEntries>) => {
      node.handleAppendEntries(append({ term: 3, ...over }));
      return node.commitIndex;
    };
    expect(commit({ prevLogIndex: 1, prevLogTerm: 1, leaderCommit: 9 })).toBe(1);
    expect(commit({ prevLogIndex: 2, prevLogTerm: 2, leaderCommit: 2 })).toBe(2);
    expect(commit({ leaderCommit: 0 })).toBe(2);
  });

  it('refuses entries that contradict committed ones, and keeps everything', () => {
    const node = follower([1, 1, 2], 2);
    const before = factsOf(node);
    const wrong = [
      append({ term: 5, entries: [entry(3, 1, 9)] }),
      append({ term: 5, prevLogIndex: 2, prevLogTerm: 3 }),
    ];
    for (const request of wrong) {
      expect(codeOf(() => node.handleAppendEntries(request))).toBe('ERR_RAFT_INCONSISTENT');
      expect(factsOf(node)).toEqual(before);
    }
  });

  it('refuses a second leader of one term, and so does the leader itself', () => {
    const [a, b] = nodes(THREE) as [RaftNode, RaftNode];
    elect(b, a);
    replicate(b, a, 'a');
    for (const [node, leaderId] of [
      [a, 'c'],
      [b, 'a'],
    ] as const) {
      const before = factsOf(node);
      const act = () => node.handleAppendEntries(append({ leaderId }));
      expect(codeOf(act)).toBe('ERR_RAFT_INCONSISTENT');
      expect(factsOf(node)).toEqual(before);
    }
  });
});

describe('a leader', () => {
  it('sends the same again until it is answered, then what comes next', () => {
    const [a, b] = nodes(THREE) as [RaftNode, RaftNode];
    elect(a, b);
    a.appendEntry(bytes(1));
    const first = a.createAppendEntries('b');
    expect(first).toEqual(append({ leaderId: 'a', entries: [entry(1, 1, 1)] }));
    expect(a.createAppendEntries('b')).toEqual(first);
    replicate(a, b, 'b');
    const next = append({ leaderId: 'a', prevLogIndex: 1, prevLogTerm: 1, leaderCommit: 1 });
    expect(a.createAppendEntries('b')).toEqual(next);
  });

  it('sends so many entries and bytes at a time, and a long command alone', () => {
    const [a, b] = nodes(THREE, { entriesPerMessageMax: 3, messageBytesMax: 10 }) as [
      RaftNode,
      RaftNode,
    ];
    elect(a, b);
    for (const length of [1, 1, 1, 6, 5, 20, 2]) a.appendEntry(new Uint8Array(length));
    const counts: number[] = [];
    while (b.log.length < 7) {
      counts.push(a.createAppendEntries('b')!.entries.length);
      replicate(a, b, 'b');
    }
    expect(counts).toEqual([3, 1, 1, 1, 1]);
  });

  it('commits with the middle member, and says so once', () => {
    const [a, b, c, d] = nodes(FIVE) as [RaftNode, RaftNode, RaftNode, RaftNode];
    elect(a, b, c);
    a.appendEntry(bytes(1));
    const answer = (node: RaftNode, id: string) =>
      a.handleAppendEntriesResponse(id, node.handleAppendEntries(a.createAppendEntries(id)!));
    expect([answer(b, 'b'), answer(b, 'b'), a.commitIndex]).toEqual([false, false, 0]);
    expect([answer(c, 'c'), answer(d, 'd'), a.commitIndex]).toEqual([true, false, 1]);
  });

  it('commits no entry of an earlier term for being stored by a majority (figure 8)', () => {
    const [a, b, c] = nodes(THREE) as [RaftNode, RaftNode, RaftNode];
    elect(a, b);
    a.appendEntry(bytes(1)); // nobody else gets it
    elect(b, c);
    elect(a, c);
    replicate(a, c, 'c');
    replicate(a, c, 'c');
    expect([c.log.length, a.commitIndex], 'stored by two of three').toEqual([1, 0]);
    expect(a.appendEntry(bytes()), 'an empty command of its own').toBe(2);
    replicate(a, c, 'c');
    expect(a.commitIndex).toBe(2);
  });

  it.each([
    [
      'over the terms that it does not have',
      [1, 1, 2, 2, 2, 3, 3],
      [1, 1, 4, 4, 5, 5, 6, 6],
      [8, 7, 5, 2],
    ],
    ['to the last entry of a term that both have', [1, 1, 1, 1, 1], [1, 1, 1, 4, 4, 4], [6, 5, 3]],
    ['to the end of a log that is short', [1], [1, 1, 1, 1, 1, 1], [6, 1]],
  ])('goes back %s', (_, terms, own, prevLogIndexes) => {
    const behind = follower(terms);
    const entries = own.map((term, i) => entry(term, i + 1, i + 1));
    const leader = new RaftNode('b', THREE);
    leader.handleAppendEntries(append({ leaderId: 'c', term: 6, entries }));
    elect(leader, new RaftNode('c', THREE));
    const asked: number[] = [];
    do asked.push(leader.createAppendEntries('a')!.prevLogIndex);
    while (!replicate(leader, behind, 'a').success);
    expect(asked).toEqual(prevLogIndexes);
    expect(show(behind)).toBe(show(leader));
  });

  it('goes back an entry at a time where the follower does not say why', () => {
    const leader = new RaftNode('b', THREE);
    const entries = [1, 2, 3].map((index) => entry(1, index));
    leader.handleAppendEntries(append({ leaderId: 'c', entries }));
    elect(leader, new RaftNode('c', THREE));
    const asked = [3, 2, 1, 0, 0].map((expected) => {
      const { prevLogIndex } = leader.createAppendEntries('a')!;
      leader.handleAppendEntriesResponse('a', { term: leader.currentTerm, success: false });
      return [prevLogIndex, expected];
    });
    expect(asked).toEqual([3, 2, 1, 0, 0].map((n) => [n, n]));
  });

  it('does not go back before what is shared for a rejection that comes late', () => {
    const [a, b] = nodes(THREE) as [RaftNode, RaftNode];
    elect(a, b);
    for (const n of [1, 2, 3]) a.appendEntry(bytes(n));
    replicate(a, b, 'b');
    const rejections = [{ conflictIndex: 1 }, {}, { conflictTerm: 1, conflictIndex: 1 }];
    for (const why of rejections)
      a.handleAppendEntriesResponse('b', { term: 1, success: false, ...why });
    expect(a.createAppendEntries('b')).toMatchObject({ prevLogIndex: 3, entries: [] });
  });

  it('does not forget what a follower has for an answer that was overtaken', () => {
    const [a, b, c] = nodes(FIVE) as [RaftNode, RaftNode, RaftNode];
    elect(a, b, c);
    a.appendEntry(bytes(1));
    const early = b.handleAppendEntries(a.createAppendEntries('b')!);
    a.appendEntry(bytes(2));
    replicate(a, b, 'b');
    expect(a.handleAppendEntriesResponse('b', early)).toBe(false);
    expect(a.createAppendEntries('b')!.prevLogIndex).toBe(2);
    replicate(a, c, 'c');
    expect(a.commitIndex, 'stored by a, b and c').toBe(2);
  });

  it('does not count answers to the leader it was in an earlier term', () => {
    const [a, b, c] = nodes(THREE) as [RaftNode, RaftNode, RaftNode];
    elect(a, b);
    a.appendEntry(bytes(1));
    const late = b.handleAppendEntries(a.createAppendEntries('b')!);
    elect(a, c);
    expect(a.handleAppendEntriesResponse('b', late)).toBe(false);
    const rejection = { term: a.currentTerm, success: false, conflictIndex: 1 };
    a.handleAppendEntriesResponse('b', rejection);
    expect(a.createAppendEntries('b')!.prevLogIndex, 'nothing is known to be shared').toBe(0);
  });
});

describe('what other libraries got wrong', () => {
  it('a follower with another leader’s entries behind the shared ones does not commit these', () => {
    const [a, b, c] = nodes(THREE) as [RaftNode, RaftNode, RaftNode];
    elect(b, c);
    b.appendEntry(bytes(8));
    b.appendEntry(bytes(9)); // b alone has them
    elect(a, c);
    a.appendEntry(bytes(1));
    a.appendEntry(bytes(2));
    const heartbeat = { ...a.createAppendEntries('b')!, entries: [] };
    expect(b.handleAppendEntries(heartbeat).matchIndex).toBe(0);
    a.handleAppendEntriesResponse('b', b.handleAppendEntries(heartbeat));
    expect([a.commitIndex, b.commitIndex]).toEqual([0, 0]);
  });

  it('a rejection that comes many times asks for one step, and for no message of its own', () => {
    const leader = new RaftNode('b', THREE);
    const entries = Array.from({ length: 50 }, (_, i) => entry(1, i + 1));
    leader.handleAppendEntries(append({ leaderId: 'c', entries }));
    elect(leader, new RaftNode('c', THREE));
    const empty = new RaftNode('a', THREE);
    empty.handleAppendEntries(append({ leaderId: 'b', term: 2, entries: entries.slice(0, 30) }));
    const rejection = empty.handleAppendEntries(leader.createAppendEntries('a')!);
    for (let n = 0; n < 100; n++)
      expect(leader.handleAppendEntriesResponse('a', rejection)).toBe(false);
    expect(leader.createAppendEntries('a')!.prevLogIndex).toBe(30);
    leader.handleAppendEntriesResponse('a', { ...rejection, conflictIndex: 5 });
    leader.handleAppendEntriesResponse('a', rejection);
    expect(leader.createAppendEntries('a')!.prevLogIndex, 'it never goes up again').toBe(4);
  });

  it('a member that came back with an empty log gets no credit, nor loses what it had', () => {
    const [a, b, c] = nodes(THREE) as [RaftNode, RaftNode, RaftNode];
    elect(a, b);
    for (const n of [1, 2]) a.appendEntry(bytes(n));
    replicate(a, b, 'b');
    const reborn = new RaftNode('b', THREE);
    for (let n = 0; n < 3; n++) expect(replicate(a, reborn, 'b').success).toBe(false);
    expect([a.commitIndex, reborn.commitIndex, reborn.log]).toEqual([2, 0, []]);
    expect(replicate(a, c, 'c').success).toBe(true);
  });

  it('no call answers with a promise: nothing can come between', () => {
    const [a, b] = nodes(THREE) as [RaftNode, RaftNode];
    const request = a.startElection();
    const vote = b.handleVoteRequest(request);
    const became = a.handleVoteResponse(vote);
    const appended = a.createAppendEntries('b')!;
    const answer = b.handleAppendEntries(appended);
    const results = [request, vote, became, appended, answer];
    results.push(a.handleAppendEntriesResponse('b', answer));
    expect(results.filter((each) => each instanceof Promise)).toEqual([]);
    expect(structuredClone(results), 'and messages are plain').toEqual(results);
  });
});

describe('bytes', () => {
  it('of a command are copied when it comes in, when it is sent, and when it is read', () => {
    const [a, b] = nodes(THREE) as [RaftNode, RaftNode];
    elect(a, b);
    const command = bytes(1);
    a.appendEntry(command);
    command.fill(9);
    const request = a.createAppendEntries('b')!;
    b.handleAppendEntries(request);
    request.entries[0]!.command.fill(9);
    a.log[0]!.command.fill(9);
    a.entryAt(1)!.command.fill(9);
    a.log.length = 0;
    expect([show(a), show(b)]).toEqual(['1:1', '1:1']);
    expect([a.entryAt(1), a.entryAt(0), a.entryAt(2)]).toEqual([
      entry(1, 1, 1),
      undefined,
      undefined,
    ]);
  });

  it('of a larger buffer are copied without the rest of it', () => {
    const [a, b] = nodes(THREE) as [RaftNode, RaftNode];
    elect(a, b);
    a.appendEntry(bytes(1, 2, 3, 4).subarray(1, 3));
    expect(a.log[0]!.command.buffer.byteLength).toBe(2);
  });
});

describe('a bound', () => {
  it('of the log is refused by leader and follower, and both stay as they were', () => {
    const [a, b] = nodes(THREE, { entriesMax: 2 }) as [RaftNode, RaftNode];
    elect(a, b);
    for (const n of [1, 2]) a.appendEntry(bytes(n));
    replicate(a, b, 'b');
    const before = [factsOf(a), factsOf(b)];
    expect(codeOf(() => a.appendEntry(bytes(3)))).toBe('ERR_LIMIT');
    const request = append({ leaderId: 'a', term: 7, prevLogIndex: 2, prevLogTerm: 1 });
    const longer = { ...request, entries: [entry(2, 3)] };
    expect(codeOf(() => b.handleAppendEntries(longer))).toBe('ERR_LIMIT');
    expect([factsOf(a), factsOf(b)]).toEqual(before);
  });

  it('of a command is refused by leader and follower', () => {
    const [a, b] = nodes(THREE, { commandBytesMax: 2 }) as [RaftNode, RaftNode];
    elect(a, b);
    expect(() => a.appendEntry(new Uint8Array(3))).toThrow(/command must have at most 2 bytes/);
    const request = append({ leaderId: 'a', entries: [entry(1, 1, 1, 2, 3)] });
    expect(() => b.handleAppendEntries(request)).toThrow(/entries\[0\]\.command must have at most/);
  });
});
