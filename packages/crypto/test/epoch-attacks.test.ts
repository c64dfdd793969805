import {
  concatBytes,
  equalBytes,
  fromBase64Url,
  fromHex,
  toBase64Url,
  toHex,
  utf8,
} from '@ruvector/core';
import {
  canonicalize,
  commitHash,
  DST,
  type EpochCommit,
  type EpochManager,
  type EpochProposal,
} from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { secretCommitment } from '../src/epoch-secret.js';
import { EpochSwarm, NO_NONCE, runningSwarm, welcomeOf } from './epoch-fixture.js';
import { seededEntropy } from './fixture.js';
import { postQuantum } from './post-quantum.js';

const opens = (epochs: EpochManager, envelopes: readonly Uint8Array[]) =>
  envelopes.filter((envelope) => epochs.open(envelope).ok).length;
const codeOf = (epochs: EpochManager, envelope: Uint8Array) => {
  const opened = epochs.open(envelope);
  return opened.ok ? undefined : opened.code;
};

describe.each([1, 2] as const)('a removed member of suite %i', (suite) => {
  /** c is removed, then the swarm goes on: all that is sent afterwards. */
  function afterwards() {
    const running = runningSwarm(suite, ['a', 'b', 'c'], ['d']);
    const { swarm, epochsOf, managers, commit, first } = running;
    const clone = swarm.start('c', ['a', 'b', 'c']); // a process that will ignore its removal
    clone.apply(first.commit, welcomeOf(first, 'c'));
    const sent: { proposal: EpochProposal; envelopes: Uint8Array[] }[] = [];
    const next = (change: Parameters<EpochManager['commit']>[0]) => {
      const proposal = commit('a', change);
      const envelopes = ['a', 'b'].map((name) => epochsOf(name).seal(utf8('secret')));
      sent.push({ proposal, envelopes });
    };
    next({ removed: [swarm.of('c').id], reason: 'removal' });
    managers.set('d', swarm.start('d', ['a', 'b'], anchorOf(sent[0]!.proposal.commit)));
    next({ added: [swarm.of('d').id], reason: 'join' });
    next({ reason: 'hourly' });
    return { ...running, clone, sent };
  }

  it('decrypts nothing of what is sent afterwards, whatever it does with it', () => {
    const { swarm, epochsOf, clone, sent, first } = afterwards();
    const anchored = swarm.start('c', ['a', 'b', 'c'], anchorOf(first.commit));
    const envelopes = sent.flatMap((each) => each.envelopes);
    for (const process of [epochsOf('c'), clone, anchored]) {
      expect(opens(process, envelopes)).toBe(0);
      for (const { proposal } of sent)
        for (const { bytes } of [...proposal.welcomes, { bytes: undefined }]) {
          const applied = process.apply(proposal.commit, bytes);
          expect(applied.ok && applied.keyed).toBe(false);
        }
      expect(opens(process, envelopes)).toBe(0);
    }
    expect(opens(epochsOf('d'), envelopes)).toBe(4);
  });

  it('gets at no secret with its own keys and the welcomes of others', () => {
    const { swarm, sent } = afterwards();
    const c = swarm.of('c');
    const { openFrom } = swarm.sessionsOf('c');
    const found = sent.flatMap(({ proposal }) =>
      proposal.welcomes.filter(({ bytes, recipient }) => {
        if (suite === 1)
          return [...swarm.agents.values()].some(
            ({ member }) => openFrom!(member, bytes.slice(80)) !== undefined,
          );
        const shared = c.identity.decapsulate!(bytes.slice(78, 1198), c.member.kemPublicKey!);
        const salt = commitHash(proposal.commit.record);
        return [recipient, c.id].some((id) => {
          const key = postQuantum.hkdfSha256(shared, salt, concatBytes(DST('welcome'), id), 32);
          return opensGcm(key, bytes.slice(1198), bytes.slice(0, 78));
        });
      }),
    );
    expect(found).toEqual([]);
    expect(sent.flatMap(({ proposal }) => proposal.welcomes.map((w) => w.agentId))).not.toContain(
      'c',
    );
  });

  it('is believed no more, neither in the old epoch nor in a commit', () => {
    const { epochsOf, clone, sent } = afterwards();
    const { swarm, epochsOf: otherOf, commit, first } = runningSwarm(suite, ['a', 'b', 'c']);
    const removed = otherOf('c');
    const before = removed.seal(utf8('sealed before, opened after'));
    expect(clone.keyed).toBe(true);
    expect(codeOf(epochsOf('a'), clone.seal(utf8('from an old epoch')))).toBe('ERR_ENVELOPE_EPOCH');
    commit('a', { removed: [swarm.of('c').id], reason: 'removal' });
    expect(codeOf(otherOf('b'), before)).toBe('ERR_ENVELOPE_SENDER');
    const rival = clone.commit({ reason: 'hourly' }).commit;
    expect(epochsOf('a').apply(rival)).toEqual({ ok: false, code: 'ERR_COMMIT_STALE' });
    expect(otherOf('b').apply(first.commit)).toEqual({ ok: false, code: 'ERR_COMMIT_STALE' });
    expect(sent).toHaveLength(3);
  });
});

