// Longer than 400 lines: a registry is one state machine, tried by one cast of agents.
import { ManualClock } from '@ruvector/core/testing';
import { seededRandom, toHex } from '@ruvector/core';
import {
  allowList,
  IdentityManager,
  memberKeyId,
  MemberRegistry,
  trustOnFirstUse,
  type Registration,
  type RegistrationOptions,
} from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { newAgent, newClock, newRegistry, seededEntropy, SWARM } from './fixture.js';
import { SEED } from './seed.js';

const clock = newClock();
const alice = newAgent('alice', clock);
const bob = newAgent('bob', clock);
const newKeys = (seed: number, at: ManualClock = clock) =>
  IdentityManager.create({ swarmId: SWARM, clock: at, random: seededEntropy(seed) });
const next = (
  identity: IdentityManager,
  previous: Registration,
  options: RegistrationOptions = {},
) => identity.createRegistration(previous.record.agent_id, ['next'], { previous, ...options });
const codeOf = (registry: MemberRegistry, registration: unknown) => {
  const result = registry.apply(registration);
  return result.ok ? undefined : result.code;
};

describe('MemberRegistry', () => {
  it('finds a member by its agent id and by its member key id', () => {
    const registry = newRegistry(clock);
    const result = registry.apply(alice.registration);
    const member = registry.get('alice')!;
    expect(result).toEqual({ ok: true, member });
    expect(registry.get(alice.memberKeyId)).toBe(member);
    expect(member).toEqual({
      agentId: 'alice',
      memberKeyId: alice.memberKeyId,
      registration: alice.registration,
      suite: 1,
      ed25519PublicKey: alice.identity.ed25519PublicKey,
      x25519PublicKey: alice.identity.x25519PublicKey,
      capabilities: ['embed', 'search'],
      joinedAt: clock.now(),
      rev: 1,
    });
    expect([...registry.members()]).toEqual([member]);
    expect(registry.size).toBe(1);
  });

  it.each(['nobody', 'Alice', 'alice ', new Uint8Array(32), new Uint8Array(5), bob.memberKeyId])(
    'does not find %s',
    (id) => {
      const registry = newRegistry(clock);
      registry.apply(alice.registration);
      expect(registry.get(id)).toBeUndefined();
    },
  );

  it('takes the record it has again, and stays as it is', () => {
    const registry = newRegistry(clock);
    registry.apply(alice.registration);
    const member = registry.get('alice');
    expect(registry.apply(structuredClone(alice.registration))).toEqual({ ok: true, member });
    expect(registry.get('alice')).toBe(member);
    expect(registry.size).toBe(1);
  });

  it('takes the next revision with the same keys: the old member key id is gone', () => {
    const registry = newRegistry(clock);
    registry.apply(alice.registration);
    const second = next(alice.identity, alice.registration);
    expect(codeOf(registry, second)).toBeUndefined();
    expect(registry.get('alice')).toMatchObject({ rev: 2, capabilities: ['next'] });
    expect(registry.get(alice.memberKeyId)).toBeUndefined();
    expect(registry.get(memberKeyId(second.record))?.rev).toBe(2);
    expect(registry.size).toBe(1);
  });

  it('takes new keys that the old key signed, and then further ones by the new key', () => {
    const registry = newRegistry(clock);
    registry.apply(alice.registration);
    const [k2, k3] = [newKeys(2), newKeys(3)];
    const second = next(k2, alice.registration, { previousIdentity: alice.identity });
    const third = next(k3, second, { previousIdentity: k2 });
    expect(codeOf(registry, second)).toBeUndefined();
    expect(codeOf(registry, third)).toBeUndefined();
    expect(registry.get('alice')?.ed25519PublicKey).toEqual(k3.ed25519PublicKey);
  });

  it('takes a first record of any revision, since a newcomer hears of members late', () => {
    const registry = newRegistry(clock);
    const second = next(alice.identity, alice.registration);
    expect(codeOf(registry, second)).toBeUndefined();
    expect(codeOf(registry, alice.registration)).toBe('ERR_MEMBER_REV');
  });

  it('refuses a rollback, a repetition with changes, and a gap', () => {
    const registry = newRegistry(clock);
    registry.apply(alice.registration);
    const second = next(alice.identity, alice.registration);
    const third = next(alice.identity, second);
    expect(codeOf(registry, third)).toBe('ERR_MEMBER_REV');
    registry.apply(second);
    expect(codeOf(registry, alice.registration)).toBe('ERR_MEMBER_REV');
    const other = next(alice.identity, alice.registration, { expiresAt: clock.now() + 5 });
    expect(codeOf(registry, other)).toBe('ERR_MEMBER_REV');
    expect(registry.get('alice')?.rev).toBe(2);
  });

  it('refuses the right revision after another predecessor', () => {
    const registry = newRegistry(clock);
    registry.apply(alice.registration);
    const sibling = alice.identity.createRegistration('alice', ['other']);
    expect(codeOf(registry, next(alice.identity, sibling))).toBe('ERR_MEMBER_PREVIOUS');
  });

  it('refuses new keys without the signature of the old one', () => {
    const registry = newRegistry(clock);
    registry.apply(alice.registration);
    const thief = newKeys(9);
    const stolen = next(thief, alice.registration, { previousIdentity: alice.identity });
    const { ed25519 } = stolen.signatures;
    const forged = { ...stolen, signatures: { ...stolen.signatures, previous: ed25519 } };
    expect(codeOf(registry, forged)).toBe('ERR_MEMBER_PREVIOUS');
    expect(registry.get('alice')?.registration).toEqual(alice.registration);
  });

  it('refuses another first record for an id that is taken', () => {
    const registry = newRegistry(clock);
    registry.apply(alice.registration);
    const twin = newKeys(9).createRegistration('alice', []);
    expect(codeOf(registry, twin)).toBe('ERR_MEMBER_REV');
  });

  it('refuses a key under a second id: signing, agreement, former and of one who left', () => {
    const registry = newRegistry(clock);
    registry.apply(alice.registration);
    const asBob = alice.identity.createRegistration('bob', []);
    expect(codeOf(registry, asBob)).toBe('ERR_MEMBER_KEY_TAKEN');
    const rotated = next(newKeys(2), alice.registration, { previousIdentity: alice.identity });
    registry.apply(rotated);
    expect(codeOf(registry, asBob)).toBe('ERR_MEMBER_KEY_TAKEN');
    registry.remove('alice', 'left');
    expect(codeOf(registry, asBob)).toBe('ERR_MEMBER_KEY_TAKEN');
    expect(codeOf(registry, newKeys(2).createRegistration('bob', []))).toBe('ERR_MEMBER_KEY_TAKEN');
  });

  it('refuses ids that differ in case only, also of one who left', () => {
    const registry = newRegistry(clock);
    registry.apply(alice.registration);
    const twin = newKeys(9).createRegistration('Alice', []);
    expect(codeOf(registry, twin)).toBe('ERR_MEMBER_ID_TWIN');
    registry.remove('alice', 'left');
    expect(codeOf(registry, twin)).toBe('ERR_MEMBER_ID_TWIN');
  });

  it('lets one who left return with the next revision only, keeping its keys or changing them', () => {
    const registry = newRegistry(clock);
    registry.apply(alice.registration);
    expect(registry.remove('alice', 'left')).toBe(true);
    expect(registry.get('alice')).toBeUndefined();
    expect(registry.get(alice.memberKeyId)).toBeUndefined();
    expect(registry.size).toBe(0);
    expect(codeOf(registry, alice.registration)).toBe('ERR_MEMBER_REV');
    expect(codeOf(registry, newKeys(9).createRegistration('alice', []))).toBe('ERR_MEMBER_REV');
    expect(codeOf(registry, next(alice.identity, alice.registration))).toBeUndefined();
    expect(registry.get('alice')?.rev).toBe(2);
  });

  it('lets one who was revoked never return, also if it had left before', () => {
    const registry = newRegistry(clock);
    registry.apply(alice.registration);
    registry.apply(bob.registration);
    registry.remove('alice', 'revoked');
    registry.remove('bob', 'left');
    expect(registry.remove('bob', 'revoked')).toBe(true);
    expect(registry.remove('bob', 'left')).toBe(false);
    for (const { identity, registration } of [alice, bob]) {
      expect(codeOf(registry, registration)).toBe('ERR_MEMBER_REVOKED');
      expect(codeOf(registry, next(identity, registration))).toBe('ERR_MEMBER_REVOKED');
    }
  });

  it('says whether removing changed anything, and knows two reasons', () => {
    const registry = newRegistry(clock);
    registry.apply(alice.registration);
    expect(registry.remove('nobody', 'left')).toBe(false);
    expect(registry.remove('alice', 'left')).toBe(true);
    expect(registry.remove('alice', 'left')).toBe(false);
    expect(() => registry.remove('alice', 'gone' as 'left')).toThrow(RangeError);
  });

  it('passes on what is wrong with a registration itself', () => {
    const registry = newRegistry(clock);
    expect(codeOf(registry, 7)).toBe('ERR_REGISTRATION_MALFORMED');
    const foreign = newAgent('alice', clock, 'swarm-2').registration;
    expect(codeOf(registry, foreign)).toBe('ERR_REGISTRATION_SWARM');
    const later = newClock();
    later.advance(31 * 24 * 3_600_000);
    expect(codeOf(newRegistry(later), alice.registration)).toBe('ERR_REGISTRATION_EXPIRED');
    expect(registry.size).toBe(0);
  });
});

