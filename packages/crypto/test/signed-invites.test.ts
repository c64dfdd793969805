import { fromBase64Url, toBase64Url } from '@ruvector/core';
import {
  allowList,
  canonicalize,
  IdentityManager,
  MemberRegistry,
  parseCanonical,
  signedInvites,
  signInvite,
  verifyInvite,
  type Invite,
  type InviteOptions,
} from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { newAgent, newClock, newRegistry, seededEntropy, SWARM } from './fixture.js';
import { CLASSICAL, codeOf, hybridIdentity, nextOf, PQ } from './hybrid-fixture.js';

const clock = newClock();
const now = clock.now();
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const admin = IdentityManager.create({ clock, random: seededEntropy(50) });
const hybridAdmin = hybridIdentity(51);
const invite = (over: Partial<InviteOptions> = {}, by = admin) =>
  signInvite({ swarmId: SWARM, clock, ...over }, by);
const judge = (value: unknown, over = {}) =>
  codeOf(verifyInvite(value, { swarmId: SWARM, agentId: 'alice', now, admins: [admin], ...over }));
const edited = ({ record, signatures }: Invite, over: object) => ({
  record: { ...record, ...over },
  signatures,
});

describe('an invite', () => {
  it('names swarm, agent, admin, anchor, time and a nonce of 16 bytes, signed by all admin keys', () => {
    const anchor = 'ab'.repeat(32);
    const { record, signatures } = invite({ agentId: 'alice', anchor, expiresAt: now + 9 });
    expect(record).toMatchObject({
      v: 1,
      swarm_id: SWARM,
      agent_id: 'alice',
      admin_public_key: toBase64Url(admin.ed25519PublicKey),
      anchor,
      issued_at: now,
      expires_at: now + 9,
    });
    expect(fromBase64Url(record.nonce)).toHaveLength(16);
    expect(signatures.composite).toBeNull();
    expect(fromBase64Url(invite({}, hybridAdmin).signatures.composite!)).toHaveLength(3373);
  });

  it('holds for its agent, or for anybody if it names none, and survives canonical text', () => {
    expect(judge(invite({ agentId: 'alice' }))).toBeUndefined();
    expect(judge(parseCanonical(canonicalize(invite())))).toBeUndefined();
    expect(judge(invite({ agentId: 'bob' }))).toBe('ERR_INVITE_AGENT');
    expect(judge(invite({ agentId: 'Alice' }))).toBe('ERR_INVITE_AGENT');
  });

  it('holds for a day unless told, up to 30 days, to the ms, and 30 s before for other clocks', () => {
    const at = (time: number, over = {}) => judge(invite(over), { now: time });
    expect([at(now - 30_000), at(now + DAY_MS - 1)]).toEqual([undefined, undefined]);
    expect([at(now - 30_001), at(now + DAY_MS), at(NaN)]).toEqual(
      Array.from({ length: 3 }, () => 'ERR_INVITE_TIME'),
    );
    expect(judge(invite({ expiresAt: now + 30 * DAY_MS }))).toBeUndefined();
    for (const expiresAt of [now, now + 30 * DAY_MS + 1, NaN])
      expect(() => invite({ expiresAt })).toThrow(/^expiresAt/);
  });

  it('of another swarm, of nobody known, or signed by somebody else is refused', () => {
    expect(judge(invite({ swarmId: 'swarm-2' }))).toBe('ERR_INVITE_SWARM');
    expect(judge(invite({}, newAgent('mallory').identity))).toBe('ERR_INVITE_ADMIN');
    const forged = invite({}, newAgent('mallory').identity);
    const { admin_public_key } = invite().record;
    expect(judge(edited(forged, { admin_public_key }))).toBe('ERR_INVITE_SIGNATURE');
  });

  it('that was changed in any field is refused', () => {
    const honest = invite({ agentId: 'alice' });
    for (const over of [
      { agent_id: null },
      { anchor: 'ab'.repeat(32) },
      { issued_at: now - 1 },
      { expires_at: now + DAY_MS + 1 },
      { nonce: toBase64Url(new Uint8Array(16)) },
    ])
      expect(judge(edited(honest, over))).toBe('ERR_INVITE_SIGNATURE');
    for (const over of [
      { v: 2 },
      { extra: 1 },
      { nonce: 'AA' },
      { anchor: 'AB'.repeat(32) },
      { expires_at: now + 31 * DAY_MS },
      { expires_at: now },
    ])
      expect(judge(edited(honest, over))).toBe('ERR_INVITE_MALFORMED');
    for (const none of [null, 7, {}, { record: honest.record }])
      expect(judge(none)).toBe('ERR_INVITE_MALFORMED');
  });

  it('of an admin with a composite key needs both signatures, and a provider that can tell', () => {
    const over = { admins: [hybridAdmin], provider: PQ };
    const honest = invite({}, hybridAdmin);
    const { ed25519 } = honest.signatures;
    expect(judge(honest, over)).toBeUndefined();
    for (const signatures of [
      { ed25519, composite: null },
      { ed25519, composite: invite({}, hybridAdmin).signatures.composite },
    ])
      expect(judge({ ...honest, signatures }, over)).toBe('ERR_INVITE_SIGNATURE');
    expect(judge(honest, { ...over, provider: CLASSICAL })).toBe('ERR_INVITE_SIGNATURE');
    expect(() => signedInvites([hybridAdmin], { provider: CLASSICAL })).toThrow(/not supported/);
  });

  it('is not signed for what no invite may say', () => {
    expect(() => invite({ swarmId: 'a b' })).toThrow(/^swarmId/);
    expect(() => invite({ agentId: 'a b' })).toThrow(/^agentId/);
    expect(() => invite({ anchor: 'x' })).toThrow(/anchor/);
    expect(() => invite({ nonce: 'x' } as never)).toThrow(/"nonce"/);
  });
});

