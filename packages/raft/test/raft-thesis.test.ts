// Longer than 400 lines: what the thesis adds, in one place.
import { describe, expect, it } from 'vitest';
import type { Message } from '../src/index.js';
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

// Ongaro, "Consensus: Bridging Theory and Practice", 2014: what the paper leaves out.

const beat = (fields: Partial<Extract<Message, { type: 'heartbeat' }>> = {}): Message => ({
  type: 'heartbeat',
  from: 'b',
  to: 'a',
  term: 1,
  commit: 0,
  round: 1,
  ...fields,
});

describe('§3.10 leadership transfer', () => {
  const led = () => {
    const core = member();
    elect(core);
    acknowledge(core, 'b', 1);
    settle(core);
    return core;
  };

  it('tells a voter that has the whole log to stand for election at once', () => {
    const core = led();
    core.transferLeader('b');
    expect(settle(core).messages).toMatchObject([{ type: 'timeoutNow', to: 'b', term: 1 }]);
  });

  it('waits for one that is behind, and takes no proposals meanwhile', () => {
    const core = led();
    core.propose(Uint8Array.of(1));
    settle(core);
    core.transferLeader('b');
    expect(ofType(settle(core).messages, 'timeoutNow')).toEqual([]);
    expect(() => core.propose(Uint8Array.of(2))).toThrow(
      expect.objectContaining({ code: 'ERR_RAFT_NOT_LEADER' }),
    );
    expect(() => core.proposeConfChange({ type: 'addVoter', id: 'd' })).toThrow(
      expect.objectContaining({ code: 'ERR_RAFT_NOT_LEADER' }),
    );
    acknowledge(core, 'b', 2);
    expect(ofType(settle(core).messages, 'timeoutNow')).toMatchObject([{ to: 'b' }]);
  });

  it('is given up after electionTicks', () => {
    const core = led();
    core.transferLeader('c');
    expect(core.status().transferee).toBe('c');
    for (let i = 0; i < 10; i++) {
      core.tick();
      core.step({ type: 'heartbeatResponse', from: 'b', to: 'a', term: 1, round: 1 });
      settle(core);
    }
    expect(core.status()).toMatchObject({ transferee: undefined, role: 'leader' });
    expect(core.propose(Uint8Array.of(1))).toMatchObject({ index: 2 });
  });

  it('the one who was told asks without a pre-vote, and is heard though a leader is', () => {
    const core = member({ preVote: true });
    core.step(beat());
    settle(core);
    core.step({ type: 'timeoutNow', from: 'b', to: 'a', term: 1 });
    expect(ofType(settle(core).messages, 'requestVote')).toMatchObject([
      { term: 2, transfer: true },
      { term: 2, transfer: true },
    ]);
    const other = member();
    other.step(beat());
    other.step(requestVote({ from: 'c', term: 2, transfer: true }));
    expect(settle(other).messages.at(-1)).toMatchObject({ granted: true });
  });

  it('is for the leader to ask for: others are not obeyed', () => {
    const core = member();
    core.step(beat());
    core.step({ type: 'timeoutNow', from: 'c', to: 'a', term: 1 });
    expect(core.status()).toMatchObject({ role: 'follower', term: 1 });
  });

  it('goes to voters only', () => {
    const core = led();
    expect(() => core.transferLeader('x')).toThrow(new RangeError('id must be a voter, got x'));
    expect(() => core.transferLeader('a')).not.toThrow();
    expect(core.status().transferee).toBeUndefined();
  });

  it('hands over in a live cluster without a timeout', () => {
    const cluster = new ScriptedCluster({ a: [], b: [], c: [] }, 0);
    cluster.elect('a');
    cluster.settle();
    cluster.core('a').transferLeader('c');
    cluster.settle();
    expect(cluster.core('c').status()).toMatchObject({ role: 'leader', term: 2 });
  });
});