describe('admission', () => {
  it('by list takes these ids and no others', () => {
    const registry = newRegistry(clock, allowList(['alice']));
    expect(codeOf(registry, alice.registration)).toBeUndefined();
    expect(codeOf(registry, bob.registration)).toBe('ERR_MEMBER_REFUSED');
    expect(() => allowList(['a b'])).toThrow(RangeError);
  });

  it('on first use takes everybody', () => {
    const registry = newRegistry(clock, trustOnFirstUse());
    expect(codeOf(registry, alice.registration)).toBeUndefined();
  });

  it('may give a code of its own, and is asked about changes too', () => {
    const seen: number[] = [];
    const registry = newRegistry(clock, ({ record }) => {
      seen.push(record.rev);
      return record.rev === 1 || 'ERR_NO_CHANGES';
    });
    registry.apply(alice.registration);
    expect(codeOf(registry, next(alice.identity, alice.registration))).toBe('ERR_NO_CHANGES');
    expect(seen).toEqual([1, 2]);
    expect(registry.get('alice')?.rev).toBe(1);
  });

  it('is never asked about forged registrations', () => {
    let asked = 0;
    const registry = newRegistry(clock, () => (asked++, true));
    registry.apply({ ...alice.registration, signatures: bob.registration.signatures });
    expect(asked).toBe(0);
  });

  it('takes nothing but true for a yes', () => {
    const registry = newRegistry(clock, (() => 1) as never);
    expect(codeOf(registry, alice.registration)).toBe('ERR_MEMBER_REFUSED');
    expect(() => newRegistry(clock, undefined as never)).not.toThrow();
    expect(() => new MemberRegistry({ swarmId: SWARM, clock, admission: true as never })).toThrow(
      /^admission must be a function/,
    );
  });
});

