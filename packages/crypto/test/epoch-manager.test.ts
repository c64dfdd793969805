import { fromUtf8, utf8 } from '@ruvector/core';
import {
  BatchSigner,
  EPOCH_GRACE_MS,
  EpochManager,
  rekeyDue,
  type EpochOpened,
} from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { EpochSwarm, runningSwarm, welcomeOf } from './epoch-fixture.js';

const codeOf = (opened: EpochOpened) => (opened.ok ? undefined : opened.code);
const textOf = (opened: EpochOpened) => (opened.ok ? fromUtf8(opened.payload.body) : opened.code);

describe.each([1, 2] as const)('epochs of suite %i', (suite) => {
  it('let all members read what any of them seals, and tell who did', () => {
    const { epochsOf, swarm } = runningSwarm(suite, ['a', 'b', 'c']);
    const envelope = epochsOf('a').seal(utf8('hello'), { topic: 'news', type: 3 });
    for (const name of ['b', 'c']) {
      const opened = epochsOf(name).open(envelope);
      expect(opened).toMatchObject({ ok: true, payload: { topic: 'news', type: 3 } });
      expect(opened.ok && opened.member.agentId).toBe('a');
      expect(textOf(opened)).toBe('hello');
    }
    const toB = epochsOf('a').seal(utf8('for b'), { destination: swarm.of('b').id });
    expect(textOf(epochsOf('b').open(toB))).toBe('for b');
    expect(codeOf(epochsOf('c').open(toB))).toBe('ERR_ENVELOPE_DESTINATION');
    expect(codeOf(epochsOf('a').open(envelope))).toBe('ERR_ENVELOPE_REFLECTED');
  });

  it('go on with who joins, and without who is removed', () => {
    const { swarm, epochsOf, managers, commit, first } = runningSwarm(suite, ['a', 'b'], ['c']);
    const anchor = { commitHash: epochsOf('a').commitHash, commit: first.commit };
    managers.set('c', swarm.start('c', ['a', 'b'], anchor));
    const joined = commit('b', { added: [swarm.of('c').id], reason: 'join' });
    expect(joined.applied).toEqual(
      [1, 2, 3].map(() => ({ ok: true, epoch: 2, keyed: true, opened: [] })),
    );
    expect(textOf(epochsOf('a').open(epochsOf('c').seal(utf8('hi'))))).toBe('hi');
    const { welcomes } = commit('a', { removed: [swarm.of('b').id], reason: 'removal' });
    expect(welcomes.map(({ agentId }) => agentId)).toEqual(['c']);
    expect(epochsOf('b').removed).toBe(true);
    expect(() => epochsOf('b').seal(utf8('still here'))).toThrow(/cannot seal in epoch 3/);
    expect(textOf(epochsOf('c').open(epochsOf('a').seal(utf8('without b'))))).toBe('without b');
  });
});

it('envelopes are signed in the suite of the swarm, unless all agree on Ed25519', () => {
  const swarm = new EpochSwarm(2, ['a', 'b']);
  const sealed = ([1, 2, undefined] as const).map((envelopeSuite) => {
    const options = envelopeSuite && { envelopeSuite };
    const [a, b] = ['a', 'b'].map((name) => swarm.start(name, ['a', 'b'], 'genesis', options));
    const next = a!.commit({ reason: 'start' });
    a!.apply(next.commit);
    b!.apply(next.commit, welcomeOf(next, 'b'));
    const envelope = a!.seal(utf8('x'));
    return [envelope.length, b!.open(envelope).ok, b!] as const;
  });
  expect(sealed.map(([length, ok]) => [length, ok])).toEqual([
    [276, true],
    [3585, true],
    [3585, true],
  ]);
  const strict = swarm.start('b', ['a', 'b']);
  const a = swarm.start('a', ['a', 'b'], 'genesis', { envelopeSuite: 1 });
  const next = a.commit({ reason: 'start' });
  a.apply(next.commit);
  strict.apply(next.commit, welcomeOf(next, 'b'));
  expect(codeOf(strict.open(a.seal(utf8('x'))))).toBe('ERR_ENVELOPE_SUITE');
  const one = new EpochSwarm(1, ['a']);
  expect(() => one.start('a', ['a'], 'genesis', { envelopeSuite: 2 })).toThrow(/envelopeSuite/);
});