describe('§4.1 changes of one voter', () => {
  it('none is proposed before this term has committed anything (Ongaro, raft-dev 2015)', () => {
    const core = member();
    elect(core);
    const change = () => core.proposeConfChange({ type: 'addVoter', id: 'd' });
    expect(change).toThrow(expect.objectContaining({ code: 'ERR_RAFT_CHANGE_PENDING' }));
    acknowledge(core, 'b', 1);
    expect(change()).toEqual({ index: 2, term: 1 });
    expect(change).toThrow(expect.objectContaining({ code: 'ERR_RAFT_CHANGE_PENDING' }));
  });

  it('one that is overwritten is taken back', () => {
    const core = member();
    elect(core);
    acknowledge(core, 'b', 1);
    core.proposeConfChange({ type: 'removeMember', id: 'c' });
    settle(core);
    expect(core.status().config.voters).toEqual(['a', 'b']);
    core.step(
      append({
        term: 2,
        from: 'c',
        prevIndex: 1,
        prevTerm: 1,
        entries: [{ index: 2, term: 2, type: 'normal', data: new Uint8Array() }],
      }),
    );
    expect(core.status().config.voters).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['makes a learner of a voter', [{ type: 'addLearner', id: 'b' }], /learner of the voter b/],
    ['leaves no voter', ['a', 'b', 'c'].map((id) => ({ type: 'removeMember', id })), /1 voter/],
    ['is none', [], /at least 1 step/],
    ['is of no kind', [{ type: 'promote', id: 'b' }], /addVoter, addLearner or removeMember/],
    ['names nobody', [{ type: 'addVoter', id: '' }], /change\[0\]\.id must be 1 to 128/],
  ])('one that %s is refused', (_, changes, rule) => {
    const core = member();
    elect(core);
    acknowledge(core, 'b', 1);
    expect(() => core.proposeConfChange(changes as never)).toThrow(rule);
    expect(core.status().lastIndex).toBe(1);
  });
});

describe('§4.2.2 removing the current leader', () => {
  it('one of the others takes over at once, without a timeout', () => {
    const cluster = new ScriptedCluster({ a: [], b: [], c: [] }, 0);
    cluster.elect('a');
    cluster.settle();
    cluster.core('a').proposeConfChange({ type: 'removeMember', id: 'a' });
    cluster.settle();
    expect(['b', 'c'].map((id) => cluster.core(id).status().role).toSorted()).toEqual([
      'follower',
      'leader',
    ]);
  });

  it('others take over without it, and it hears that it left', () => {
    const cluster = new ScriptedCluster({ a: [], b: [], c: [] }, 0);
    cluster.elect('a');
    cluster.settle();
    cluster.core('a').proposeConfChange({ type: 'removeMember', id: 'a' });
    cluster.settle();
    expect(cluster.core('a').status()).toMatchObject({ role: 'follower', commit: 2 });
    cluster.pass(60);
    expect(cluster.core('a').status()).toMatchObject({ role: 'follower', term: 1 });
    expect(['b', 'c'].some((id) => cluster.core(id).status().role === 'leader')).toBe(true);
  });
});

describe('§4.2.2 whoever is needed stands for election', () => {
  const config = { voters: ['b', 'c', 'd'], votersOutgoing: [], learners: ['a'] };
  const learner = (commit: number) =>
    member({
      ...{ peers: [], bootstrap: false },
      restored: {
        hardState: { term: 2, vote: null, commit },
        snapshot: { index: 1, term: 1, config, data: new Uint8Array() },
        entries: [entry(2, 2)],
      },
    });
  const shorter = requestVote({ term: 3, lastIndex: 1, lastTerm: 1 });

  it('a learner with the longest log does, once somebody asks it for the vote of a voter', () => {
    const core = learner(1);
    core.campaign();
    expect(core.status().role).toBe('follower');
    core.step(shorter);
    core.campaign();
    expect(core.status()).toMatchObject({ role: 'candidate', term: 4 });
  });

  it('but only for what may not be committed, and not in later terms', () => {
    const committed = learner(2);
    const later = learner(1);
    for (const core of [committed, later]) core.step(shorter);
    later.step(append({ term: 4, prevIndex: 2, prevTerm: 2 }));
    for (const core of [committed, later]) {
      core.campaign();
      expect(core.status().role).toBe('follower');
    }
  });

  it('leads then until its first entry is committed, and leaves it to the voters', () => {
    const core = learner(1);
    core.step(shorter);
    elect(core, ['b', 'c']);
    core.step({ type: 'heartbeatResponse', from: 'b', to: 'a', term: 4, round: 1 });
    acknowledge(core, 'b', 2);
    acknowledge(core, 'c', 2);
    expect(core.status()).toMatchObject({ role: 'leader', commit: 1 });
    for (const from of ['b', 'c']) acknowledge(core, from, 3);
    expect(core.status()).toMatchObject({ role: 'follower', commit: 3 });
  });
});

