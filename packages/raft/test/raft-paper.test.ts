// Longer than 400 lines: the paper from its first claim to its last, in one place.
import { seededRandom } from '@ruvector/core';
import { describe, expect, it } from 'vitest';
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
import { ScriptedCluster } from './fixtures/scripted-cluster.js';

// Ongaro & Ousterhout, "In Search of an Understandable Consensus Algorithm (Extended Version)",
// 2014, section by section; "thesis" is Ongaro's, of the same year.

const utf8 = (text: string) => new TextEncoder().encode(text);

describe('§5.1 terms', () => {
  it('are numbered on: a candidate begins the next one', () => {
    const core = member({ hardState: { term: 6 } });
    core.campaign();
    expect(settle(core).hardState).toEqual({ term: 7, vote: 'a', commit: 0 });
  });

  it.each(['follower', 'candidate', 'leader'] as const)(
    'a %s that hears of a larger term takes it and follows',
    (role) => {
      const core = member();
      if (role === 'candidate') core.campaign();
      if (role === 'leader') elect(core);
      expect(core.status().role).toBe(role);
      core.step(append({ term: 9, from: 'c' }));
      expect(core.status()).toMatchObject({ role: 'follower', term: 9, leader: 'c' });
      expect(settle(core).hardState).toMatchObject({ term: 9, vote: null });
    },
  );

  it('a request with a stale term is rejected, and told the new one', () => {
    const core = member({ hardState: { term: 5 } });
    core.step(append({ term: 4, entries: [entry(1, 4)] }));
    core.step(requestVote({ term: 4, lastIndex: 9, lastTerm: 4 }));
    const { messages, stored } = settle(core);
    expect(stored).toEqual([]);
    expect(messages).toMatchObject([
      { type: 'appendEntriesResponse', term: 5, rejected: true },
      { type: 'requestVoteResponse', term: 5, granted: false },
    ]);
  });

  it('answers of an earlier term count for nothing', () => {
    const core = member({ hardState: { term: 1 } });
    core.campaign();
    settle(core);
    core.step({ type: 'requestVoteResponse', from: 'b', to: 'a', term: 1, granted: true });
    expect(core.status().role).toBe('candidate');
  });

  it('term and vote survive a restart', () => {
    const core = member({ hardState: { term: 5, vote: 'c' } });
    core.step(requestVote({ term: 5, from: 'b', lastIndex: 9, lastTerm: 5 }));
    expect(settle(core).messages).toMatchObject([{ to: 'b', granted: false }]);
    core.step(requestVote({ term: 5, from: 'c', lastIndex: 9, lastTerm: 5 }));
    expect(settle(core).messages).toMatchObject([{ to: 'c', granted: true }]);
  });
});