it('a joiner reads nothing of the epoch before its own', () => {
  const { swarm, epochsOf, commit, first, managers } = runningSwarm(1, ['a', 'b'], ['c']);
  const before = ['a', 'b'].map((name) => epochsOf(name).seal(utf8('before c')));
  const c = swarm.start('c', ['a', 'b'], anchorOf(first.commit));
  managers.set('c', c);
  expect(opens(c, before)).toBe(0);
  for (const { bytes } of first.welcomes) expect(c.apply(first.commit, bytes).ok).toBe(false);
  const joined = commit('a', { added: [swarm.of('c').id], reason: 'join' });
  expect(before.map((envelope) => codeOf(c, envelope))).toEqual([
    'ERR_ENVELOPE_EPOCH',
    'ERR_ENVELOPE_EPOCH',
  ]);
  expect(joined.applied.at(-1)).toMatchObject({ keyed: true, opened: [] });
  const late = c.seal(utf8('c'), {});
  expect(opens(epochsOf('b'), [late])).toBe(1);
});

it('replay after a restart opens nothing: a process has keys of later epochs only', () => {
  const { swarm, epochsOf, commit, managers, first } = runningSwarm(1, ['a', 'b']);
  const recorded = epochsOf('a').seal(utf8('before'));
  expect(codeOf(epochsOf('b'), recorded)).toBeUndefined();
  swarm.clock.advance(1);
  const welcome = welcomeOf(first, 'b');
  const anchored = swarm.start('b', ['a', 'b'], anchorOf(first.commit));
  expect(anchored.apply(first.commit, welcome)).toEqual({ ok: false, code: 'ERR_COMMIT_STALE' });
  const again = swarm.start('b', ['a', 'b']); // one that is shown all of the past again
  managers.set('b', again);
  const past = { ok: true, keyed: false, opened: [] };
  expect(again.apply(first.commit, welcome)).toMatchObject(past);
  for (const b of [anchored, again]) expect(codeOf(b, recorded)).toBe('ERR_ENVELOPE_WAITING');
  const { applied } = commit('a', { reason: 'start' });
  const refused = [{ ok: false, code: 'ERR_ENVELOPE_EPOCH' }];
  expect(applied.at(-1)).toMatchObject({ keyed: true, opened: refused });
  expect(codeOf(again, recorded)).toBe('ERR_ENVELOPE_EPOCH');
});

it('KEM tamper in a welcome opens nothing: in either half, of another welcome, of low order', () => {
  const { epochsOf } = runningSwarm(2, ['a', 'b']);
  const [one, two] = [1, 2].map(() => epochsOf('a').commit({ reason: 'hourly' }));
  const [b, welcome, other] = [epochsOf('b'), welcomeOf(two!, 'b')!, welcomeOf(one!, 'b')!];
  const [lattice, curve, sealed] = [78, 78 + 1088, 78 + 1120];
  const tampered = [lattice, lattice + 500, curve - 1, curve, sealed - 1].map((at) => {
    const changed = welcome.slice();
    changed[at]! ^= 1;
    return changed;
  });
  const part = (from: number, to: number, by: (at: number) => number) =>
    welcome.map((byte, at) => (at >= from && at < to ? by(at) : byte));
  tampered.push(
    part(lattice, curve, (at) => other[at]!),
    part(curve, sealed, (at) => other[at]!),
    part(lattice, sealed, (at) => other[at]!),
    part(curve, sealed, () => 0),
  );
  for (const bytes of tampered)
    expect(b.apply(two!.commit, bytes)).toEqual({ ok: false, code: 'ERR_WELCOME_SEAL' });
  expect(b.apply(two!.commit, welcome)).toMatchObject({ keyed: true });
});