describe('the bounds of a registry', () => {
  const agents = Array.from({ length: 6 }, (_, n) => newAgent(`agent-${n}`, clock));
  const bounded = (at: ManualClock) =>
    new MemberRegistry({
      swarmId: SWARM,
      admission: trustOnFirstUse(),
      clock: at,
      maxMembers: 2,
      maxTombstones: 2,
    });

  it('refuse members above maxMembers until one leaves', () => {
    const registry = bounded(clock);
    const codes = agents.slice(0, 3).map(({ registration }) => codeOf(registry, registration));
    expect(codes).toEqual([undefined, undefined, 'ERR_MEMBER_LIMIT']);
    registry.remove('agent-0', 'left');
    expect(codeOf(registry, agents[2]!.registration)).toBeUndefined();
    const back = next(agents[0]!.identity, agents[0]!.registration);
    expect(codeOf(registry, back)).toBe('ERR_MEMBER_LIMIT');
  });

  it('never forget a former member whose records could be replayed: new ids are refused', () => {
    const registry = bounded(clock);
    for (const { registration } of agents.slice(0, 4)) {
      expect(codeOf(registry, registration)).toBeUndefined();
      registry.remove(registration.record.agent_id, 'left');
    }
    expect(codeOf(registry, agents[4]!.registration)).toBe('ERR_MEMBER_LIMIT');
    expect(codeOf(registry, agents[0]!.registration)).toBe('ERR_MEMBER_REV');
  });

  it('forget who left once its records have expired, and who was revoked never', () => {
    const at = newClock();
    const registry = bounded(at);
    agents.slice(0, 4).forEach(({ registration }, n) => {
      registry.apply(registration);
      registry.remove(registration.record.agent_id, n < 2 ? 'revoked' : 'left');
    });
    at.advance(30 * 24 * 3_600_000);
    const fresh = (agentId: string, seed: number) =>
      newKeys(seed, at).createRegistration(agentId, []);
    expect(codeOf(registry, fresh('agent-4', 54))).toBeUndefined();
    expect(codeOf(registry, fresh('agent-2', 52))).toBeUndefined(); // its name is free again
    registry.remove('agent-4', 'left');
    registry.remove('agent-2', 'left');
    expect(codeOf(registry, fresh('agent-5', 55))).toBe('ERR_MEMBER_LIMIT');
    expect(codeOf(registry, fresh('agent-0', 50))).toBe('ERR_MEMBER_REVOKED');
  });

  it('forget nobody for a newcomer that the policy refuses', () => {
    const at = newClock();
    let open = true;
    const registry = new MemberRegistry({
      swarmId: SWARM,
      admission: () => open,
      clock: at,
      maxMembers: 1,
      maxTombstones: 0,
    });
    registry.apply(alice.registration);
    registry.remove('alice', 'left');
    at.advance(30 * 24 * 3_600_000);
    open = false;
    expect(codeOf(registry, newKeys(50, at).createRegistration('carol', []))).toMatch(/REFUSED/);
    open = true;
    const fresh = newKeys(51, at).createRegistration('alice', []);
    expect(codeOf(registry, fresh)).toBe('ERR_MEMBER_REV'); // still known
  });

  it('keep the newest 16 keys of an agent that changes them without end', () => {
    const registry = newRegistry(clock);
    let identity = newKeys(100);
    let registration = identity.createRegistration('carol', []);
    const first = identity;
    registry.apply(registration);
    for (let n = 1; n <= 8; n++) {
      const fresh = newKeys(100 + n);
      registration = next(fresh, registration, { previousIdentity: identity });
      identity = fresh;
      expect(codeOf(registry, registration)).toBeUndefined();
    }
    expect(codeOf(registry, first.createRegistration('dave', []))).toBeUndefined();
    const recent = newKeys(101).createRegistration('erin', []);
    expect(codeOf(registry, recent)).toBe('ERR_MEMBER_KEY_TAKEN');
  });
});