describe('§5.2 leader election', () => {
  it('a member begins as a follower, and stays one as long as it hears a leader', () => {
    const core = member();
    expect(core.status()).toMatchObject({ role: 'follower', term: 0, leader: undefined });
    for (let i = 0; i < 100; i++) {
      core.tick();
      if (i % 5 === 0)
        core.step({ type: 'heartbeat', from: 'b', to: 'a', term: 1, commit: 0, round: 1 });
    }
    expect(core.status()).toMatchObject({ role: 'follower', term: 1, leader: 'b' });
  });

  it('without one it votes for itself and asks all others', () => {
    const core = member();
    for (let i = 0; i < 10; i++) core.tick();
    expect(core.status()).toMatchObject({ role: 'candidate', term: 1, vote: 'a' });
    expect(ofType(settle(core).messages, 'requestVote')).toMatchObject([
      { to: 'b', term: 1 },
      { to: 'c', term: 1 },
    ]);
  });

  it.each([
    [1, [], 'leader'],
    [3, ['b'], 'leader'],
    [3, [], 'candidate'],
    [5, ['b', 'c'], 'leader'],
    [5, ['b'], 'candidate'],
    [4, ['b'], 'candidate'],
    [4, ['b', 'c'], 'leader'],
  ] as const)('of %d voters, the own vote and those of %j make a %s', (size, votes, role) => {
    const core = member({ peers: ['a', 'b', 'c', 'd', 'e'].slice(0, size) });
    elect(core, votes);
    expect(core.status().role).toBe(role);
  });

  it('one voter counts once, however often it answers', () => {
    const core = member({ peers: ['a', 'b', 'c', 'd', 'e'] });
    elect(core, ['b', 'b', 'b']);
    expect(core.status().role).toBe('candidate');
  });

  it('who is no voter does not count', () => {
    const core = member({ peers: ['a', 'b', 'c'] });
    elect(core, ['x', 'y']);
    expect(core.status().role).toBe('candidate');
  });

  it('a majority of refusals ends the election', () => {
    const core = member();
    core.campaign();
    settle(core);
    for (const from of ['b', 'c'])
      core.step({ type: 'requestVoteResponse', from, to: 'a', term: 1, granted: false });
    expect(core.status()).toMatchObject({ role: 'follower', term: 1, vote: 'a' });
  });

  it('the own vote counts once it is stored, and not before', () => {
    const core = member({ peers: ['a'] });
    core.campaign();
    core.ready();
    expect(core.status().role).toBe('candidate');
    core.advance();
    expect(core.status().role).toBe('leader');
  });

  it('a member votes once a term, first come first served', () => {
    const core = member();
    core.step(requestVote({ from: 'b' }));
    core.step(requestVote({ from: 'c' }));
    core.step(requestVote({ from: 'b' }));
    expect(settle(core).messages).toMatchObject([
      { to: 'b', granted: true },
      { to: 'c', granted: false },
      { to: 'b', granted: true },
    ]);
  });

  it('a vote is given out along with what makes it last', () => {
    const core = member();
    core.step(requestVote({ term: 3 }));
    const ready = core.ready();
    expect(ready).toMatchObject({
      hardState: { term: 3, vote: 'b' },
      mustSync: true,
      messages: [{ type: 'requestVoteResponse', granted: true }],
    });
  });

  it('a leader says so at once, and then each heartbeatTicks', () => {
    const core = member({ heartbeatTicks: 2 });
    expect(ofType(elect(core), 'heartbeat').map(({ to }) => to)).toEqual(['b', 'c']);
    core.tick();
    expect(ofType(settle(core).messages, 'heartbeat')).toEqual([]);
    core.tick();
    expect(ofType(settle(core).messages, 'heartbeat').map(({ to }) => to)).toEqual(['b', 'c']);
  });

  it('a candidate that hears a leader of its term follows it', () => {
    const core = member();
    core.campaign();
    settle(core);
    core.step(append({ term: 1, from: 'c' }));
    expect(core.status()).toMatchObject({ role: 'follower', term: 1, leader: 'c', vote: 'a' });
  });

  it('a candidate without a result begins another term after another timeout', () => {
    const core = member();
    for (let i = 0; i < 20; i++) core.tick();
    expect(core.status()).toMatchObject({ role: 'candidate', term: 2 });
  });

  it('timeouts are drawn from a range, anew each time, so that votes are seldom split', () => {
    const { next } = seededRandom(1);
    const core = member({ random: next });
    const timeouts = new Set<number>();
    for (let round = 0; round < 500; round++) {
      const { term } = core.status();
      let ticks = 0;
      while (core.status().term === term) {
        core.tick();
        ticks += 1;
      }
      timeouts.add(ticks);
    }
    expect([...timeouts].sort((a, b) => a - b)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  });
});

describe('§5.3 log replication', () => {
  it('a leader appends a command and sends it to all', () => {
    const core = member();
    elect(core);
    for (const id of ['b', 'c']) acknowledge(core, id, 1);
    settle(core);
    expect(core.propose(utf8('x'))).toEqual({ index: 2, term: 1 });
    const { messages, stored } = settle(core);
    expect(stored).toMatchObject([{ index: 2, term: 1, data: utf8('x') }]);
    expect(ofType(messages, 'appendEntries')).toMatchObject([
      { to: 'b', prevIndex: 1, prevTerm: 1, entries: [{ index: 2 }], commit: 1 },
      { to: 'c', prevIndex: 1, prevTerm: 1, entries: [{ index: 2 }], commit: 1 },
    ]);
  });

  it('an entry is committed once a majority has stored it, and applied in order', () => {
    const core = member();
    elect(core);
    core.propose(utf8('x'));
    core.propose(utf8('y'));
    settle(core);
    acknowledge(core, 'c', 2);
    expect(settle(core).committed.map(({ index }) => index)).toEqual([1, 2]);
    acknowledge(core, 'b', 3);
    expect(settle(core).committed.map(({ index }) => index)).toEqual([3]);
  });

  it('the leader itself counts once it has stored the entry, and not before', () => {
    const core = member({ peers: ['a'] });
    core.campaign();
    settle(core);
    core.propose(utf8('x'));
    expect(core.ready()).toMatchObject({ entries: [{ index: 2 }], committedEntries: [] });
    core.advance();
    expect(core.ready()).toMatchObject({ committedEntries: [{ index: 2 }] });
  });

  it('with an entry all before it are committed, also those of earlier leaders', () => {
    const core = member({ terms: [1, 1, 2] });
    elect(core);
    acknowledge(core, 'b', 4);
    expect(settle(core).committed.map(({ index, term }) => [index, term])).toEqual([
      [1, 1],
      [2, 1],
      [3, 2],
      [4, 3],
    ]);
  });

  it('followers are told with the next message what is committed, and apply it', () => {
    const core = member();
    core.step(append({ entries: [entry(1, 1), entry(2, 1)], commit: 1 }));
    expect(settle(core).committed).toMatchObject([{ index: 1 }]);
    core.step(append({ prevIndex: 2, prevTerm: 1, commit: 2 }));
    expect(settle(core).committed).toMatchObject([{ index: 2 }]);
  });

  it('a follower commits no further than the entries that it was just shown to share', () => {
    const core = member({ terms: [1, 1, 1] });
    core.step(append({ term: 2, prevIndex: 1, prevTerm: 1, commit: 3 }));
    expect(core.status().commit).toBe(1);
  });

  it.each([
    ['it lacks the one before', [1], 2, 1, { index: 2, hintIndex: 1, hintTerm: 1 }],
    ['the one before is of another term', [1, 2], 2, 3, { index: 2, hintIndex: 2, hintTerm: 2 }],
  ] as const)('a follower refuses entries if %s', (_, terms, prevIndex, prevTerm, answer) => {
    const core = member({ terms });
    core.step(append({ term: 3, prevIndex, prevTerm, entries: [entry(3, 3)] }));
    const { messages, stored } = settle(core);
    expect(messages).toMatchObject([{ rejected: true, ...answer }]);
    expect(stored).toEqual([]);
  });

  it('entries that contradict are replaced, and told of as overwritten', () => {
    const core = member({ terms: [1, 1, 2, 2] });
    core.step(append({ term: 3, prevIndex: 1, prevTerm: 1, entries: [entry(2, 3)] }));
    const { stored, overwritten } = settle(core);
    expect(stored).toMatchObject([{ index: 2, term: 3 }]);
    expect(overwritten.map(({ index, term }) => [index, term])).toEqual([
      [2, 1],
      [3, 2],
      [4, 2],
    ]);
    expect(core.status().lastIndex).toBe(2);
  });

  it('entries behind those of a late message stay: nothing is cut without a contradiction', () => {
    const core = member();
    const entries = [entry(1, 1), entry(2, 1), entry(3, 1)];
    core.step(append({ entries }));
    settle(core);
    core.step(append({ entries: entries.slice(0, 1) }));
    expect(settle(core)).toMatchObject({ overwritten: [], messages: [{ index: 1 }] });
    expect(core.status().lastIndex).toBe(3);
  });

  it('the answer names the last entry of the message, not that of the log', () => {
    const core = member({ terms: [1, 1, 1, 1] });
    core.step(append({ term: 2, prevIndex: 1, prevTerm: 1, entries: [entry(2, 1)] }));
    expect(settle(core).messages).toMatchObject([{ index: 2, rejected: false }]);
  });

  it('a leader goes back until the logs agree, by whole terms', () => {
    const core = member({ terms: [1, 1, 4, 4, 5, 5, 6, 6, 6] });
    elect(core);
    // figure 7 (f): this follower was leader in terms 2 and 3, and nobody heard it
    core.step({
      type: 'appendEntriesResponse',
      from: 'b',
      to: 'a',
      term: 7,
      index: 9,
      rejected: true,
      hintIndex: 9,
      hintTerm: 3,
    });
    expect(ofType(settle(core).messages, 'appendEntries')).toMatchObject([
      { to: 'b', prevIndex: 2, prevTerm: 1, entries: { length: 8 } },
    ]);
  });

  it.each([
    ['a', [1, 1, 1, 4, 4, 5, 5, 6, 6]],
    ['b', [1, 1, 1, 4]],
    ['c', [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6]],
    ['d', [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7]],
    ['e', [1, 1, 1, 4, 4, 4, 4]],
    ['f', [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3]],
  ])('the followers of figure 7 end with the leader’s log: (%s)', (_, terms) => {
    const leaderTerms = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6];
    const cluster = new ScriptedCluster({ a: leaderTerms, b: terms, c: leaderTerms }, 7);
    cluster.elect('a');
    cluster.settle();
    expect(cluster.termsOf('b')).toEqual([...leaderTerms, 8]);
    expect(cluster.core('b').status().commit).toBe(11);
  });
});