it('a removed member rejoining with an old rev is in no epoch, though a committer adds it', () => {
  const { swarm, epochsOf, commit } = runningSwarm(1, ['a', 'b', 'c']);
  const { id, agent } = swarm.of('c');
  commit('a', { removed: [id], reason: 'removal' });
  const helping = epochsOf('a').commit({ added: [id], reason: 'join' });
  swarm.remove('c');
  expect(swarm.apply(agent.registration)).toMatchObject({ code: 'ERR_MEMBER_REVOKED' });
  const applied = epochsOf('b').apply(helping.commit, welcomeOf(helping, 'b'));
  expect(applied).toEqual({ ok: false, code: 'ERR_COMMIT_MEMBER' });
});

it('of two commits at once one holds, the other is a fork for everybody', () => {
  const { epochsOf } = runningSwarm(1, ['a', 'b', 'c']);
  const [one, two] = [
    epochsOf('a').commit({ reason: 'hourly' }),
    epochsOf('b').commit({ reason: 'hourly' }),
  ];
  for (const name of ['a', 'b', 'c'])
    expect(epochsOf(name).apply(one.commit, welcomeOf(one, name))).toMatchObject({ keyed: true });
  for (const name of ['a', 'b', 'c'])
    expect(epochsOf(name).apply(two.commit, welcomeOf(two, name))).toEqual({
      ok: false,
      code: 'ERR_COMMIT_FORK',
    });
  const swarm = new EpochSwarm(1, ['a', 'b', 'c']);
  const [a, b, c] = ['a', 'b', 'c'].map((name) => swarm.start(name, ['a', 'b', 'c']));
  const left = a!.commit({ reason: 'start' });
  const right = b!.commit({ reason: 'start' });
  a!.apply(left.commit);
  b!.apply(right.commit);
  c!.apply(left.commit);
  const after = b!.commit({ reason: 'hourly' });
  expect(c!.apply(after.commit)).toEqual({ ok: false, code: 'ERR_COMMIT_FORK' });
});

describe('a lying committer', () => {
  it('cannot hand out a secret that its commit does not bind', () => {
    const swarm = new EpochSwarm(1, ['a', 'b']);
    const liar = swarm.start('a', ['a', 'b'], 'genesis', {
      sealFor: (member, bytes) => {
        const other = bytes.slice();
        other[other.length - 1]! ^= 1;
        return swarm.sessionsOf('a').sealFor!(member, other);
      },
    });
    const b = swarm.start('b', ['a', 'b']);
    const lie = liar.commit({ reason: 'start' });
    expect(b.apply(lie.commit, welcomeOf(lie, 'b'))).toEqual({
      ok: false,
      code: 'ERR_WELCOME_SECRET',
    });
    expect([b.epoch, b.keyed]).toEqual([0, false]);
    const truth = swarm.start('a', ['a', 'b']).commit({ reason: 'start' });
    expect(b.apply(truth.commit, welcomeOf(truth, 'b'))).toMatchObject({ keyed: true });
  });

  it('cannot give a member the welcome of another, of another commit, or by another', () => {
    const { epochsOf } = runningSwarm(1, ['a', 'b', 'c']);
    const [one, two] = [1, 2].map(() => epochsOf('a').commit({ reason: 'hourly' }));
    const byC = epochsOf('c').commit({ reason: 'hourly' });
    const b = epochsOf('b');
    const apply = (welcome: Uint8Array | undefined) => b.apply(two!.commit, welcome);
    const wrong = { ok: false, code: 'ERR_WELCOME_RECIPIENT' };
    expect(apply(welcomeOf(two!, 'c'))).toEqual(wrong);
    expect(apply(welcomeOf(one!, 'b'))).toEqual(wrong);
    expect(apply(welcomeOf(byC, 'b'))).toEqual(wrong);
    const moved = concatBytes(welcomeOf(two!, 'b')!.slice(0, 78), welcomeOf(byC, 'b')!.slice(78));
    expect(apply(moved)).toEqual({ ok: false, code: 'ERR_WELCOME_SEAL' });
    expect(b.apply(two!.commit, 'text' as never)).toEqual({
      ok: false,
      code: 'ERR_WELCOME_MALFORMED',
    });
    expect(apply(welcomeOf(two!, 'b'))).toMatchObject({ keyed: true });
  });
});