it('messages of an epoch are signed in batches too, and wait and age like others', () => {
  const { epochsOf, swarm } = runningSwarm(1, ['a', 'b']);
  const [a, b] = [epochsOf('a'), epochsOf('b')];
  const sent: Uint8Array[] = [];
  const newSigner = () =>
    new BatchSigner({
      ...a.sealing(),
      clock: swarm.clock,
      onBatch: (envelopes) => sent.push(...envelopes),
      onError: (error) => {
        throw error;
      },
    });
  const send = (signer: BatchSigner, text: string) =>
    signer.add({ timestamp: swarm.clock.now(), type: 1, topic: 'news', body: utf8(text) });
  const old = newSigner();
  for (const text of ['1', '2']) send(old, text);
  const next = a.commit({ reason: 'hourly' });
  a.apply(next.commit);
  expect(() => send(old, 'too late')).toThrow(RangeError);
  old.close();
  const signer = newSigner();
  for (const text of ['3', '4']) send(signer, text);
  signer.close();
  expect([sent[2]!, sent[3]!].map((envelope) => codeOf(b.open(envelope)))).toEqual([
    'ERR_ENVELOPE_WAITING',
    'ERR_ENVELOPE_WAITING',
  ]);
  expect(textOf(b.open(sent[0]!))).toBe('1');
  const applied = b.apply(next.commit, welcomeOf(next, 'b'));
  expect(applied.ok && applied.opened.map(textOf)).toEqual(['3', '4']);
  expect(textOf(b.open(sent[1]!))).toBe('2');
  expect(sent.map((envelope) => codeOf(b.open(envelope)))).toEqual(
    sent.map(() => 'ERR_ENVELOPE_REPLAY'),
  );
});

describe('commit', () => {
  it('changes nothing until it is applied, and a second one replaces the first', () => {
    const { epochsOf } = runningSwarm(1, ['a', 'b']);
    const [a, b] = [epochsOf('a'), epochsOf('b')];
    const lost = a.commit({ reason: 'hourly' });
    const taken = a.commit({ reason: 'hourly' });
    expect(a.epoch).toBe(1);
    expect(lost.commit.record.secret_commitment).not.toBe(taken.commit.record.secret_commitment);
    expect(b.apply(taken.commit, welcomeOf(taken, 'b'))).toMatchObject({ ok: true, keyed: true });
    expect(a.apply(taken.commit)).toMatchObject({ ok: true, keyed: true });
    expect(a.apply(lost.commit)).toEqual({ ok: false, code: 'ERR_COMMIT_FORK' });
  });

  it('names the members that neither a session nor a prekey reaches', () => {
    const swarm = new EpochSwarm(1, ['a', 'b', 'c']);
    const sessions = swarm.sessionsOf('a');
    const a = swarm.start('a', ['a', 'b', 'c'], 'genesis', {
      sealFor: (member, bytes) =>
        member.agentId === 'b' ? sessions.sealFor!(member, bytes) : undefined,
    });
    const { welcomes, unreached } = a.commit({ reason: 'start' });
    expect([welcomes.map(({ agentId }) => agentId), unreached]).toEqual([['b'], ['c']]);
  });

  it('refuses a change that no member would take', () => {
    const { epochsOf, swarm } = runningSwarm(1, ['a', 'b'], ['c']);
    const a = epochsOf('a');
    const id = (name: string) => swarm.of(name).id;
    expect(() => a.commit({ added: [id('b')], reason: 'join' })).toThrow(RangeError);
    expect(() => a.commit({ added: [new Uint8Array(32)], reason: 'join' })).toThrow(RangeError);
    expect(() => a.commit({ removed: [id('c')], reason: 'leave' })).toThrow(RangeError);
    expect(() => a.commit({ removed: [id('a')], reason: 'leave' })).toThrow(/committer/);
    expect(() => a.commit({ added: [id('c')], reason: 'hourly' })).toThrow(/reason/);
    expect(() => a.commit({ reason: 'join' })).toThrow(/reason/);
    expect(() => swarm.start('c', ['a', 'b']).commit({ reason: 'start' })).toThrow(/cannot commit/);
  });

  it('is dated no earlier than the commit before and the start it answers', () => {
    const { epochsOf, swarm, first } = runningSwarm(1, ['a', 'b']);
    const now = swarm.clock.now();
    const after = now + 20_000;
    const { commit } = epochsOf('a').commit({ reason: 'start', after });
    expect([first.commit.record.ts, commit.record.ts]).toEqual([now, after]);
    const far = epochsOf('a').commit({ reason: 'start', after: now + 3_600_000 });
    expect(far.commit.record.ts).toBe(now + 30_000);
  });
});