describe('§5.4 safety', () => {
  it.each([
    ['a later last term wins', [1, 1, 2], 1, 3, true],
    ['an earlier last term loses, however long the log', [1, 1, 2], 9, 1, false],
    ['of one last term the longer log wins', [1, 1], 3, 1, true],
    ['as does one as long', [1, 1], 2, 1, true],
    ['a shorter one loses', [1, 1], 1, 1, false],
  ] as const)(
    '§5.4.1 votes go to logs that are up to date: %s',
    (_, terms, index, term, granted) => {
      const core = member({ terms });
      core.step(requestVote({ term: 5, lastIndex: index, lastTerm: term }));
      expect(settle(core).messages).toMatchObject([{ granted }]);
    },
  );

  it('§5.4.2 figure 8: an entry of an earlier term is not committed by counting', () => {
    const core = member({ terms: [1, 2], hardState: { term: 3 } });
    elect(core); // term 4, its first entry at 3
    acknowledge(core, 'b', 2);
    expect(core.status().commit).toBe(0);
    acknowledge(core, 'b', 3);
    expect(core.status().commit).toBe(3);
  });

  it('§5.4.2 figure 8: S1 leads again and the entry of term 2 spreads, is not committed, and may still go', () => {
    const ids = ['s1', 's2', 's3', 's4', 's5'];
    const cluster = new ScriptedCluster(
      { s1: [1, 2], s2: [1, 2], s3: [1], s4: [1], s5: [1, 3] },
      3,
      { checkQuorum: false },
    );
    cluster.isolate('s5');
    cluster.isolate('s4');
    cluster.elect('s1');
    // (c): the entry at 2 reaches s3, the first of term 4 does not reach anybody
    cluster.settle({ entriesUpTo: 2 });
    expect(ids.map((id) => cluster.core(id).status().commit)).toEqual([0, 0, 0, 0, 0]);
    expect(cluster.termsOf('s3')).toEqual([1, 2]);
    // (d): s1 goes; s5 has a later last term than anybody but s1, and overwrites
    cluster.isolate('s1');
    cluster.join('s5');
    cluster.join('s4');
    cluster.elect('s5');
    cluster.settle();
    expect(cluster.termsOf('s3').slice(0, 2)).toEqual([1, 3]);
    expect(cluster.core('s3').status().commit).toBe(3);
  });

  it('§5.4.3 what is committed is in the log of every later leader', () => {
    const cluster = new ScriptedCluster({ a: [], b: [], c: [] }, 0);
    cluster.elect('a');
    cluster.isolate('c');
    cluster.core('a').propose(utf8('kept'));
    cluster.settle();
    cluster.isolate('a');
    cluster.join('c');
    cluster.core('c').campaign();
    cluster.settle();
    expect(cluster.core('c').status().role).not.toBe('leader');
    cluster.elect('b');
    cluster.settle();
    expect(cluster.termsOf('c').length).toBe(cluster.termsOf('b').length);
    expect(cluster.core('c').status().commit).toBeGreaterThanOrEqual(3);
  });
});