/** What the rules say, on plain lists: no bounds, one policy that admits all. */
class NaiveRegistry {
  readonly #log: { registration: Registration; identity: IdentityManager }[] = [];
  readonly #gone = new Map<string, string>();

  apply(registration: Registration, identity: IdentityManager): boolean {
    const { agent_id, ed25519_public_key, rev, prev } = registration.record;
    const mine = this.#log.filter((entry) => entry.registration.record.agent_id === agent_id);
    const last = mine.at(-1)?.registration;
    const state = this.#gone.get(agent_id);
    if (
      last &&
      !state &&
      toHex(memberKeyId(last.record)) === toHex(memberKeyId(registration.record))
    )
      return true;
    const others = this.#log.filter((entry) => entry.registration.record.agent_id !== agent_id);
    if (state === 'revoked') return false;
    if (others.some(({ registration: r }) => r.record.ed25519_public_key === ed25519_public_key))
      return false;
    if (last && (rev !== last.record.rev + 1 || prev !== toHex(memberKeyId(last.record))))
      return false;
    this.#log.push({ registration, identity });
    this.#gone.delete(agent_id);
    return true;
  }

  remove(agentId: string, reason: string): void {
    const isKnown = this.#log.some(({ registration: r }) => r.record.agent_id === agentId);
    if (isKnown && this.#gone.get(agentId) !== 'revoked') this.#gone.set(agentId, reason);
  }

  members(): string[] {
    const ids = new Set(this.#log.map(({ registration: r }) => r.record.agent_id));
    return [...ids].filter((id) => !this.#gone.has(id)).sort();
  }
}

it('a registry agrees with a naive one over 300 random changes', () => {
  const random = seededRandom(SEED);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random.next() * list.length)]!;
  const identities = Array.from({ length: 6 }, (_, n) => newKeys(200 + n));
  const made: { registration: Registration; identity: IdentityManager }[] = [];
  const latest = new Map<string, (typeof made)[number]>();
  const [registry, naive] = [newRegistry(clock), new NaiveRegistry()];
  const ids = ['a', 'b', 'c', 'd'];
  let admitted = 0;
  const removeOne = () => {
    const [id, reason] = [pick(ids), random.next() < 0.03 ? 'revoked' : 'left'] as const;
    registry.remove(id, reason);
    naive.remove(id, reason);
    return [];
  };
  const applyOne = () => {
    const known = random.next() < 0.7 ? [...latest.values()] : made;
    const from = known.length > 0 && random.next() < 0.8 ? pick(known) : undefined;
    const identity = from && random.next() < 0.8 ? from.identity : pick(identities);
    const registration = from
      ? next(identity, from.registration, { previousIdentity: from.identity })
      : identity.createRegistration(pick(ids), []);
    const entry = random.next() < 0.2 && from ? from : { registration, identity };
    made.push(entry);
    const { ok } = registry.apply(entry.registration);
    if (ok) latest.set(entry.registration.record.agent_id, entry);
    if (ok) admitted += 1;
    return [ok, naive.apply(entry.registration, entry.identity)];
  };
  for (let step = 0; step < 300; step++) {
    const [is, ought] = random.next() < 0.12 ? removeOne() : applyOne();
    expect(is).toBe(ought);
    expect([...registry.members()].map(({ agentId }) => agentId).sort()).toEqual(naive.members());
  }
  expect(admitted).toBeGreaterThan(60);
});

describe('an absent member', () => {
  const at = newClock();
  const first = newKeys(71, at).createRegistration('carol', []);

  it('makes room, keeps its id and keys taken, and comes back with the same record', () => {
    const admission = trustOnFirstUse();
    const registry = new MemberRegistry({ swarmId: SWARM, admission, clock: at, maxMembers: 1 });
    registry.apply(first);
    expect(registry.remove('carol', 'absent')).toBe(true);
    expect(registry.get('carol')).toBeUndefined();
    expect(codeOf(registry, newKeys(72, at).createRegistration('carol', []))).toBe(
      'ERR_MEMBER_PREVIOUS',
    );
    expect(codeOf(registry, newKeys(71, at).createRegistration('other', []))).toBe(
      'ERR_MEMBER_KEY_TAKEN',
    );
    expect(registry.apply(first).ok).toBe(true);
  });

  it('comes back with a later record although one between was missed, never with an earlier one', () => {
    const registry = newRegistry(at);
    const identity = newKeys(73, at);
    const one = identity.createRegistration('dave', []);
    const three = next(identity, next(identity, one));
    registry.apply(one);
    expect(codeOf(registry, three)).toBe('ERR_MEMBER_REV');
    registry.remove('dave', 'absent');
    expect(registry.apply(three).ok).toBe(true);
    registry.remove('dave', 'absent');
    expect(codeOf(registry, one)).toBe('ERR_MEMBER_REV');
  });

  it('can still be revoked, and one who left cannot be made absent', () => {
    const registry = newRegistry(at);
    registry.apply(first);
    registry.remove('carol', 'absent');
    expect(registry.remove('carol', 'revoked')).toBe(true);
    expect(codeOf(registry, first)).toBe('ERR_MEMBER_REVOKED');
    const other = newRegistry(at);
    other.apply(first);
    other.remove('carol', 'left');
    expect(other.remove('carol', 'absent')).toBe(false);
    expect(codeOf(other, first)).toBe('ERR_MEMBER_REV');
  });
});
