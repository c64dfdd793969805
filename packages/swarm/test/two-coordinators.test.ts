import { IdentityManager } from '@ruvector/crypto';
import type { P2PSwarm } from '@ruvector/swarm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { aheadOf, TestSwarm } from './fixtures/members.js';

let swarm: TestSwarm;
beforeEach(() => void (swarm = new TestSwarm({ classical: true })));
afterEach(() => swarm.close());

/** Who does not know all others as live, or does not hear what all others publish; and whom. */
async function disunity(): Promise<unknown[]> {
  const [views, wanted] = [swarm.views(), swarm.everybodyLive()];
  const heard = new Map<P2PSwarm, string[]>();
  for (const member of swarm.members) {
    heard.set(member, []);
    member.subscribe('unity', ({ from }) => void heard.get(member)!.push(from));
  }
  for (const member of swarm.members) await member.publish('unity', null);
  await swarm.settle();
  const ids = swarm.members.map(({ agentId }) => agentId).toSorted();
  return swarm.members
    .map((member) => [member.agentId, views[member.agentId], heard.get(member)] as const)
    .filter(
      ([id, view, from]) =>
        JSON.stringify([id, ...from!].toSorted()) !== JSON.stringify(ids) ||
        Object.keys(wanted[id]!).some((other) => view?.[other] !== 'live'),
    );
}

describe('a second coordinator', () => {
  it('whose clock is 20 s behind, so that it seems to be the first, gets in and takes over', async () => {
    const hub = await swarm.hub();
    await swarm.join('a', hub);
    const clock = aheadOf(swarm.clock, -20_000);
    const two = await swarm.join('two', hub, [], { clock, role: 'coordinator' });
    await swarm.join('b', hub);
    await swarm.join('c', two);
    await swarm.pass(3_000);
    expect(await disunity()).toEqual([]);
  });

  it('lets the first one in again, which was started anew, and which then takes over', async () => {
    const swarmId = 'same';
    const identity = IdentityManager.create({ agentId: 'hub', swarmId, clock: swarm.clock });
    const registration = identity.createRegistration('hub', []);
    const hub = await swarm.hub('hub', { identity, registration, swarmId });
    await swarm.join('a', hub);
    await swarm.pass(1_000);
    const two = await swarm.join('two', hub, [], { role: 'coordinator' });
    await swarm.pass(1_000);
    await hub.close();
    swarm.members.shift();
    await swarm.pass(5_000);
    const role = 'coordinator' as const;
    const again = await swarm.join('hub', two, [], { identity, registration, role });
    await swarm.pass(6_000);
    expect(await disunity()).toEqual([]);
    await swarm.join('b', two);
    await swarm.join('c', again);
    await swarm.pass(6_000);
    expect(await disunity()).toEqual([]);
  });
});

describe('two coordinators that were cut off from each other', () => {
  it('and admitted and expelled meanwhile are of one mind when they meet again', async () => {
    const hub = await swarm.hub();
    await swarm.pass(100);
    const two = await swarm.join('two', hub, [], { role: 'coordinator' });
    const [ours, theirs] = [[hub], [two]];
    for (const id of ['a', 'bad1']) ours.push(await swarm.join(id, hub));
    for (const id of ['b', 'bad2']) theirs.push(await swarm.join(id, two));
    await swarm.pass(2_000);
    for (const { agentId } of ours)
      for (const other of theirs) swarm.network.sever(agentId, other.agentId);
    await swarm.pass(6_000);
    await hub.expel('bad2');
    await two.expel('bad1');
    ours.push(await swarm.join('c', hub));
    theirs.push(await swarm.join('d', two));
    await swarm.pass(5_000);
    for (const { agentId } of ours)
      for (const other of theirs) swarm.network.heal(agentId, other.agentId);
    await swarm.pass(20_000);
    const isGood = ({ agentId }: P2PSwarm) => !agentId.startsWith('bad');
    swarm.members.splice(0, Infinity, ...swarm.members.filter(isGood));
    expect(await disunity()).toEqual([]);
  });
});