describe('§5.5 crashes of followers and candidates', () => {
  it('requests are idempotent: twice the same is answered twice and stored once', () => {
    const core = member();
    const message = append({ entries: [entry(1, 1), entry(2, 1)] });
    core.step(message);
    core.step(message);
    const { messages, stored } = settle(core);
    expect(messages).toMatchObject([{ index: 2 }, { index: 2 }]);
    expect(stored.map(({ index }) => index)).toEqual([1, 2]);
  });
});

describe('§5.6 timing', () => {
  it('a leader that is heard is left alone; one that is silent is replaced within two timeouts', () => {
    const cluster = new ScriptedCluster({ a: [], b: [], c: [] }, 0);
    cluster.elect('a');
    cluster.pass(200);
    expect(cluster.core('a').status()).toMatchObject({ role: 'leader', term: 1 });
    cluster.isolate('a');
    cluster.pass(40);
    expect(['b', 'c'].filter((id) => cluster.core(id).status().role === 'leader')).toHaveLength(1);
    expect(cluster.core('a').status().role).not.toBe('leader');
  });
});

describe('§6 cluster membership changes', () => {
  it('a configuration is used as soon as it is in the log', () => {
    const cluster = new ScriptedCluster({ a: [], b: [], c: [] }, 0);
    cluster.elect('a');
    cluster.settle();
    cluster.core('a').proposeConfChange({ type: 'addVoter', id: 'd' });
    expect(cluster.core('a').status().config.voters).toEqual(['a', 'b', 'c', 'd']);
    expect(cluster.core('a').status().commit).toBe(1);
  });

  it('decisions of a joint configuration take a majority of the old and of the new voters', () => {
    const core = member();
    elect(core);
    acknowledge(core, 'b', 1);
    settle(core);
    core.proposeConfChange([
      { type: 'addVoter', id: 'd' },
      { type: 'addVoter', id: 'e' },
      { type: 'removeMember', id: 'b' },
      { type: 'removeMember', id: 'c' },
    ]);
    settle(core);
    expect(core.status().config).toEqual({
      voters: ['a', 'd', 'e'],
      votersOutgoing: ['a', 'b', 'c'],
      learners: [],
    });
    acknowledge(core, 'd', 2);
    acknowledge(core, 'e', 2);
    expect(core.status().commit).toBe(1);
    acknowledge(core, 'c', 2);
    expect(core.status().commit).toBe(2);
  });

  it('and is left by itself once it is committed', () => {
    const core = member();
    elect(core);
    acknowledge(core, 'b', 1);
    core.proposeConfChange([
      { type: 'addVoter', id: 'd' },
      { type: 'removeMember', id: 'b' },
    ]);
    settle(core);
    for (const id of ['c', 'd']) acknowledge(core, id, 2);
    expect(core.status().config).toEqual({
      voters: ['a', 'c', 'd'],
      votersOutgoing: [],
      learners: [],
    });
  });

  it('a new member gets the log as a learner, which decides nothing', () => {
    const core = member({ peers: ['a'] });
    core.campaign();
    settle(core);
    core.proposeConfChange({ type: 'addLearner', id: 'b' });
    settle(core);
    core.propose(utf8('x'));
    expect(settle(core).committed).toMatchObject([{ index: 3 }]);
    core.step({ type: 'heartbeatResponse', from: 'b', to: 'a', term: 1, round: 1 });
    expect(core.status().progress['b']).toMatchObject({ state: 'probe', match: 0 });
  });

  it('a leader that is removed leads until that is committed, and then steps down', () => {
    const core = member();
    elect(core);
    acknowledge(core, 'b', 1);
    core.proposeConfChange({ type: 'removeMember', id: 'a' });
    settle(core);
    expect(core.status().role).toBe('leader');
    acknowledge(core, 'b', 2);
    expect(core.status().commit).toBe(1); // it does not count itself
    acknowledge(core, 'c', 2);
    expect(core.status()).toMatchObject({ role: 'follower', commit: 2 });
    expect(ofType(settle(core).messages, 'appendEntries').map(({ commit }) => commit)).toEqual([
      2, 2,
    ]);
  });

  it('who was removed cannot disturb: votes are refused while a leader is heard', () => {
    const core = member();
    core.step({ type: 'heartbeat', from: 'b', to: 'a', term: 1, commit: 0, round: 1 });
    settle(core);
    core.step(requestVote({ from: 'x', term: 9, lastIndex: 99, lastTerm: 8 }));
    expect(settle(core).messages).toEqual([]);
    expect(core.status()).toMatchObject({ term: 1, leader: 'b' });
  });
});