describe('apply', () => {
  it('follows without keys when there is no welcome, and takes one that comes later', () => {
    const { epochsOf } = runningSwarm(1, ['a', 'b']);
    const [a, b] = [epochsOf('a'), epochsOf('b')];
    const next = a.commit({ reason: 'hourly' });
    a.apply(next.commit);
    const envelope = a.seal(utf8('early'));
    expect(b.apply(next.commit)).toEqual({ ok: true, epoch: 2, keyed: false, opened: [] });
    expect(() => b.seal(utf8('hi'))).toThrow(/cannot seal in epoch 2/);
    expect(codeOf(b.open(envelope))).toBe('ERR_ENVELOPE_WAITING');
    const again = b.apply(next.commit, welcomeOf(next, 'b'));
    expect(again.ok && again.opened.map(textOf)).toEqual(['early']);
    b.seal(utf8('x'));
    expect(b.apply(next.commit, welcomeOf(next, 'b'))).toMatchObject({ ok: true, keyed: true });
    expect(textOf(a.open(b.seal(utf8('the chain goes on'))))).toBe('the chain goes on');
  });

  it('keeps the epoch before open for 10 s, for opening only', () => {
    const { epochsOf, commit, swarm } = runningSwarm(1, ['a', 'b']);
    const [a, b] = [epochsOf('a'), epochsOf('b')];
    const envelopes = [1, 2, 3].map((n) => a.seal(utf8(`${n}`)));
    commit('a', { reason: 'hourly' });
    expect(textOf(b.open(envelopes[1]!))).toBe('2');
    swarm.clock.advance(EPOCH_GRACE_MS - 1);
    expect(textOf(b.open(envelopes[0]!))).toBe('1');
    expect(codeOf(b.open(envelopes[0]!))).toBe('ERR_ENVELOPE_REPLAY');
    swarm.clock.advance(1);
    expect(codeOf(b.open(envelopes[2]!))).toBe('ERR_ENVELOPE_EPOCH');
    expect(swarm.clock.pending).toBe(0);
  });

  it('keeps as many epochs open as it is told, each for 10 s', () => {
    const swarm = new EpochSwarm(1, ['a', 'b']);
    const limits = { earlierMax: 2 };
    const [a, b] = ['a', 'b'].map((n) => swarm.start(n, ['a', 'b'], 'genesis', { limits })) as [
      EpochManager,
      EpochManager,
    ];
    const next = () => {
      const proposal = a.commit({ reason: 'hourly' });
      a.apply(proposal.commit);
      b.apply(proposal.commit, welcomeOf(proposal, 'b'));
    };
    next();
    const envelopes = [1, 2, 3].map((n) => a.seal(utf8(`${n}`)));
    next();
    swarm.clock.advance(1_000);
    next();
    expect(textOf(b.open(envelopes[0]!))).toBe('1');
    swarm.clock.advance(EPOCH_GRACE_MS - 1_000);
    expect(codeOf(b.open(envelopes[1]!))).toBe('ERR_ENVELOPE_EPOCH');
    next();
    next();
    const sealed = a.seal(utf8('early'));
    next();
    next();
    next();
    expect(codeOf(b.open(sealed))).toBe('ERR_ENVELOPE_EPOCH');
  });

  it('opens what waited for the epoch, however it was ordered, each once', () => {
    const { epochsOf } = runningSwarm(1, ['a', 'b', 'c']);
    const [a, b, c] = ['a', 'b', 'c'].map(epochsOf) as [EpochManager, EpochManager, EpochManager];
    const next = a.commit({ reason: 'hourly' });
    for (const [name, epochs] of [
      ['a', a],
      ['c', c],
    ] as const)
      epochs.apply(next.commit, welcomeOf(next, name));
    const early = [a.seal(utf8('1')), a.seal(utf8('2')), c.seal(utf8('3'))];
    for (const envelope of [...early.toReversed(), early[1]!])
      expect(codeOf(b.open(envelope))).toBe('ERR_ENVELOPE_WAITING');
    expect(b.waiting).toBe(3);
    const applied = b.apply(next.commit, welcomeOf(next, 'b'));
    expect(applied.ok && applied.opened.map(textOf)).toEqual(['3', '2', '1']);
    expect(b.waiting).toBe(0);
    expect(codeOf(b.open(early[0]!))).toBe('ERR_ENVELOPE_REPLAY');
  });

  it('is undone by no callback that applies another commit meanwhile', () => {
    const swarm = new EpochSwarm(1, ['a', 'b']);
    const rivals = [1, 2].map(() => swarm.start('a', ['a', 'b']).commit({ reason: 'start' }));
    const inner: unknown[] = [];
    const reentrant = swarm.start('b', ['a', 'b'], 'genesis', {
      mayCommit: () => {
        const [, second] = rivals;
        if (inner.push(undefined) === 1)
          inner.push(reentrant.apply(second!.commit, welcomeOf(second!, 'b')));
        return true;
      },
    });
    const outer = reentrant.apply(rivals[0]!.commit, welcomeOf(rivals[0]!, 'b'));
    expect(outer).toEqual({ ok: false, code: 'ERR_COMMIT_STALE' });
    expect(inner).toContainEqual({ ok: true, epoch: 1, keyed: true, opened: [] });
    expect(reentrant.epoch).toBe(1);
  });
});