describe('§4.2.3 disruptive members', () => {
  it('a follower that is removed hears of it, and so stands for no election', () => {
    const cluster = new ScriptedCluster({ a: [], b: [], c: [] }, 0);
    cluster.elect('a');
    cluster.settle();
    cluster.core('a').proposeConfChange({ type: 'removeMember', id: 'c' });
    cluster.pass(100);
    expect(cluster.core('c').status()).toMatchObject({ role: 'follower', term: 1 });
    expect(cluster.core('c').status().config.voters).toEqual(['a', 'b']);
    expect(cluster.core('a').status().progress).not.toHaveProperty('c');
  });
});

describe('§4.3 joint consensus', () => {
  it('a leader that finds a joint configuration leaves it, whoever proposed it', () => {
    const cluster = new ScriptedCluster({ a: [], b: [], c: [], d: [] }, 0);
    cluster.elect('a');
    cluster.settle();
    cluster.core('a').proposeConfChange([
      { type: 'removeMember', id: 'a' },
      { type: 'removeMember', id: 'd' },
    ]);
    cluster.settle({ entriesUpTo: 2 });
    cluster.isolate('a');
    cluster.pass(60);
    const leader = ['b', 'c', 'd'].find((id) => cluster.core(id).status().role === 'leader')!;
    expect(cluster.core(leader).status().config).toEqual({
      voters: ['b', 'c'],
      votersOutgoing: [],
      learners: [],
    });
  });
});

describe('§6.2 a leader that hears no majority', () => {
  it('of 5 that hears 1 follower for electionTicks steps down', () => {
    const core = member({ peers: ['a', 'b', 'c', 'd', 'e'] });
    elect(core, ['b', 'c']);
    for (let i = 0; i < 10; i++) {
      core.step({ type: 'heartbeatResponse', from: 'b', to: 'a', term: 1, round: 1 });
      core.tick();
      settle(core);
    }
    expect(core.status()).toMatchObject({ role: 'follower', term: 1, leader: undefined });
  });

  it('does so only with checkQuorum', () => {
    const core = member({ checkQuorum: false });
    elect(core);
    for (let i = 0; i < 50; i++) core.tick();
    expect(core.status().role).toBe('leader');
  });
});

describe('§6.4 reads without writing', () => {
  it('a single member answers at once, when it has committed in its term', () => {
    const core = member({ peers: ['a'] });
    core.campaign();
    while (core.status().role !== 'leader') settle(core);
    core.readIndex('x');
    expect(settle(core).readStates).toEqual([{ context: 'x', index: 1 }]);
  });

  it('heartbeats that were sent before a read do not confirm it', () => {
    const core = member();
    elect(core);
    acknowledge(core, 'b', 1);
    settle(core);
    core.readIndex('x');
    core.step({ type: 'heartbeatResponse', from: 'b', to: 'a', term: 1, round: 1 });
    expect(settle(core).readStates).toEqual([]);
  });

  it('many reads share a heartbeat', () => {
    const core = member();
    elect(core);
    acknowledge(core, 'b', 1);
    settle(core);
    for (let i = 0; i < 100; i++) core.readIndex(`${i % 7}`);
    const beats = ofType(settle(core).messages, 'heartbeat');
    expect(beats).toHaveLength(2);
    core.step({ type: 'heartbeatResponse', from: 'b', to: 'a', term: 1, round: beats[0]!.round });
    expect(settle(core).readStates).toHaveLength(100);
  });

  it('no more than maxPendingReads wait', () => {
    const core = member({ maxPendingReads: 2 });
    elect(core);
    for (const context of ['x', 'y']) core.readIndex(context);
    expect(() => core.readIndex('z')).toThrow(
      expect.objectContaining({ code: 'ERR_RAFT_OVERLOADED' }),
    );
  });
});

