import { toBase64Url, utf8 } from '@ruvector/core';
import {
  HandshakeTimes,
  MemberRegistry,
  ReplayWindows,
  signedInvites,
  signInvite,
  SkippedKeyBudget,
  SKIPPED_KEYS_MAX,
  trustOnFirstUse,
  VerifiedRoots,
} from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { EpochSwarm, runningSwarm, welcomeOf } from './epoch-fixture.js';
import { newAgent, newClock, newRegistry, SWARM } from './fixture.js';
import { flipped, newHandshakes } from './handshake-fixture.js';
import { codeOf } from './hybrid-fixture.js';
import { newKind } from './kinds-fixture.js';

const NOISE = Array.from({ length: 40 }, (_, n) => n);

describe('filling a cache from outside, with what is forged:', () => {
  it('verified roots of batches stay as they are', () => {
    const roots = new VerifiedRoots();
    const { seal, codeOf: code } = newKind('batched');
    const envelope = seal();
    for (const n of NOISE)
      expect(code(flipped(envelope, 8 * 140 + n), { roots })).toBe('ERR_ENVELOPE_SIGNATURE');
    expect(roots.size).toBe(0);
    expect([code(envelope, { roots }), roots.size]).toEqual([undefined, 1]);
  });

  it('chains keep no skipped keys, and windows see no counter', () => {
    const { seal, codeOf: code, received, window } = newKind('group');
    for (const n of NOISE) {
      const far = seal({ counter: 1000 + n });
      expect(code(flipped(far, 8 * far.length - 1))).toBe('ERR_ENVELOPE_SIGNATURE');
    }
    expect([received.next, window.check(0), window.check(1000)]).toEqual([0, true, true]);
  });

  it('times of handshakes stay as they are', () => {
    const { initiator, responder, bob } = newHandshakes();
    const first = initiator().write();
    for (const n of NOISE) expect(responder().read(flipped(first, 250 * n)).ok).toBe(false);
    expect(bob.times.size).toBe(0);
  });

  it('the registry keeps nobody, and used invites nothing', () => {
    const clock = newClock();
    const admin = newAgent('admin', clock).identity;
    const policy = signedInvites([admin], { maxUsed: 1 });
    const registry = newRegistry(clock, policy);
    const invite = signInvite({ swarmId: SWARM, clock }, admin);
    for (const n of NOISE) {
      const { registration } = newAgent(`m-${n}`, clock);
      const { record } = registration;
      const signature = toBase64Url(new Uint8Array(64).fill(n));
      const forged = { record, signatures: { ed25519: signature, composite: null } };
      expect(codeOf(registry.apply(forged, invite))).toBe('ERR_REGISTRATION_SIGNATURE');
    }
    expect(codeOf(registry.apply(newAgent('alice', clock).registration, invite))).toBeUndefined();
  });

  it('no envelope waits for the next epoch whose signature is wrong', () => {
    const { epochsOf } = runningSwarm(1, ['a', 'b']);
    const next = epochsOf('a').commit({ reason: 'hourly' });
    epochsOf('a').apply(next.commit, welcomeOf(next, 'a'));
    const early = epochsOf('a').seal(utf8('early'));
    const b = epochsOf('b');
    for (const n of NOISE)
      expect(codeOf(b.open(flipped(early, 8 * 132 + n)))).toBe('ERR_ENVELOPE_SIGNATURE');
    expect(b.waiting).toBe(0);
    expect([codeOf(b.open(early)), b.waiting]).toEqual(['ERR_ENVELOPE_WAITING', 1]);
  });
});

describe('filling a cache from inside, with what is genuine, ends at a bound:', () => {
  it('verified roots: the one not asked for longest is forgotten', () => {
    const roots = new VerifiedRoots(3);
    for (const n of NOISE)
      expect(roots.check(Uint8Array.of(n), utf8('root'), () => true)).toBe(true);
    expect(roots.size).toBe(3);
  });

  it('skipped keys: 1,024 a sender, and one budget for all senders', () => {
    const budget = new SkippedKeyBudget(SKIPPED_KEYS_MAX + 10);
    const swarm = new EpochSwarm(1, ['a', 'b', 'c']);
    const names = ['a', 'b', 'c'];
    const limits = { skippedKeysMax: budget.max };
    const b = swarm.start('b', names, 'genesis', { limits });
    const senders = ['a', 'c'].map((name) => ({ name, epochs: swarm.start(name, names) }));
    const first = b.commit({ reason: 'start' });
    b.apply(first.commit);
    const sealed = senders.map(({ name, epochs }) => {
      epochs.apply(first.commit, welcomeOf(first, name));
      return Array.from({ length: SKIPPED_KEYS_MAX + 100 }, () => epochs.seal(utf8('x')));
    });
    for (const envelopes of sealed) expect(b.open(envelopes.at(-1)!).ok).toBe(true);
    const late = sealed.map((envelopes) => envelopes.slice(0, -1));
    const reached = late.map((envelopes) => envelopes.filter((each) => b.open(each).ok).length);
    expect(reached).toEqual([SKIPPED_KEYS_MAX, 10]);
  });

  it('replay windows: ERR_LIMIT, until one is given back', () => {
    const windows = new ReplayWindows({ windowsMax: 3 });
    const open = [1, 2, 3].map(() => windows.open());
    const full = () => windows.open();
    expect(full).toThrow(expect.objectContaining({ code: 'ERR_LIMIT' }) as Error);
    windows.close(open[1]!);
    expect([windows.open(), windows.size]).toEqual([open[1], 3]);
  });

  it('times of handshakes: newcomers wait, those who are known do not', () => {
    const clock = newClock();
    const times = new HandshakeTimes({ clock, maxAgents: 2 });
    const now = clock.now();
    const codes = ['a', 'b', 'c'].map((name) => codeOf(times.take(name, now)));
    expect(codes).toEqual([undefined, undefined, 'ERR_HANDSHAKE_LIMIT']);
    expect([codeOf(times.take('a', now + 1)), times.size]).toEqual([undefined, 2]);
  });

  it('members: a full registry takes no more, and forgets none of those it has', () => {
    const clock = newClock();
    const options = { swarmId: SWARM, admission: trustOnFirstUse(), clock, maxMembers: 2 };
    const registry = new MemberRegistry(options);
    const codes = ['a', 'b', 'c'].map((id) =>
      codeOf(registry.apply(newAgent(id, clock).registration)),
    );
    expect(codes).toEqual([undefined, undefined, 'ERR_MEMBER_LIMIT']);
    expect(['a', 'b'].map((id) => registry.get(id)?.agentId)).toEqual(['a', 'b']);
  });
});