it('a member whose prekey is no key shuts out itself alone', () => {
  const swarm = new EpochSwarm(2, ['a', 'b', 'c']);
  const roster = ['a', 'b', 'c'].map((name) => swarm.of(name).member);
  roster[2] = { ...roster[2]!, kemPublicKey: new Uint8Array(1216).fill(255) };
  const provider = {
    ...postQuantum,
    xwing: {
      ...postQuantum.xwing,
      encapsulate: (key: Uint8Array) => {
        if (key.every((byte) => byte === 255)) throw new RangeError('publicKey must be one');
        return postQuantum.xwing.encapsulate(key);
      },
    },
  };
  const a = swarm.start('a', [], 'genesis', { roster, provider });
  const { welcomes, unreached } = a.commit({ reason: 'start' });
  expect([welcomes.map(({ agentId }) => agentId), unreached]).toEqual([['b'], ['c']]);
});

it('Ed25519 alone does not pose as a composite commit', () => {
  const { epochsOf, swarm } = runningSwarm(2, ['a', 'b']);
  const { commit } = epochsOf('a').commit({ reason: 'hourly' });
  const bytes = concatBytes(DST('commit'), utf8(canonicalize(commit.record)));
  const ed25519 = swarm.of('a').identity.sign(bytes);
  const apply = (signatures: EpochCommit['signatures']) => {
    const applied = epochsOf('b').apply({ record: commit.record, signatures });
    return applied.ok ? undefined : applied.code;
  };
  expect(apply({ ed25519: toBase64Url(ed25519), composite: null })).toBe('ERR_COMMIT_SUITE');
  const whole = commit.signatures.composite!;
  for (const half of [0, 3309]) {
    const composite = Uint8Array.from(fromBase64Url(whole));
    composite.fill(0, half, half === 0 ? 3309 : 3373);
    expect(apply({ ed25519: null, composite: toBase64Url(composite) })).toBe(
      'ERR_COMMIT_SIGNATURE',
    );
  }
  expect(apply({ ed25519: null, composite: whole })).toBeUndefined();
});

it('a cloned state never seals two messages under one key and nonce, and one of two is taken', () => {
  const swarm = new EpochSwarm(1, ['a', 'b']);
  const [b, ...clones] = ['b', 'a', 'a'].map((name) => swarm.start(name, ['a', 'b']));
  const first = b!.commit({ reason: 'start' });
  b!.apply(first.commit);
  for (const a of clones) a.apply(first.commit, welcomeOf(first, 'a'));
  const sealed = clones.map((a, n) => a.seal(utf8(`message ${n}`)));
  const part = (from: number, to: number) => sealed.map((e) => toHex(e.slice(from, to)));
  expect(new Set(part(-96, -64)).size).toBe(1); // the key's commitment: the same key
  expect(new Set(part(132, 144)).size).toBe(2); // the nonces
  expect(sealed.map((envelope) => codeOf(b!, envelope))).toEqual([
    undefined,
    'ERR_ENVELOPE_REPLAY',
  ]);
  const swapped = concatBytes(sealed[1]!.slice(0, 132), sealed[0]!.slice(132, 144));
  const other = concatBytes(swapped, sealed[1]!.slice(144));
  expect(codeOf(b!, other)).toBe('ERR_ENVELOPE_REPLAY');
  const commits = clones.map((a) => a.commit({ reason: 'hourly' }).commit.record);
  expect(commits[0]!.secret_commitment).not.toBe(commits[1]!.secret_commitment);
});