describe('§6.4.1 leases', () => {
  const lease = { tickMs: 10, maxDrift: 0.1 };
  /** A leader whose heartbeat of 1000 ms was answered: it holds for (10 − 1)·10·0.9 = 81 ms. */
  const leased = () => {
    const core = member({ lease });
    elect(core);
    acknowledge(core, 'b', 1);
    settle(core);
    core.tick();
    const { messages } = core.ready(1000);
    core.advance();
    const { round } = ofType([...messages], 'heartbeat')[0]!;
    core.step({ type: 'heartbeatResponse', from: 'b', to: 'a', term: 1, round });
    settle(core);
    return core;
  };

  it('hold from when the heartbeat was sent that a majority has answered', () => {
    const core = leased();
    expect(core.leaseRead(1000)).toBe(1);
    expect(core.leaseRead(1080.9)).toBe(1);
    expect(core.leaseRead(1081)).toBeUndefined();
  });

  it('are void once leadership was handed over, for all of the term', () => {
    const core = leased();
    core.transferLeader('b');
    expect(core.leaseRead(1000)).toBeUndefined();
    for (let i = 0; i < 10; i++) {
      core.step({ type: 'heartbeatResponse', from: 'b', to: 'a', term: 1, round: 2 });
      core.tick();
      settle(core);
    }
    expect(core.status()).toMatchObject({ transferee: undefined, role: 'leader' });
    core.ready(2000);
    core.advance();
    expect(core.leaseRead(2000)).toBeUndefined();
  });

  it('there are none without the option, for a follower, or before the first commit', () => {
    const core = member();
    expect(core.leaseRead(0)).toBeUndefined();
    elect(core);
    expect(core.leaseRead(0)).toBeUndefined();
  });

  it('a member that has started again votes for nobody for electionTicks', () => {
    const core = member({ lease, hardState: { term: 3 } });
    core.step(requestVote({ term: 4 }));
    expect(settle(core).messages).toEqual([]);
    for (let i = 0; i < 10; i++) core.tick();
    settle(core);
    core.step(requestVote({ term: 9 }));
    expect(settle(core).messages).toMatchObject([{ granted: true }]);
  });
});

describe('§9.6 pre-vote', () => {
  it('asks for the next term and begins none', () => {
    const core = member({ preVote: true, hardState: { term: 4 } });
    core.campaign();
    expect(core.status()).toMatchObject({ role: 'preCandidate', term: 4, vote: null });
    expect(settle(core).messages).toMatchObject([
      { type: 'requestPreVote', to: 'b', term: 5 },
      { type: 'requestPreVote', to: 'c', term: 5 },
    ]);
  });

  it('with a majority the election follows', () => {
    const core = member({ preVote: true });
    core.campaign();
    settle(core);
    core.step({ type: 'requestPreVoteResponse', from: 'b', to: 'a', term: 1, granted: true });
    expect(core.status()).toMatchObject({ role: 'candidate', term: 1, vote: 'a' });
  });

  it('is granted without voting: many may get it', () => {
    const core = member();
    for (const from of ['b', 'c'])
      core.step({ ...requestVote({ from, term: 7 }), type: 'requestPreVote' });
    expect(settle(core)).toMatchObject({
      hardState: undefined,
      messages: [
        { type: 'requestPreVoteResponse', to: 'b', term: 7, granted: true },
        { type: 'requestPreVoteResponse', to: 'c', term: 7, granted: true },
      ],
    });
  });

  it('keeps the term of a member that was cut off, and so the leader', () => {
    const cluster = new ScriptedCluster({ a: [], b: [], c: [] }, 0);
    cluster.elect('a');
    cluster.settle();
    cluster.isolate('c');
    cluster.pass(200);
    cluster.join('c');
    cluster.pass(30);
    expect(cluster.core('a').status()).toMatchObject({ role: 'leader', term: 1 });
    expect(cluster.core('c').status()).toMatchObject({ role: 'follower', term: 1, leader: 'a' });
  });
});

describe('§10.2.1 writing to the disk in parallel', () => {
  it('what comes between ready and advance belongs to the next', () => {
    const core = member({ peers: ['a'] });
    core.campaign();
    while (core.status().role !== 'leader') settle(core);
    core.propose(Uint8Array.of(1));
    expect(core.ready().entries.map(({ index }) => index)).toEqual([2]);
    core.propose(Uint8Array.of(2));
    core.advance();
    expect(core.status().commit).toBe(2); // the second is not stored
    const { entries, committedEntries } = core.ready();
    expect([entries, committedEntries].map((each) => each.map(({ index }) => index))).toEqual([
      [3],
      [2],
    ]);
  });

  it('entries that are replaced while they are stored are not taken for stored', () => {
    const core = member();
    core.step(
      append({
        entries: [
          { index: 1, term: 1, type: 'normal', data: Uint8Array.of(1) },
          { index: 2, term: 1, type: 'normal', data: Uint8Array.of(1) },
        ],
      }),
    );
    core.ready();
    core.step(
      append({
        term: 2,
        from: 'c',
        prevIndex: 1,
        prevTerm: 1,
        entries: [{ index: 2, term: 2, type: 'normal', data: Uint8Array.of(2) }],
      }),
    );
    core.advance();
    expect(core.ready().entries).toMatchObject([{ index: 2, term: 2 }]);
  });

  it('a second ready before advance, and advance without ready, are mistakes', () => {
    const core = member();
    expect(() => core.advance()).toThrow(TypeError);
    core.ready();
    expect(() => core.ready()).toThrow(
      new TypeError('ready must not be called again before advance'),
    );
  });
});
