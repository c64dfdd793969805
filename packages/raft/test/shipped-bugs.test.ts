import { describe, expect, it } from 'vitest';
import { RaftCore, type Message } from '../src/index.js';
import {
  acknowledge,
  append,
  elect,
  entry,
  member,
  ofType,
  requestVote,
  settle,
} from './fixtures/member.js';

// Bugs that other implementations have shipped, each by the test that would have caught it.

const rejection = (index: number): Message => ({
  type: 'appendEntriesResponse',
  from: 'b',
  to: 'a',
  term: 1,
  index,
  rejected: true,
  hintIndex: 0,
  hintTerm: 0,
});

describe('bugs that others have shipped', () => {
  it('an answer to the election of an earlier term is taken for a vote in this one', () => {
    const core = member();
    core.campaign();
    core.step({ type: 'requestVoteResponse', from: 'b', to: 'a', term: 1, granted: false });
    core.step({ type: 'requestVoteResponse', from: 'c', to: 'a', term: 1, granted: false });
    core.campaign();
    settle(core);
    expect(core.status()).toMatchObject({ role: 'candidate', term: 2 });
    for (const from of ['b', 'c'])
      core.step({ type: 'requestVoteResponse', from, to: 'a', term: 1, granted: true });
    expect(core.status().role).toBe('candidate');
  });

  it('one vote that arrives twice counts twice', () => {
    const core = member({ peers: ['a', 'b', 'c', 'd', 'e'] });
    elect(core, ['b', 'b']);
    expect(core.status().role).toBe('candidate');
  });

  it('a late message truncates what came after it (openraft)', () => {
    const core = member();
    const entries = [entry(1, 1), entry(2, 1), entry(3, 1)];
    core.step(append({ entries }));
    core.step(append({ prevIndex: 1, prevTerm: 1, entries: entries.slice(1, 2) }));
    core.step(append({ prevIndex: 0, prevTerm: 0, entries: [] }));
    expect(core.status().lastIndex).toBe(3);
    expect(settle(core).overwritten).toEqual([]);
  });

  it('a follower answers with the end of its log, and counts for entries that nobody compared', () => {
    const leader = member({ terms: [1, 1] });
    elect(leader);
    const follower = member({ id: 'b', terms: [1, 1, 1, 1] });
    follower.step({ ...append({ term: 2, from: 'a', prevIndex: 1, prevTerm: 1 }), to: 'b' });
    expect(settle(follower).messages).toMatchObject([{ index: 1, rejected: false }]);
  });

  it('an entry of an earlier term is committed by counting (logcabin)', () => {
    const core = member({ terms: [1, 1, 1] });
    elect(core);
    for (const id of ['b', 'c']) acknowledge(core, id, 3);
    expect(core.status().commit).toBe(0);
  });

  it('term and vote are two writes (hashicorp/raft 661)', () => {
    const core = member({ hardState: { term: 1, vote: 'c' } });
    core.step(requestVote({ term: 2, from: 'b' }));
    const states: unknown[] = [];
    while (core.hasReady()) {
      states.push(core.ready().hardState);
      core.advance();
    }
    expect(states).toEqual([{ term: 2, vote: 'b', commit: 0 }]);
  });

  it('a single member acknowledges what it has not stored (etcd 14370)', () => {
    const core = member({ peers: ['a'] });
    core.campaign();
    settle(core);
    core.propose(Uint8Array.of(1));
    const { entries, committedEntries } = core.ready();
    expect([entries.length, committedEntries.length]).toEqual([1, 0]);
    expect(core.status().commit).toBe(1);
  });

  it('a new leader answers a read before it has committed in its term (etcd 7331)', () => {
    const core = member({ terms: [1, 1], hardState: { commit: 1 } });
    elect(core);
    core.readIndex('x');
    const { messages } = settle(core);
    for (const { round } of ofType(messages, 'heartbeat'))
      core.step({ type: 'heartbeatResponse', from: 'b', to: 'a', term: 2, round });
    expect(settle(core).readStates).toEqual([]);
  });

  it('of two reads with one context only one is answered (etcd 20418)', () => {
    const core = member({ peers: ['a'] });
    core.campaign();
    settle(core);
    core.readIndex('x');
    core.readIndex('x');
    expect(settle(core).readStates).toEqual([
      { context: 'x', index: 1 },
      { context: 'x', index: 1 },
    ]);
  });

  it('a log that diverges is kept behind a snapshot (hashicorp/raft 697)', () => {
    const core = member({ terms: [1, 1, 1, 1, 1] });
    core.step({
      type: 'installSnapshot',
      from: 'b',
      to: 'a',
      term: 3,
      index: 3,
      snapshotTerm: 3,
      config: { voters: ['a', 'b', 'c'], votersOutgoing: [], learners: [] },
      sizeBytes: 0,
      offset: 0,
      data: new Uint8Array(),
    });
    expect(settle(core).overwritten.map(({ index }) => index)).toEqual([4, 5]);
    core.step(append({ term: 3, prevIndex: 5, prevTerm: 1 }));
    expect(settle(core).messages).toMatchObject([{ rejected: true, hintIndex: 3, hintTerm: 3 }]);
  });

  it('a member that lost its log votes again under its id (RethinkDB 5289)', () => {
    const begin = () => new RaftCore({ id: 'a', peers: ['a', 'b', 'c'], random: () => 0 });
    expect(begin).toThrow(/^bootstrap must be true where peers are given and nothing is stored/);
    const waiting = new RaftCore({ id: 'a', random: () => 0 });
    for (let i = 0; i < 100; i++) waiting.tick();
    expect(waiting.status()).toMatchObject({ role: 'follower', term: 0 });
  });

  it('entries that are refused do not count as a sign of the leader (redpanda 30817)', () => {
    const core = member();
    for (let i = 0; i < 50; i++) {
      core.tick();
      core.step(append({ prevIndex: 9, prevTerm: 1 }));
    }
    expect(core.status()).toMatchObject({ role: 'follower', term: 1, leader: 'b' });
  });

  it('each copy of a refusal is answered with a copy of the log', () => {
    const core = member({ terms: [1, 1, 1, 1] });
    elect(core);
    settle(core);
    const { term } = core.status();
    for (let i = 0; i < 100; i++) core.step({ ...rejection(4), term } as Message);
    expect(ofType(settle(core).messages, 'appendEntries')).toHaveLength(1);
    for (let i = 0; i < 100; i++) core.step({ ...rejection(4), term } as Message);
    expect(settle(core).messages).toEqual([]);
  });

  it('a step is left half done: it is one call, and returns nothing to wait for', () => {
    const core = member();
    expect(core.step(append({ entries: [entry(1, 1)] }))).toBeUndefined();
    expect(core.status().lastIndex).toBe(1);
  });
});