describe('admission by signed invites', () => {
  const alice = newAgent('alice', clock);
  const bob = newAgent('bob', clock);
  const inviting = (options = {}, at = clock) =>
    new MemberRegistry({ swarmId: SWARM, clock: at, admission: signedInvites([admin], options) });

  it('takes a newcomer with one, and refuses one without', () => {
    const registry = inviting();
    expect(codeOf(registry.apply(alice.registration))).toBe('ERR_INVITE_MISSING');
    expect(codeOf(registry.apply(alice.registration, {}))).toBe('ERR_INVITE_MALFORMED');
    expect(codeOf(registry.apply(alice.registration, invite({ agentId: 'bob' })))).toBe(
      'ERR_INVITE_AGENT',
    );
    expect(codeOf(registry.apply(alice.registration, invite()))).toBeUndefined();
  });

  it('uses an invite up with the first who becomes a member, not with one who does not', () => {
    const registry = inviting();
    const one = invite();
    registry.apply(alice.registration, invite());
    const twin = newAgent('ALICE', clock);
    expect(codeOf(registry.apply(twin.registration, one))).toBe('ERR_MEMBER_ID_TWIN');
    expect(codeOf(registry.apply(bob.registration, one))).toBeUndefined();
    const carol = newAgent('carol', clock).registration;
    expect(codeOf(registry.apply(carol, one))).toBe('ERR_INVITE_USED');
    // in another spelling of the same signed content
    expect(codeOf(registry.apply(carol, structuredClone(one)))).toBe('ERR_INVITE_USED');
  });

  it('asks a member for none, nor one who fell silent; one who left needs a new one', () => {
    const registry = inviting();
    const one = invite();
    registry.apply(alice.registration, one);
    const second = nextOf(alice.identity, alice.registration);
    expect(codeOf(registry.apply(second))).toBeUndefined();
    registry.remove('alice', 'absent');
    expect(codeOf(registry.apply(second))).toBeUndefined();
    registry.remove('alice', 'left');
    const third = nextOf(alice.identity, second);
    expect(codeOf(registry.apply(third))).toBe('ERR_INVITE_MISSING');
    expect(codeOf(registry.apply(third, one))).toBe('ERR_INVITE_USED');
    expect(codeOf(registry.apply(third, invite()))).toBeUndefined();
  });

  it('lets nobody back in who was revoked, whatever invite comes along', () => {
    const registry = inviting();
    registry.apply(alice.registration, invite());
    registry.remove('alice', 'revoked');
    const again = nextOf(alice.identity, alice.registration);
    expect(codeOf(registry.apply(again, invite()))).toBe('ERR_MEMBER_REVOKED');
  });

  it('remembers used ones up to a bound, then refuses all until some have expired', () => {
    const at = newClock();
    const registry = inviting({ maxUsed: 2 }, at);
    const short = () => invite({ expiresAt: at.now() + HOUR_MS, clock: at });
    const long = () => invite({ expiresAt: at.now() + DAY_MS, clock: at });
    const codes = ['a', 'b', 'c'].map((id) =>
      codeOf(registry.apply(newAgent(id, at).registration, short())),
    );
    expect(codes).toEqual([undefined, undefined, 'ERR_INVITE_LIMIT']);
    at.advance(HOUR_MS);
    expect(codeOf(registry.apply(newAgent('c', at).registration, long()))).toBeUndefined();
  });

  it('takes no used one again under a clock that was set back after it was forgotten', () => {
    const at = newClock();
    const registry = inviting({ maxUsed: 1 }, at);
    const used = invite({ expiresAt: at.now() + HOUR_MS, clock: at });
    registry.apply(newAgent('a', at).registration, used);
    at.advance(HOUR_MS);
    const later = invite({ clock: at });
    expect(codeOf(registry.apply(newAgent('b', at).registration, later))).toBeUndefined();
    at.jump(-HOUR_MS);
    expect(codeOf(registry.apply(newAgent('c', at).registration, used))).toBe('ERR_INVITE_TIME');
  });

  it('keeps copies of the admin keys, and wants an array of such', () => {
    const keys = { ed25519PublicKey: admin.ed25519PublicKey };
    const registry = newRegistry(clock, signedInvites([keys]));
    keys.ed25519PublicKey.fill(0);
    expect(codeOf(registry.apply(alice.registration, invite()))).toBeUndefined();
    expect(() => signedInvites(admin as never)).toThrow(/^admins must be an array/);
    expect(() => signedInvites([{}] as never)).toThrow(/^admins\[0\]\.ed25519PublicKey/);
    const short = { ...keys, compositePublicKey: new Uint8Array(3) };
    expect(() => signedInvites([short])).toThrow(/^admins\[0\]\.compositePublicKey/);
    expect(() => signedInvites([], { maxUsed: 0 })).toThrow(RangeError);
  });

  it('is one policy among others: what it is told, all are told', () => {
    const seen: unknown[] = [];
    const registry = newRegistry(clock, (registration, request) => {
      seen.push(request);
      return allowList(['alice'])(registration);
    });
    registry.apply(alice.registration, 'a word');
    registry.apply(nextOf(alice.identity, alice.registration));
    expect(seen).toEqual([
      { invite: 'a word', isKnown: false, now },
      { invite: undefined, isKnown: true, now },
    ]);
  });
});
