import { isEdgeError } from '@ruvector/core';
import { describe, expect, it } from 'vitest';
import { RaftCore, type Message, type RaftCoreOptions, type Restored } from '../src/index.js';
import { acknowledge, append, elect, entry, member, ofType, settle } from './fixtures/member.js';
import { ScriptedCluster } from './fixtures/scripted-cluster.js';

const begin = (options: Partial<RaftCoreOptions>) =>
  new RaftCore({ id: 'a', peers: ['a'], bootstrap: true, random: () => 0, ...options });

/** A leader of a, b and c whose first entry everybody has. */
function leader(options: Partial<RaftCoreOptions> = {}): RaftCore {
  const core = member(options);
  elect(core);
  for (const id of ['b', 'c']) acknowledge(core, id, 1);
  settle(core);
  return core;
}

describe('options of a core', () => {
  it.each<[object, RegExp]>([
    [{ id: '' }, /^id must be 1 to 128/],
    [{ id: 7 }, /^id must be a string/],
    [{ peers: ['b'] }, /^peers must include id a/],
    [{ peers: ['a', 'a'] }, /^peers must name each id once/],
    [{ peers: 'a' }, /^peers must be an array/],
    [{ electionTicks: 1 }, /^electionTicks must be an integer from 2/],
    [{ electionTicks: 5, heartbeatTicks: 5 }, /^electionTicks must be an integer from 6/],
    [{ heartbeatTicks: 0 }, /^heartbeatTicks must be an integer from 1/],
    [{ maxInflight: 0 }, /^maxInflight must be/],
    [{ maxBytesPerMessage: 0.5 }, /^maxBytesPerMessage must be/],
    [{ random: 1 }, /^random must be a function/],
    [{ preVote: 'yes' }, /^preVote must be true or false/],
    [{ lease: { tickMs: 0 } }, /^lease.tickMs must be/],
    [{ lease: { tickMs: 1, maxDrift: 1 } }, /^lease.maxDrift must be/],
    [{ lease: { tickMs: 1 }, checkQuorum: false }, /^lease must not be given without checkQuorum/],
    [{ electiontTicks: 3 }, /got "electiontTicks"/],
  ])('%j is refused by name', (options, rule) => {
    expect(() => begin(options as never)).toThrow(rule);
  });
});

describe('a member that starts again', () => {
  const config = { voters: ['a', 'b'], votersOutgoing: [], learners: [] };
  const snapshot = { index: 5, term: 2, config, data: Uint8Array.of(5) };
  const restart = (restored: Restored) => begin({ restored, bootstrap: false });

  it('goes on from its snapshot, and applies what is committed behind it anew', () => {
    const core = restart({
      hardState: { term: 3, vote: 'b', commit: 7 },
      snapshot,
      entries: [entry(6, 2), entry(7, 3), entry(8, 3)],
    });
    expect(core.status()).toMatchObject({
      term: 3,
      vote: 'b',
      commit: 7,
      applied: 5,
      lastIndex: 8,
    });
    expect(core.status().config).toEqual(config);
    expect(settle(core).committed.map(({ index }) => index)).toEqual([6, 7]);
  });

  it('gives up entries behind one that contradicts the snapshot (hashicorp/raft 697)', () => {
    const entries = [4, 5, 6, 7].map((index) => entry(index, 3));
    const core = restart({ hardState: { term: 3, vote: null, commit: 5 }, snapshot, entries });
    expect(core.status()).toMatchObject({ lastIndex: 5, commit: 5 });
  });

  it.each<[object, RegExp]>([
    [{ hardState: { term: '1', vote: null, commit: 0 }, entries: [] }, /^restored.hardState.term/],
    [{ hardState: { term: 1, vote: 5, commit: 0 }, entries: [] }, /^restored.hardState.vote/],
    [{ snapshot: { index: 0 }, entries: [] }, /^restored.snapshot.index/],
    [{ entries: 'none' }, /^restored.entries must be an array/],
    [{ entires: [] }, /^restored must have only hardState, snapshot, entries/],
  ])('%j is refused by name', (restored, rule) => {
    expect(() => restart(restored as Restored)).toThrow(rule);
  });

  it('has no use for entries that the snapshot stands for', () => {
    const entries = [3, 4, 5, 6].map((index) => entry(index, 2));
    const core = restart({ hardState: { term: 2, vote: null, commit: 5 }, snapshot, entries });
    expect(core.status()).toMatchObject({ lastIndex: 6, applied: 5 });
  });

  it.each<[string, Restored]>([
    ['a gap', { snapshot, entries: [entry(7, 2)] }],
    ['terms that go back', { snapshot, entries: [entry(6, 1)] }],
    ['an entry of a term that it does not know', { snapshot, entries: [entry(6, 9)] }],
    ['a commit behind the log', { hardState: { term: 2, vote: null, commit: 9 }, entries: [] }],
    ['a snapshot of a later term', { snapshot: { ...snapshot, term: 9 }, entries: [] }],
    ['what is no entry', { entries: [{ ...entry(1, 1), type: 'banana' as 'normal' }] }],
  ])('refuses %s', (_, restored) => {
    const hardState = { term: 2, vote: null, commit: 5 };
    expect(() => restart({ hardState, ...restored })).toThrow(
      expect.objectContaining({ code: 'ERR_MALFORMED' }),
    );
  });
});

