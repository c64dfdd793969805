import { toBase64Url, toHex } from '@ruvector/core';
import {
  canonicalize,
  IdentityManager,
  memberKeyId,
  parseCanonical,
  signRemoval,
  verifyRemoval,
  type MemberRegistry,
  type Removal,
} from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { newAgent, newClock, newRegistry, seededEntropy } from './fixture.js';
import {
  CLASSICAL,
  codeOf,
  hybridAgent,
  hybridIdentity,
  hybridRegistry,
  nextOf,
  PQ,
} from './hybrid-fixture.js';

const clock = newClock();
const now = clock.now();
const admin = IdentityManager.create({ random: seededEntropy(60) });
const alice = newAgent('alice', clock);
const bob = newAgent('bob', clock);
const { identity, registration } = alice;

const withBoth = () => {
  const registry = newRegistry(clock);
  registry.apply(alice.registration);
  registry.apply(bob.registration);
  return registry;
};
const removal = (by = identity, reason: 'left' | 'revoked' = 'left', of = registration) =>
  signRemoval({ registration: of, reason, clock }, by);
const judge = (registry: MemberRegistry, statement: unknown, over = {}) =>
  verifyRemoval(statement, { registry, now, admins: [admin], ...over });
const edited = ({ record, signatures }: Removal, over: object) => ({
  record: { ...record, ...over },
  signatures,
});

describe('a removal', () => {
  it('by the member itself says with which record it leaves', () => {
    const { record, signatures } = removal();
    expect(record).toEqual({
      v: 1,
      swarm_id: 'swarm-1',
      agent_id: 'alice',
      reason: 'left',
      member_key_id: toHex(alice.memberKeyId),
      admin_public_key: null,
      removed_at: now,
    });
    expect(signatures.composite).toBeNull();
  });

  it('drives the registry: what it says is done, and done once', () => {
    const registry = withBoth();
    const verdict = judge(registry, parseCanonical(canonicalize(removal())));
    expect(verdict).toEqual({ ok: true, agentId: 'alice', reason: 'left' });
    expect(verdict.ok && registry.remove(verdict.agentId, verdict.reason)).toBe(true);
    expect(codeOf(judge(registry, removal()))).toBe('ERR_REMOVAL_MEMBER');
  });

  it('of others is an admin’s alone', () => {
    const registry = withBoth();
    const byBob = removal(bob.identity);
    expect(codeOf(judge(registry, byBob))).toBe('ERR_REMOVAL_ADMIN');
    expect(codeOf(judge(registry, edited(byBob, { admin_public_key: null })))).toBe(
      'ERR_REMOVAL_SIGNATURE',
    );
    const posing = { admin_public_key: toBase64Url(admin.ed25519PublicKey) };
    expect(codeOf(judge(registry, edited(byBob, posing)))).toBe('ERR_REMOVAL_SIGNATURE');
    expect(judge(registry, removal(admin)).ok).toBe(true);
    expect(codeOf(judge(registry, removal(admin), { admins: [] }))).toBe('ERR_REMOVAL_ADMIN');
    expect(codeOf(verifyRemoval(removal(admin), { registry, now }))).toBe('ERR_REMOVAL_ADMIN');
  });

  it('from before the member returned says nothing any more: a replay removes nobody', () => {
    const registry = withBoth();
    const old = [removal(), removal(admin)];
    registry.remove('alice', 'left');
    const back = nextOf(identity, registration);
    registry.apply(back);
    expect(old.map((each) => codeOf(judge(registry, each)))).toEqual([
      'ERR_REMOVAL_MEMBER',
      'ERR_REMOVAL_MEMBER',
    ]);
    expect(judge(registry, removal(identity, 'left', back)).ok).toBe(true);
  });

  it('that revokes holds whatever record the member has by then, and after it left', () => {
    const revoked = removal(admin, 'revoked');
    expect(revoked.record.member_key_id).toBeNull();
    const registry = withBoth();
    registry.apply(nextOf(identity, registration));
    expect(judge(registry, revoked)).toEqual({ ok: true, agentId: 'alice', reason: 'revoked' });
    registry.remove('alice', 'left');
    expect(judge(registry, revoked).ok).toBe(true);
    expect(registry.remove('alice', 'revoked')).toBe(true);
  });

  it('by which a member revokes itself holds while it is one, with the keys that it has then', () => {
    const registry = withBoth();
    const own = removal(identity, 'revoked');
    expect(judge(registry, own).ok).toBe(true);
    const fresh = IdentityManager.create({ swarmId: 'swarm-1', clock, random: seededEntropy(61) });
    registry.apply(nextOf(fresh, registration, { previousIdentity: identity }));
    expect(codeOf(judge(registry, own))).toBe('ERR_REMOVAL_SIGNATURE'); // by a key that is no more
    registry.remove('alice', 'left');
    expect(codeOf(judge(registry, own))).toBe('ERR_REMOVAL_MEMBER');
  });

  it('of another swarm, of a stranger, or from the future is refused', () => {
    const registry = withBoth();
    const elsewhere = newAgent('alice', clock, 'swarm-2');
    expect(
      codeOf(judge(registry, removal(elsewhere.identity, 'left', elsewhere.registration))),
    ).toBe('ERR_REMOVAL_SWARM');
    const carol = newAgent('carol', clock);
    expect(codeOf(judge(registry, removal(carol.identity, 'left', carol.registration)))).toBe(
      'ERR_REMOVAL_MEMBER',
    );
    const at = (time: number) => codeOf(judge(registry, removal(), { now: time }));
    expect([at(now - 30_000), at(now - 30_001), at(NaN), at(now + 1e12)]).toEqual([
      undefined,
      'ERR_REMOVAL_EARLY',
      'ERR_REMOVAL_EARLY',
      undefined,
    ]);
  });

  it('that was changed in any field is refused', () => {
    const registry = withBoth();
    const [own, byAdmin] = [removal(), removal(admin, 'revoked')];
    const keyIdOfBob = toHex(memberKeyId(bob.registration.record));
    for (const [statement, over, code] of [
      [own, { removed_at: now - 1 }, 'SIGNATURE'],
      [own, { reason: 'revoked', member_key_id: null }, 'SIGNATURE'],
      [own, { agent_id: 'bob', member_key_id: keyIdOfBob }, 'SIGNATURE'],
      [own, { agent_id: 'bob' }, 'MEMBER'],
      [byAdmin, { agent_id: 'bob' }, 'SIGNATURE'],
      [own, { reason: 'revoked' }, 'MALFORMED'],
      [own, { member_key_id: null }, 'MALFORMED'],
      [own, { reason: 'absent' }, 'MALFORMED'],
      [own, { v: 2 }, 'MALFORMED'],
      [own, { extra: 1 }, 'MALFORMED'],
    ] as const)
      expect(codeOf(judge(registry, edited(statement, over)))).toBe(`ERR_REMOVAL_${code}`);
    for (const none of [null, 7, {}, { record: own.record }])
      expect(codeOf(judge(registry, none))).toBe('ERR_REMOVAL_MALFORMED');
  });

  it('is not signed for what no removal may say', () => {
    expect(() => removal(identity, 'absent' as 'left')).toThrow(/reason/);
    const options = { registration, reason: 'left', why: 'x' } as never;
    expect(() => signRemoval(options, identity)).toThrow(/"why"/);
    expect(() => signRemoval({ reason: 'left' } as never, identity)).toThrow(/^registration/);
  });
});