it('equal randomness is needed to make equal secrets, and each epoch draws anew', () => {
  const swarm = new EpochSwarm(1, ['a']);
  const a = swarm.start('a', ['a'], 'genesis', { entropy: seededEntropy(1) });
  const commitments = [1, 2, 3].map(() => a.commit({ reason: 'start' }).commit.record);
  expect(new Set(commitments.map((record) => record.secret_commitment)).size).toBe(3);
  const drawn = new Uint8Array(32);
  seededEntropy(1).fill(drawn);
  const [record] = commitments;
  expect(record!.secret_commitment).toBe(
    toHex(secretCommitment(drawn, 1, fromHex(record!.prev_commit_hash))),
  );
});

describe('memory', () => {
  it('for waiting envelopes is bounded, and one member cannot use it up', () => {
    const { epochsOf } = runningSwarm(1, ['a', 'b', 'c', 'd']);
    const next = epochsOf('a').commit({ reason: 'hourly' });
    for (const name of ['a', 'c', 'd']) epochsOf(name).apply(next.commit, welcomeOf(next, name));
    const b = epochsOf('b');
    for (let n = 0; n < 300; n++)
      expect(codeOf(b, epochsOf('a').seal(utf8('x')))).toBe('ERR_ENVELOPE_WAITING');
    expect(b.waiting).toBe(256);
    expect(codeOf(b, epochsOf('c').seal(utf8('me too')))).toBe('ERR_ENVELOPE_WAITING');
    const large = epochsOf('d').seal(new Uint8Array(500_000));
    expect(codeOf(b, large)).toBe('ERR_ENVELOPE_WAITING');
    expect(codeOf(b, epochsOf('d').seal(new Uint8Array(1 << 20)))).toBe('ERR_ENVELOPE_NO_ROOM');
    const forgedOne = epochsOf('d').seal(utf8('x'));
    forgedOne[forgedOne.length - 1]! ^= 1;
    expect(codeOf(b, forgedOne)).toBe('ERR_ENVELOPE_SIGNATURE');
    const waiting = b.waiting;
    expect(waiting).toBeLessThanOrEqual(256);
    const applied = b.apply(next.commit, welcomeOf(next, 'b'));
    const opened = applied.ok ? applied.opened.filter(({ ok }) => ok) : [];
    expect(opened).toHaveLength(waiting);
    const senders = new Set(opened.map((each) => each.ok && each.member.agentId));
    expect([...senders].sort()).toEqual(['a', 'c', 'd']);
  });

  it('for skipped keys is one budget for all senders and both epochs', () => {
    const names = ['a', 'b', 'c'];
    const swarm = new EpochSwarm(1, names);
    const limits = { skippedKeysMax: 30 };
    const b = swarm.start('b', names, 'genesis', { limits });
    const others = ['a', 'c'].map((name) => swarm.start(name, names));
    const next = b.commit({ reason: 'start' });
    for (const [n, each] of [b, ...others].entries())
      each.apply(next.commit, welcomeOf(next, ['b', 'a', 'c'][n]!));
    const sealed = others.map((each) => Array.from({ length: 41 }, () => each.seal(utf8('x'))));
    for (const envelopes of sealed) expect(opens(b, [envelopes[40]!])).toBe(1);
    const reached = sealed.map((envelopes) => opens(b, envelopes.slice(0, 40)));
    expect(reached).toEqual([30, 0]);
  });

  it('does not grow with a counter above the messages of an epoch', () => {
    const names = ['a', 'b'];
    const swarm = new EpochSwarm(1, names);
    const a = swarm.start('a', names);
    const b = swarm.start('b', names, 'genesis', { limits: { messagesMax: 2 } });
    const first = a.commit({ reason: 'start' });
    a.apply(first.commit);
    b.apply(first.commit, welcomeOf(first, 'b'));
    const sealed = [1, 2, 3].map(() => a.seal(utf8('x')));
    expect(sealed.map((envelope) => codeOf(b, envelope))).toEqual([
      undefined,
      undefined,
      'ERR_ENVELOPE_EPOCH',
    ]);
  });
});

function anchorOf(commit: EpochCommit) {
  return { commitHash: commitHash(commit.record), commit };
}

function opensGcm(key: Uint8Array, sealed: Uint8Array, aad: Uint8Array): boolean {
  try {
    return !equalBytes(postQuantum.aes256gcm.open(key, NO_NONCE, sealed, aad), NO_NONCE);
  } catch {
    return false;
  }
}