describe('messages that a core refuses', () => {
  it.each<[string, object, string]>([
    ['to another member', { to: 'x' }, 'RangeError'],
    ['from itself', { from: 'a' }, 'RangeError'],
    ['of an unknown type', { type: 'gossip' }, 'TypeError'],
    ['without a term', { term: undefined }, 'TypeError'],
    ['of term 0', { term: 0 }, 'RangeError'],
    ['with a gap', { entries: [entry(1, 1), entry(3, 1)] }, 'MalformedError'],
    ['with entries of a later term', { entries: [entry(1, 2)] }, 'MalformedError'],
    [
      'with terms that go back',
      { prevIndex: 1, prevTerm: 1, entries: [entry(1, 1)] },
      'MalformedError',
    ],
    [
      'a heartbeat without commit',
      { type: 'heartbeat', round: 1, commit: undefined },
      'MalformedError',
    ],
    ['an answer without index', { type: 'appendEntriesResponse' }, 'MalformedError'],
    ['a request without a log', { type: 'requestVote' }, 'MalformedError'],
    ['a piece without a configuration', { type: 'installSnapshot' }, 'MalformedError'],
    [
      'with a configuration that is none',
      { entries: [{ ...entry(1, 1), type: 'confChange' }] },
      'MalformedError',
    ],
  ])('%s', (_, fields, name) => {
    const core = member();
    expect(() => core.step({ ...append({}), ...fields } as Message)).toThrow(
      expect.objectContaining({ name }),
    );
    expect(core.hasReady()).toBe(false);
    expect(core.status()).toMatchObject({ term: 0, lastIndex: 0 });
  });

  it('entries that contradict what is committed are an error, and nothing is given up', () => {
    const restored = { hardState: { term: 1, vote: null, commit: 1 }, entries: [entry(1, 1)] };
    const core = member({ restored });
    core.step(append({ prevIndex: 1, prevTerm: 1, entries: [entry(2, 1)], commit: 2 }));
    const contradiction = append({ term: 3, prevIndex: 2, prevTerm: 1, entries: [entry(3, 3)] });
    core.step(contradiction);
    expect(core.status()).toMatchObject({ commit: 2, lastIndex: 3 });
    core.step(append({ term: 4, prevIndex: 0, prevTerm: 0, entries: [entry(1, 4)] }));
    expect(core.status()).toMatchObject({ commit: 2, lastIndex: 3 });
  });

  it('a second leader of one term is no leader', () => {
    const core = leader();
    const refused = () => core.step(append({ term: 1, from: 'c' }));
    expect(refused).toThrow(expect.objectContaining({ code: 'ERR_RAFT_INCONSISTENT' }));
  });

  it('answers from strangers, and answers about what was never sent, change nothing', () => {
    const core = leader();
    acknowledge(core, 'x', 1);
    acknowledge(core, 'b', 99);
    expect(core.status().progress['b']).toMatchObject({ match: 1, next: 2 });
    expect(core.status().progress).not.toHaveProperty('x');
  });
});