describe('§7 log compaction', () => {
  it('a snapshot stands for the entries up to its index, with their last term and the configuration', () => {
    const core = member({ peers: ['a'] });
    core.campaign();
    settle(core);
    for (const text of ['x', 'y', 'z']) core.propose(utf8(text));
    settle(core);
    const snapshot = core.compact(3, utf8('state at 3'), { keep: 0 });
    expect(snapshot).toEqual({
      index: 3,
      term: 1,
      config: { voters: ['a'], votersOutgoing: [], learners: [] },
      data: utf8('state at 3'),
    });
  });

  it('a follower that is behind it is sent the snapshot, piece by piece, and then the rest', () => {
    const cluster = new ScriptedCluster({ a: [], b: [], c: [] }, 0, { maxBytesPerMessage: 4 });
    cluster.isolate('c');
    cluster.elect('a');
    for (let i = 0; i < 20; i++) cluster.core('a').propose(Uint8Array.of(i));
    cluster.settle();
    cluster.core('a').compact(15, utf8('a state of 21 bytes..'), { keep: 2 });
    cluster.join('c');
    cluster.pass(10);
    expect(cluster.restored('c')).toMatchObject([
      { index: 15, data: utf8('a state of 21 bytes..') },
    ]);
    expect(cluster.core('c').status()).toMatchObject({ commit: 21, applied: 21 });
    expect(cluster.appliedBy('c').map(({ index }) => index)).toEqual([16, 17, 18, 19, 20, 21]);
  });

  it('a follower whose log has what a snapshot stands for keeps the entries behind it', () => {
    const core = member({ terms: [1, 1, 1, 1] });
    core.step({
      type: 'installSnapshot',
      from: 'b',
      to: 'a',
      term: 2,
      index: 2,
      snapshotTerm: 1,
      config: { voters: ['a', 'b', 'c'], votersOutgoing: [], learners: [] },
      sizeBytes: 1,
      offset: 0,
      data: Uint8Array.of(7),
    });
    const ready = core.ready();
    expect(ready.snapshot).toBeUndefined();
    expect(core.status()).toMatchObject({ lastIndex: 4, commit: 2 });
  });

  it('one that contradicts the log takes its place, all of it', () => {
    const core = member({ terms: [1, 1, 1, 1] });
    core.step({
      type: 'installSnapshot',
      from: 'b',
      to: 'a',
      term: 2,
      index: 3,
      snapshotTerm: 2,
      config: { voters: ['a', 'b', 'c'], votersOutgoing: [], learners: [] },
      sizeBytes: 1,
      offset: 0,
      data: Uint8Array.of(7),
    });
    expect(core.ready()).toMatchObject({
      snapshot: { index: 3, term: 2, data: Uint8Array.of(7) },
      mustSync: true,
      overwritten: [{ index: 4 }],
    });
    expect(core.status()).toMatchObject({ lastIndex: 3, commit: 3 });
  });
});