describe('a removal in suite 2', () => {
  const carol = hybridAgent('carol', 5);
  const registry = hybridRegistry();
  registry.apply(carol.registration);
  const own = signRemoval(
    { registration: carol.registration, reason: 'left', clock },
    carol.identity,
  );

  it('needs both signatures of the member: Ed25519 alone does not remove it', () => {
    expect(judge(registry, own, { provider: PQ }).ok).toBe(true);
    const { ed25519 } = own.signatures;
    const alone = { ...own, signatures: { ed25519, composite: null } };
    expect(codeOf(judge(registry, alone, { provider: PQ }))).toBe('ERR_REMOVAL_SIGNATURE');
    expect(codeOf(judge(registry, own, { provider: CLASSICAL }))).toBe('ERR_REMOVAL_SIGNATURE');
  });

  it('needs both signatures of an admin that has two keys', () => {
    const hybridAdmin = hybridIdentity(6);
    const over = { provider: PQ, admins: [hybridAdmin] };
    const byAdmin = signRemoval(
      { registration: carol.registration, reason: 'revoked', clock },
      hybridAdmin,
    );
    expect(judge(registry, byAdmin, over).ok).toBe(true);
    const swapped = { ...byAdmin.signatures, composite: own.signatures.composite };
    expect(codeOf(judge(registry, { ...byAdmin, signatures: swapped }, over))).toBe(
      'ERR_REMOVAL_SIGNATURE',
    );
  });
});