describe('flow control', () => {
  it('a follower that answers is sent ahead, one that does not is asked once', () => {
    const core = member();
    elect(core);
    settle(core);
    acknowledge(core, 'b', 1);
    const sentTo = { b: 0, c: 0 };
    for (let i = 0; i < 5; i++) {
      core.propose(Uint8Array.of(i));
      for (const { to } of ofType(settle(core).messages, 'appendEntries')) sentTo[to as 'b'] += 1;
    }
    expect(sentTo.c).toBe(0);
    expect(sentTo.b).toBeGreaterThanOrEqual(5);
    expect(core.status().progress['b']).toMatchObject({ state: 'replicate', match: 1, next: 7 });
  });

  it('no more than maxInflight messages, nor about maxInflightBytes, are under way to one', () => {
    for (const [limits, sent] of [
      [{ maxInflight: 3 }, 3],
      [{ maxInflightBytes: 25 }, 3],
    ] as const) {
      const core = leader(limits);
      let messages = 0;
      for (let i = 0; i < 10; i++) {
        core.propose(new Uint8Array(10));
        messages += ofType(settle(core).messages, 'appendEntries').filter(
          ({ to, entries }) => to === 'b' && entries.length > 0,
        ).length;
      }
      expect(messages).toBe(sent);
      acknowledge(core, 'b', 11);
      expect(ofType(settle(core).messages, 'appendEntries')[0]).toMatchObject({ to: 'b' });
    }
  });

  it('a message has maxBytesPerMessage of entries, but one entry at least', () => {
    const core = leader({ maxBytesPerMessage: 20 });
    for (const length of [8, 8, 8, 50, 1]) core.propose(new Uint8Array(length));
    const toB = ofType(settle(core).messages, 'appendEntries').filter(({ to }) => to === 'b');
    expect(toB.map(({ entries }) => entries.map(({ data }) => data.length))).toEqual([
      [8, 8],
      [8],
      [50],
      [1],
    ]);
  });

  it('many proposals between two readies are one message and one step of storing', () => {
    const core = leader();
    for (let i = 0; i < 100; i++) core.propose(Uint8Array.of(i));
    const { entries, messages } = core.ready();
    expect(entries).toHaveLength(100);
    expect(ofType([...messages], 'appendEntries')).toHaveLength(2);
  });

  it('a message that was lost is found missing with the next heartbeat', () => {
    const cluster = new ScriptedCluster({ a: [], b: [], c: [] }, 0);
    cluster.elect('a');
    cluster.settle();
    cluster.isolate('b');
    cluster.core('a').propose(Uint8Array.of(1));
    cluster.settle();
    cluster.join('b');
    cluster.pass(3);
    expect(cluster.core('b').status().commit).toBe(2);
  });

  it('proposals above maxUncommittedBytes are refused until some are committed', () => {
    const core = leader({ maxUncommittedBytes: 500 });
    core.propose(new Uint8Array(300));
    const refused = () => core.propose(new Uint8Array(300));
    expect(refused).toThrow(expect.objectContaining({ code: 'ERR_RAFT_OVERLOADED' }));
    settle(core);
    acknowledge(core, 'b', 2);
    expect(core.propose(new Uint8Array(300))).toEqual({ index: 3, term: 1 });
  });

  it('committed entries come in portions, so that one ready never holds all of a long log', () => {
    const entries = Array.from({ length: 10 }, (_, i) => ({
      ...entry(i + 1, 1),
      data: new Uint8Array(8),
    }));
    const core = member({
      maxBytesPerMessage: 20,
      restored: { hardState: { term: 1, vote: null, commit: 10 }, entries },
    });
    expect(core.ready().committedEntries).toHaveLength(2);
    core.advance();
    expect(core.ready().committedEntries.map(({ index }) => index)).toEqual([3, 4]);
  });
});

