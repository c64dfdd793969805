import { ManualClock } from '@ruvector/core/testing';
import type { Member } from '@ruvector/crypto';
import { postQuantumProvider } from '@ruvector/crypto/pq';
import { beforeEach, describe, expect, it } from 'vitest';

import { checkLimits } from '../src/limits.js';
import { Membership } from '../src/membership.js';
import type { Peer } from '../src/peer.js';
import type { Role } from '../src/role.js';
import { newcomer, SWARM_ID } from './fixtures/registrations.js';

let clock: ManualClock;
let dropped: string[];

/** Only what membership looks at. */
const createPeer = (member: Member, role: Role) =>
  ({ agentId: member.agentId, member, role, state: 'dead', heardAt: clock.monotonic() }) as Peer;

function membershipOf(self = newcomer('self', clock), membersMax = 10): Membership {
  return new Membership({
    swarmId: SWARM_ID,
    clock,
    provider: postQuantumProvider(),
    limits: checkLimits({ membersMax }),
    self: { registration: self.registration, role: 'coordinator' },
    createPeer,
    onDropped: ({ agentId }) => void dropped.push(agentId),
  });
}

beforeEach(() => {
  clock = new ManualClock();
  dropped = [];
});

describe('a membership', () => {
  it('registers a member once, however often it is told', () => {
    const membership = membershipOf();
    const { registration } = newcomer('a', clock);
    expect(membership.register(registration, 'worker')).toMatchObject({ isNew: true });
    const copy = structuredClone(registration);
    expect(membership.register(copy, 'worker')).toMatchObject({ isNew: false });
    expect(membership.peers.size).toBe(1);
  });

  it('refuses the same words with another signature, and its own id with other keys', () => {
    const membership = membershipOf();
    const { registration } = newcomer('a', clock);
    membership.register(registration, 'worker');
    const forged = structuredClone(registration) as { signatures: { ed25519: string } };
    forged.signatures.ed25519 = newcomer('b', clock).registration.signatures.ed25519;
    expect(membership.register(forged, 'worker')).toEqual({ code: 'ERR_REGISTRATION_SIGNATURE' });
    expect(membership.register(newcomer('self', clock).registration, 'worker')).toHaveProperty(
      'code',
    );
    for (const hostile of [null, undefined, 1, {}, { record: null }, { record: { agent_id: 'a' } }])
      expect(membership.register(hostile, 'worker')).toHaveProperty('code');
    expect(membership.peers.size).toBe(1);
  });

  it('has a digest that depends on who is in, not on the order', () => {
    const [a, b] = [newcomer('a', clock), newcomer('b', clock)];
    const self = newcomer('self', clock);
    const [one, two] = [membershipOf(self), membershipOf(self)];
    const empty = one.digest;
    one.register(a.registration, 'worker');
    one.register(b.registration, 'worker');
    two.register(b.registration, 'worker');
    expect(one.digest).not.toBe(two.digest);
    two.register(a.registration, 'worker');
    expect(one.digest).toBe(two.digest);
    for (const peer of [...one.peers.values()]) one.remove(peer);
    expect(one.digest).toBe(empty);
  });

  it('takes a new revision of the same agent in place of the old one', () => {
    const membership = membershipOf();
    const { identity, registration: previous } = newcomer('a', clock);
    membership.register(previous, 'worker');
    clock.advance(1000);
    const next = identity.createRegistration('a', ['more'], { previous });
    expect(membership.register(next, 'worker')).toMatchObject({ isNew: true });
    expect(membership.register(previous, 'worker')).toHaveProperty('code');
    expect(membership.peers.get('a')?.member.capabilities).toEqual(['more']);
    expect(dropped).toEqual(['a']);
  });

  it('forgets who was silent longest, but only when room is needed and after ten minutes', () => {
    const membership = membershipOf(newcomer('self', clock), 3);
    for (const id of ['a', 'b']) {
      membership.register(newcomer(id, clock).registration, 'worker');
      clock.advance(60_000);
    }
    const { registration } = newcomer('c', clock);
    expect(membership.register(registration, 'worker')).toEqual({ code: 'ERR_MEMBER_LIMIT' });
    clock.advance(9 * 60_000);
    membership.peers.get('b')!.state = 'live';
    expect(membership.register(registration, 'worker')).toMatchObject({ isNew: true });
    expect([...membership.peers.keys()]).toEqual(['b', 'c']);
    expect(dropped).toEqual(['a']);
  });

  it('forgets nobody for what is no registration, and lets the forgotten come back as they were', () => {
    const membership = membershipOf(newcomer('self', clock), 2);
    const [a, b] = [newcomer('a', clock), newcomer('b', clock)];
    membership.register(a.registration, 'worker');
    clock.advance(11 * 60_000);
    membership.register({}, 'worker');
    membership.register({ record: { agent_id: 'x' } }, 'worker');
    expect([...membership.peers.keys()]).toEqual(['a']);
    membership.register(b.registration, 'worker');
    expect([...membership.peers.keys()]).toEqual(['b']);
    clock.advance(11 * 60_000);
    expect(membership.register(a.registration, 'worker')).toMatchObject({ isNew: true });
  });

  it('believes a coordinator that revisions were missed, and nobody else', () => {
    const membership = membershipOf();
    const { identity, registration: one } = newcomer('a', clock);
    const two = identity.createRegistration('a', [], { previous: one });
    const three = identity.createRegistration('a', ['late'], { previous: two });
    membership.register(one, 'worker');
    expect(membership.register(three, 'worker')).toEqual({ code: 'ERR_MEMBER_REV' });
    expect(membership.register(three, 'worker', true)).toMatchObject({ isNew: true });
    expect(membership.register(one, 'worker', true)).toEqual({ code: 'ERR_MEMBER_REV' });
  });

  it('tells who left, and takes a later revision for a return', () => {
    const [membership, other] = [membershipOf(), membershipOf()];
    const { identity, registration } = newcomer('a', clock);
    for (const one of [membership, other]) one.register(registration, 'worker');
    membership.remove(membership.peers.get('a')!);
    expect(membership.leavers()).toEqual([{ agent_id: 'a', rev: 1 }]);
    const back = identity.createRegistration('a', [], { previous: registration });
    other.removeLeaver({ agent_id: 'a', rev: 0 });
    for (const hostile of [null, 1, {}, { agent_id: 5 }, { agent_id: 'a' }])
      other.removeLeaver(hostile);
    expect(other.peers.size).toBe(1);
    other.removeLeaver(membership.leavers()[0]);
    expect(other.peers.size).toBe(0);
    other.register(back, 'worker');
    other.removeLeaver({ agent_id: 'a', rev: 1 });
    expect(other.peers.size).toBe(1);
  });

  it('lists itself first and leaves out whose registration has expired', () => {
    const membership = membershipOf();
    const { identity } = newcomer('a', clock);
    const expiresAt = clock.now() + 5_000;
    membership.register(identity.createRegistration('a', [], { expiresAt }), 'worker');
    const ids = () => [...membership.roster()].map((entry) => entry.registration.record.agent_id);
    expect(ids()).toEqual(['self', 'a']);
    clock.advance(5_000);
    expect(ids()).toEqual(['self']);
  });
});