describe('a process that starts', () => {
  it('gets keys only in an epoch that is committed after its start', () => {
    const { swarm, epochsOf, first } = runningSwarm(1, ['a', 'b']);
    const old = epochsOf('a').commit({ reason: 'hourly' });
    epochsOf('a').apply(old.commit);
    swarm.clock.advance(1);
    const anchor = { commitHash: epochsOf('b').commitHash, commit: first.commit };
    const again = swarm.start('b', ['a', 'b'], anchor);
    expect(again.rekeyDue()).toBe('start');
    const replayed = again.apply(old.commit, welcomeOf(old, 'b'));
    expect(replayed).toEqual({ ok: true, epoch: 2, keyed: false, opened: [] });
    const next = epochsOf('a').commit({ reason: 'start' });
    epochsOf('a').apply(next.commit);
    expect(again.apply(next.commit, welcomeOf(next, 'b'))).toMatchObject({ keyed: true });
    expect(again.rekeyDue()).toBeUndefined();
    expect(textOf(epochsOf('a').open(again.seal(utf8('back'))))).toBe('back');
  });

  it('begins only at the commit and the roster that its anchor names', () => {
    const { swarm, epochsOf, first } = runningSwarm(1, ['a', 'b'], ['m']);
    const commitHash = epochsOf('a').commitHash;
    const start = (roster: string[], anchor: { commitHash: Uint8Array; commit?: unknown }) => () =>
      swarm.start('b', roster, anchor);
    const other = swarm.start('m', ['m']).commit({ reason: 'start' }).commit;
    expect(start(['a', 'b'], { commitHash, commit: first.commit })).not.toThrow();
    for (const [roster, anchor] of [
      [['a', 'm'], { commitHash, commit: first.commit }],
      [['m'], { commitHash, commit: other }],
      [['a', 'b'], { commitHash: commitHash.map((x) => x ^ 1), commit: first.commit }],
      [['a', 'b'], { commitHash, commit: { record: {} } }],
      [['a', 'b'], { commitHash }],
    ] as const)
      expect(start([...roster], anchor)).toThrow(
        expect.objectContaining({ code: 'ERR_EPOCH_ANCHOR' }),
      );
    const founded = swarm.start('a', ['a', 'b']);
    expect(start(['a', 'b'], { commitHash: founded.commitHash })).not.toThrow();
    expect(start(['a', 'm'], { commitHash: founded.commitHash })).toThrow(/founders/);
  });
});