describe('snapshots', () => {
  it('pieces that are lost are sent again, those that come twice count once', () => {
    const core = leader({ maxBytesPerMessage: 4 });
    for (let i = 0; i < 5; i++) core.propose(Uint8Array.of(i));
    settle(core);
    acknowledge(core, 'b', 6);
    settle(core);
    core.compact(6, new Uint8Array(10).fill(9), { keep: 0 });
    // c has lost what it was sent, and the log does not go back that far any more
    core.step({ type: 'heartbeatResponse', from: 'c', to: 'a', term: 1, round: 1 });
    core.step({
      type: 'appendEntriesResponse',
      from: 'c',
      to: 'a',
      term: 1,
      index: 6,
      rejected: true,
      hintIndex: 1,
      hintTerm: 1,
    });
    const piece = () =>
      ofType(settle(core).messages, 'installSnapshot').map(({ offset, data }) => [
        offset,
        data.length,
      ]);
    const answer = (offset: number) =>
      core.step({
        type: 'installSnapshotResponse',
        from: 'c',
        to: 'a',
        term: 1,
        index: 6,
        offset,
        done: false,
      });
    expect(piece()).toEqual([[0, 4]]);
    answer(4);
    expect(piece()).toEqual([[4, 4]]);
    answer(4);
    answer(4);
    expect(piece()).toEqual([]);
    for (let beat = 0; beat < 2; beat++)
      core.step({ type: 'heartbeatResponse', from: 'c', to: 'a', term: 1, round: 1 });
    expect(piece()).toEqual([[4, 4]]);
    answer(8);
    expect(piece()).toEqual([[8, 2]]);
    core.step({
      type: 'installSnapshotResponse',
      from: 'c',
      to: 'a',
      term: 1,
      index: 6,
      offset: 10,
      done: true,
    });
    expect(core.status().progress['c']).toMatchObject({ match: 6, next: 7 });
  });

  it('one above maxSnapshotBytes is refused before anything is kept', () => {
    const core = member({ maxSnapshotBytes: 100 });
    const huge = {
      type: 'installSnapshot',
      from: 'b',
      to: 'a',
      term: 1,
      index: 1,
      snapshotTerm: 1,
      config: { voters: ['a'], votersOutgoing: [], learners: [] },
      sizeBytes: 101,
      offset: 0,
      data: Uint8Array.of(1),
    } as const;
    expect(() => core.step(huge)).toThrow(expect.objectContaining({ code: 'ERR_LIMIT' }));
    expect(core.status().term).toBe(0);
  });

  it('stand for what is applied, and for more than the one before', () => {
    const core = leader();
    core.propose(Uint8Array.of(1));
    settle(core);
    const data = new Uint8Array();
    expect(() => core.compact(2, data)).toThrow(/^index must be an integer from 1 to 1/);
    core.compact(1, data);
    expect(() => core.compact(1, data)).toThrow(/^index must be an integer from 2 to 1/);
  });

  it('keep the configuration of their index, though a later one holds', () => {
    const core = leader();
    core.propose(Uint8Array.of(1));
    core.proposeConfChange({ type: 'removeMember', id: 'c' });
    settle(core);
    acknowledge(core, 'b', 3);
    settle(core);
    expect(core.status().config.voters).toEqual(['a', 'b']);
    expect(core.compact(2, new Uint8Array()).config.voters).toEqual(['a', 'b', 'c']);
  });
});

describe('what a core gives out', () => {
  it('passes structuredClone, and is the same for the same steps', () => {
    const run = () => {
      const cluster = new ScriptedCluster({ a: [], b: [], c: [] }, 0);
      cluster.pass(30);
      for (const id of ['a', 'b', 'c'])
        if (cluster.core(id).status().role === 'leader') cluster.core(id).propose(Uint8Array.of(7));
      cluster.pass(5);
      return cluster.traffic;
    };
    const first = run();
    expect(structuredClone(first)).toEqual(first);
    expect(run()).toEqual(first);
    expect(first.length).toBeGreaterThan(100);
  });

  it('says with mustSync whether something in it must last', () => {
    const core = leader();
    core.tick();
    expect(core.ready()).toMatchObject({ mustSync: false });
    core.advance();
    core.propose(Uint8Array.of(1));
    expect(core.ready()).toMatchObject({ mustSync: true });
    core.advance();
    acknowledge(core, 'b', 2);
    const ready = core.ready();
    expect(ready).toMatchObject({ mustSync: false, hardState: { commit: 2 } });
  });

  it('errors are EdgeErrors that cross a boundary by their code', () => {
    const core = member();
    let caught: unknown;
    try {
      core.propose(new Uint8Array());
    } catch (error) {
      caught = error;
    }
    expect(isEdgeError(caught, 'ERR_RAFT_NOT_LEADER')).toBe(true);
  });
});