describe('§8 client interaction', () => {
  it('a follower refuses commands and says who leads, if it knows', () => {
    const core = member();
    expect(() => core.propose(utf8('x'))).toThrow(
      expect.objectContaining({ code: 'ERR_RAFT_NOT_LEADER', leader: undefined }),
    );
    core.step(append({ from: 'c' }));
    expect(() => core.propose(utf8('x'))).toThrow(
      expect.objectContaining({ code: 'ERR_RAFT_NOT_LEADER', leader: 'c' }),
    );
  });

  it('a leader begins its term with an entry without data, which commits what was before', () => {
    const core = member({ terms: [1, 1] });
    elect(core);
    acknowledge(core, 'b', 3);
    expect(settle(core).committed.at(-1)).toEqual({
      index: 3,
      term: 2,
      type: 'normal',
      data: new Uint8Array(),
    });
  });

  it('a read waits for the first commit of the term, and for a majority that was asked after it came', () => {
    const core = member({ terms: [1] });
    elect(core);
    core.readIndex('early');
    settle(core);
    core.step({ type: 'heartbeatResponse', from: 'b', to: 'a', term: 2, round: 1 });
    expect(settle(core).readStates).toEqual([]);
    acknowledge(core, 'b', 2);
    const { messages, readStates } = settle(core);
    expect(readStates).toEqual([]);
    const { round } = ofType(messages, 'heartbeat')[0]!;
    core.step({ type: 'heartbeatResponse', from: 'c', to: 'a', term: 2, round: round - 1 });
    expect(settle(core).readStates).toEqual([]);
    core.step({ type: 'heartbeatResponse', from: 'c', to: 'a', term: 2, round });
    expect(settle(core).readStates).toEqual([{ context: 'early', index: 2 }]);
  });

  it('reads that a leader cannot answer any more are told of', () => {
    const core = member();
    elect(core);
    acknowledge(core, 'b', 1);
    core.readIndex('x');
    core.readIndex('x');
    core.step(append({ term: 5 }));
    expect(settle(core).droppedReads).toEqual(['x', 'x']);
  });
});