describe('rekeyDue', () => {
  it('says start without keys, then messages, then hourly', () => {
    const age = { keyed: true, ageMs: 0, sealed: 0 };
    expect(rekeyDue({ ...age, keyed: false })).toBe('start');
    expect(rekeyDue(age)).toBeUndefined();
    expect(rekeyDue({ ...age, ageMs: 3_599_999 })).toBeUndefined();
    expect(rekeyDue({ ...age, ageMs: 3_600_000 })).toBe('hourly');
    expect(rekeyDue({ ...age, sealed: 2 ** 20 - 2 ** 17 - 1 })).toBeUndefined();
    expect(rekeyDue({ ...age, sealed: 2 ** 20 - 2 ** 17 })).toBe('messages');
  });

  it('is told by the manager as time goes by and messages are sealed', () => {
    const swarm = new EpochSwarm(1, ['a']);
    const a = swarm.start('a', ['a'], 'genesis', { limits: { messagesMax: 8 } });
    a.apply(a.commit({ reason: 'start' }).commit);
    for (let n = 0; n < 8; n++) {
      expect(a.rekeyDue()).toBe(n < 7 ? undefined : 'messages');
      a.seal(utf8('x'));
    }
    expect(() => a.seal(utf8('x'))).toThrow(expect.objectContaining({ code: 'ERR_LIMIT' }));
    a.apply(a.commit({ reason: 'messages' }).commit);
    expect(a.rekeyDue()).toBeUndefined();
    swarm.clock.advance(3_600_000);
    expect(a.rekeyDue()).toBe('hourly');
  });
});

describe('EpochManager', () => {
  it('shows no secret, and does nothing after destroy()', () => {
    const { epochsOf, swarm } = runningSwarm(1, ['a', 'b']);
    const a = epochsOf('a');
    expect(JSON.stringify(a)).toBe('{}');
    const next = epochsOf('b').commit({ reason: 'hourly' });
    a.destroy();
    expect(a.apply(next.commit)).toEqual({ ok: false, code: 'ERR_EPOCH_REMOVED' });
    expect(() => a.seal(utf8('x'))).toThrow(
      expect.objectContaining({ code: 'ERR_EPOCH_NOT_READY' }),
    );
    expect(codeOf(a.open(epochsOf('b').seal(utf8('x'))))).toBe('ERR_ENVELOPE_EPOCH');
    expect(swarm.clock.pending).toBe(0);
  });

  it('refuses options that are none, and a suite for which something is missing', () => {
    const swarm = new EpochSwarm(1, ['a']);
    const start = (options: object) => () => swarm.start('a', ['a'], 'genesis', options);
    expect(start({ suite: 3 })).toThrow(/suite must be 1 or 2/);
    expect(start({ suite: 2 })).toThrow(TypeError);
    expect(start({ mayCommit: undefined })).toThrow(/mayCommit must be/);
    expect(start({ self: new Uint8Array(31) })).toThrow(/self must have 32 bytes/);
    expect(start({ limits: { messagesMax: 2 ** 20 + 1 } })).toThrow(/messagesMax must/);
    expect(start({ limits: { waiting: 1 } })).toThrow(/limits must have only/);
    expect(start({ roster: [swarm.of('a').member, swarm.of('a').member] })).toThrow(/twice/);
    const two = new EpochSwarm(2, ['a']);
    const short = [{ ...two.of('a').member, kemPublicKey: new Uint8Array(1215) }];
    expect(() => two.start('a', [], 'genesis', { roster: short })).toThrow(/kemPublicKey must/);
    expect(start({ startedAt: -1 })).toThrow(/startedAt must/);
  });

  it('has no part in epochs that were committed before its process started', () => {
    const swarm = new EpochSwarm(1, ['a', 'b']);
    const [now, start] = [swarm.clock.now(), (n: number) => ({ startedAt: n })];
    const a = swarm.start('a', ['a', 'b'], 'genesis');
    const early = swarm.start('b', ['a', 'b'], 'genesis', start(now));
    const late = swarm.start('b', ['a', 'b'], 'genesis', start(now + 1));
    const next = a.commit({ reason: 'start' });
    const welcome = welcomeOf(next, 'b');
    expect(early.apply(next.commit, welcome)).toMatchObject({ ok: true, keyed: true });
    expect(late.apply(next.commit, welcome)).toMatchObject({ ok: true, keyed: false });
  });
});
