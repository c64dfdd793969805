import { describe, expect, it } from 'vitest';
import { encodeConfiguration } from '../src/configuration.js';
import type { Entry, Message } from '../src/index.js';
import { append, elect, entry, member, ofType, requestVote, settle } from './fixtures/member.js';

// What the simulator, or a sceptical reader, has found in this package.

const toA = { from: 'b', to: 'a' } as const;
const beaten = (term: number, round: number): Message => ({
  type: 'heartbeatResponse',
  ...toA,
  term,
  round,
});

const conf = (
  index: number,
  term: number,
  voters: readonly string[],
  votersOutgoing: readonly string[],
): Entry => ({
  ...{ index, term, type: 'confChange' },
  data: encodeConfiguration({ voters, votersOutgoing, learners: [] }),
});

describe('bugs that were found here', () => {
  it('a candidate that cannot win, and asks often, does not keep others from asking', () => {
    const core = member({ terms: [1, 1] });
    for (let tick = 1; tick < 10; tick++) {
      core.tick();
      core.step(requestVote({ term: 1 + tick, lastIndex: 1, lastTerm: 1 }));
    }
    expect(settle(core).messages.some((each) => 'granted' in each && each.granted)).toBe(false);
    core.tick();
    expect(core.status()).toMatchObject({ role: 'candidate', term: 11 });
  });

  it('a member that is back without its log, and says so, is not answered again and again', () => {
    const core = member({ terms: [1, 1] });
    elect(core);
    settle(core);
    const b = { from: 'b', to: 'a', term: 2 } as const;
    const refused = (index: number) => {
      core.step({
        ...{ type: 'appendEntriesResponse', ...b },
        ...{ index, rejected: true, hintIndex: 0, hintTerm: 0 },
      });
      return ofType(settle(core).messages, 'appendEntries').length;
    };
    core.step({
      ...{ type: 'appendEntriesResponse', ...b },
      ...{ index: 3, rejected: false, hintIndex: 0, hintTerm: 0 },
    });
    settle(core);
    core.propose(Uint8Array.of(1));
    settle(core);
    refused(4); // a probe of what it was known to have
    expect([refused(3), refused(3), refused(3)]).toEqual([0, 0, 0]);
  });

  it('a member that left and is added again is met as a new one', () => {
    const core = member();
    elect(core);
    core.step({
      ...{ type: 'appendEntriesResponse', ...toA, term: 1 },
      ...{ index: 1, rejected: false, hintIndex: 0, hintTerm: 0 },
    });
    for (const type of ['removeMember', 'addLearner'] as const) {
      core.proposeConfChange({ type, id: 'c' });
      settle(core);
      const { lastIndex } = core.status();
      core.step({
        ...{ type: 'appendEntriesResponse', ...toA, term: 1 },
        ...{ index: lastIndex, rejected: false, hintIndex: 0, hintTerm: 0 },
      });
      settle(core);
    }
    expect(core.status().progress['c']).toMatchObject({ match: 0, state: 'probe' });
  });

  it('a voter that was just added does not cost the leader its lead: it had no time to answer', () => {
    const core = member({ peers: ['a'] });
    core.campaign();
    settle(core);
    for (let i = 0; i < 9; i++) core.tick();
    core.proposeConfChange({ type: 'addVoter', id: 'b' });
    settle(core);
    core.tick();
    expect(core.status().role).toBe('leader');
  });

  it('a follower that lost the pieces of a snapshot is sent them again, whatever came late', () => {
    const core = member({ maxBytesPerMessage: 4 });
    elect(core);
    settle(core);
    core.step({
      ...{ type: 'appendEntriesResponse', ...toA, term: 1 },
      ...{ index: 1, rejected: false, hintIndex: 0, hintTerm: 0 },
    });
    settle(core);
    core.compact(1, new Uint8Array(12), { keep: 0 });
    const c = { from: 'c', to: 'a', term: 1 } as const;
    core.step({ type: 'heartbeatResponse', ...c, round: 1 });
    core.step({
      ...{ type: 'appendEntriesResponse', ...c },
      ...{ index: 1, rejected: true, hintIndex: 0, hintTerm: 0 },
    });
    const offsets = () =>
      ofType(settle(core).messages, 'installSnapshot').map(({ offset }) => offset);
    const answer = (offset: number) =>
      core.step({ type: 'installSnapshotResponse', ...c, index: 1, offset, done: false });
    expect(offsets()).toEqual([0]);
    answer(4);
    answer(8);
    expect(offsets()).toEqual([8]);
    answer(4); // it had started again, and got the first piece a second time
    expect(offsets()).toEqual([4]);
    answer(4);
    expect(offsets()).toEqual([]);
  });

  it('a leader whose maxInflightBytes are used up by lost messages goes on at the next answer', () => {
    const core = member({ maxInflightBytes: 25, maxBytesPerMessage: 10 });
    const [first] = ofType(elect(core), 'appendEntries');
    core.step({
      ...{ type: 'appendEntriesResponse', ...toA, term: 1 },
      ...{ index: first!.entries.at(-1)!.index, rejected: false, hintIndex: 0, hintTerm: 0 },
    });
    settle(core);
    for (let i = 0; i < 6; i++) core.propose(new Uint8Array(10));
    const sent = ofType(settle(core).messages, 'appendEntries').filter(({ to }) => to === 'b');
    expect(sent).toHaveLength(3);
    core.tick();
    const [heartbeat] = ofType(settle(core).messages, 'heartbeat');
    core.step(beaten(1, heartbeat!.round));
    const more = ofType(settle(core).messages, 'appendEntries').filter(({ to }) => to === 'b');
    expect(more).toHaveLength(1);
  });

  it('a joiner makes no snapshot of entries from before it knows who the members are', () => {
    const core = member({ peers: [], bootstrap: false });
    const config = { voters: ['b'], votersOutgoing: [], learners: ['a'] };
    const added = { term: 1, index: 3, type: 'confChange', data: encodeConfiguration(config) };
    core.step(append({ entries: [entry(1, 1), entry(2, 1)], commit: 2 }));
    settle(core);
    expect(core.status()).toMatchObject({ applied: 2, compactableFrom: Infinity });
    expect(() => core.compact(2, new Uint8Array())).toThrow(RangeError);
    core.step(append({ prevIndex: 2, prevTerm: 1, entries: [added as Entry], commit: 3 }));
    settle(core);
    expect(() => core.compact(2, new Uint8Array())).toThrow(RangeError);
    expect(core.status().compactableFrom).toBe(3);
    expect(core.compact(3, new Uint8Array()).config).toEqual(config);
  });

  it('what comes while a ready is under way is not added to it: a vote is stored first', () => {
    const core = member();
    core.step(append({ term: 1 }));
    settle(core);
    core.step({ ...toA, type: 'requestVoteResponse', term: 2, granted: false });
    const ready = core.ready();
    expect(ready.messages).toEqual([]);
    core.step(requestVote({ term: 2, lastIndex: 0, lastTerm: 0 }));
    expect(ready.messages).toEqual([]);
    core.advance();
    const { hardState, messages } = core.ready();
    expect(hardState).toMatchObject({ term: 2, vote: 'b' });
    expect(messages).toHaveLength(1);
  });

  it('who leaves stands for election until that is committed: who stays may lack entries', () => {
    const restored = (indices: readonly number[], commit: number) => ({
      hardState: { term: 2, vote: null, commit },
      entries: [
        entry(1, 1),
        conf(2, 1, ['c', 'd'], ['a', 'b', 'c']),
        conf(3, 1, ['c', 'd'], []),
      ].filter(({ index }) => indices.includes(index)),
    });
    const peers = ['a', 'b', 'c'];
    const a = member({ restored: restored([1, 2, 3], 2), peers });
    a.campaign();
    const asked = settle(a).messages.filter(({ type }) => type === 'requestVote');
    expect(asked.map(({ to }) => to)).toEqual(['c', 'd']);
    for (const from of ['c', 'd'])
      a.step({ type: 'requestVoteResponse', from, to: 'a', term: 3, granted: true });
    expect(a.status().role).toBe('leader');
    const gone = member({ restored: restored([1, 2, 3], 3), peers });
    gone.campaign();
    expect(gone.status().role).toBe('follower');
  });

  it('who leaves does not vote for itself: all that stay are asked', () => {
    const entries = [conf(1, 1, ['b', 'c'], [])];
    const core = member({ restored: { hardState: { term: 1, vote: null, commit: 0 }, entries } });
    elect(core, ['b']);
    expect(core.status().role).toBe('candidate');
    core.step({ type: 'requestVoteResponse', from: 'c', to: 'a', term: 2, granted: true });
    expect(core.status().role).toBe('leader');
  });

  describe('where there are leases, a follower of the last electionTicks', () => {
    const lease = { tickMs: 10 };
    const granted = (messages: readonly Message[]) =>
      messages.flatMap((each) => (each.type === 'requestVoteResponse' ? [each.granted] : []));

    it('gives no vote in a later term that it learned otherwise: it has forgotten its leader', () => {
      const core = member({ lease });
      core.step(append({ from: 'b', term: 1 }));
      core.step({
        ...{ type: 'requestPreVoteResponse', from: 'c', to: 'a', term: 2 },
        granted: false,
      });
      expect(core.status()).toMatchObject({ term: 2, leader: undefined, vote: null });
      core.step(requestVote({ from: 'c', term: 2 }));
      expect(granted(settle(core).messages)).toEqual([false]);
      for (let i = 0; i < 10; i++) core.tick();
      settle(core);
      const { term } = core.status();
      core.step(requestVote({ from: 'c', term: term + 1 }));
      expect(granted(settle(core).messages)).toEqual([true]);
    });

    it('does not stand for election when asked to, and does when its leader hands over', () => {
      const core = member({ lease });
      core.step(append({ from: 'b', term: 1 }));
      core.campaign();
      expect(core.status().role).toBe('follower');
      core.step({ type: 'timeoutNow', from: 'b', to: 'a', term: 1 });
      expect(core.status().role).toBe('candidate');
    });

    it('votes for whom its leader hands over to', () => {
      const core = member({ lease });
      core.step(append({ from: 'b', term: 1 }));
      core.step(requestVote({ from: 'c', term: 2, transfer: true }));
      expect(granted(settle(core).messages)).toEqual([true]);
    });
  });
});
