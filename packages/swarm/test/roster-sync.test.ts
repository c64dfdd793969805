import { isEdgeError } from '@ruvector/core';
import { MemoryNetwork } from '@ruvector/core/memory';
import { IdentityManager } from '@ruvector/crypto';
import { P2PSwarm } from '@ruvector/swarm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { HeldTransport } from './fixtures/held-transport.js';
import { TestSwarm } from './fixtures/members.js';

let swarm: TestSwarm;
beforeEach(() => void (swarm = new TestSwarm({ classical: true })));
afterEach(() => swarm.close());

/** As large as a registration can be. */
const LARGE = Array.from({ length: 64 }, (_, i) => String(i).padStart(3, '0') + '€'.repeat(125));
const ids = (member: P2PSwarm) => member.members().map(({ agentId }) => agentId);

describe('the list of members', () => {
  it('is asked for again until all of its parts have come', async () => {
    const held = new HeldTransport(swarm.network.transport('hub'));
    const hub = await swarm.hub('hub', { transport: held });
    for (let i = 0; i < 14; i++) await swarm.join(`m${i}`, hub, LARGE);
    let lost = 0;
    const join = await hub.invite();
    const { clock, network } = swarm;
    const transport = network.transport('late');
    const late = new P2PSwarm('late', undefined, [], { transport, clock, join });
    swarm.members.push(late);
    held.loses = (frame) => frame.length > 200_000 && lost++ === 0;
    const connected = late.connect();
    await swarm.pass(3_000);
    await connected;
    expect(lost).toBeGreaterThan(0);
    expect(ids(late).sort()).toEqual([...ids(hub).filter((id) => id !== 'late'), 'hub'].sort());
  });

  it('comes in parts that fit into the frames of the transport', async () => {
    const network = new MemoryNetwork({ maxFrameBytes: 65_536 });
    const { clock } = swarm;
    const make = (id: string, options = {}) =>
      new P2PSwarm(id, undefined, LARGE, { transport: network.transport(id), clock, ...options });
    const hub = make('hub');
    swarm.members.push(hub);
    await hub.connect();
    for (let i = 0; i < 5; i++) {
      const member = make(`m${i}`, { join: await hub.invite() });
      swarm.members.push(member);
      const connected = member.connect();
      await swarm.pass(2_000);
      await connected;
    }
    await swarm.pass(3_000);
    expect(swarm.views()).toEqual(swarm.everybodyLive());
  });

  it('loses who left, also where the farewell was not heard', async () => {
    const hub = await swarm.hub();
    const w = await swarm.join('w', hub);
    const x = await swarm.join('x', hub);
    await swarm.pass(1_000);
    swarm.kill(w);
    await swarm.pass(5_000);
    const left = x.leave();
    await swarm.pass(3_000);
    await left;
    swarm.revive(w);
    await swarm.pass(10_000);
    expect(ids(w)).toEqual(['hub']);
  });

  it('tells who is dead to one that was away', async () => {
    const hub = await swarm.hub();
    const held = new HeldTransport(swarm.network.transport('w1'));
    const w1 = await swarm.join('w1', hub, [], { transport: held });
    const w2 = await swarm.join('w2', hub);
    await swarm.pass(1_000);
    held.loses = () => true;
    swarm.kill(w2);
    await swarm.pass(4_000);
    held.loses = () => false;
    await swarm.pass(2_000);
    expect(w1.members().find(({ agentId }) => agentId === 'w2')?.state).toBe('dead');
  });

  it('takes one back that left and returned twice while another was away', async () => {
    const hub = await swarm.hub();
    const w = await swarm.join('w', hub);
    const identity = IdentityManager.create({ clock: swarm.clock });
    let registration = identity.createRegistration('x', [], { swarmId: hub.swarmId });
    let x = await swarm.join('x', hub, [], { identity, registration });
    await swarm.pass(1_000);
    swarm.kill(w);
    for (let i = 0; i < 2; i++) {
      const left = x.leave();
      await swarm.pass(3_000);
      await left;
      const next = { swarmId: hub.swarmId, previous: registration };
      registration = identity.createRegistration('x', [], next);
      x = await swarm.join('x', hub, [], { identity, registration });
      swarm.network.sever('w', 'x');
    }
    swarm.revive(w);
    await swarm.pass(60_000);
    expect(x.members().find(({ agentId }) => agentId === 'w')?.state).toBe('live');
  });
});

describe('a member that starts again at once', () => {
  const again = async (beforeMs: number, aheadMs = 0) => {
    const hub = await swarm.hub();
    const { clock, network } = swarm;
    const ahead = {
      now: () => clock.now() + aheadMs,
      monotonic: () => clock.monotonic(),
      setTimeout: (f: () => void, ms: number) => clock.setTimeout(f, ms),
    };
    const identity = IdentityManager.create({ clock });
    const registration = identity.createRegistration('x', [], { swarmId: hub.swarmId });
    const own = { identity, registration };
    const first = await swarm.join('x', hub, [], { ...own, clock: ahead });
    await first.close();
    swarm.members.pop();
    await swarm.pass(beforeMs);
    return (options: object) =>
      new P2PSwarm('x', undefined, [], {
        ...own,
        transport: network.transport('x'),
        clock,
        ...options,
      });
  };

  it.each([
    ['is told the list again', 100, 0],
    ['is believed although its clock was set back meanwhile', 2_000, 25_000],
  ])('%s', async (_title, beforeMs, aheadMs) => {
    const start = await again(beforeMs, aheadMs);
    const [hub] = swarm.members;
    const second = start({ join: await hub!.invite() });
    swarm.members.push(second);
    const connected = second.connect();
    await swarm.pass(8_000);
    await connected;
    expect(swarm.views()).toEqual(swarm.everybodyLive());
  });

  it('is refused with an invitation for another role', async () => {
    const start = await again(2_000);
    const [hub] = swarm.members;
    const second = start({ join: await hub!.invite({ role: 'coordinator' }) });
    const connected = second.connect();
    connected.catch(() => undefined);
    await swarm.pass(1_000);
    await expect(connected).rejects.toThrow(/refused with ERR_SWARM_ROLE/);
  });
});

describe('a swarm whose transport is closed under it', () => {
  it('keeps beating without a throw, and without errors after its own end', async () => {
    const transport = swarm.network.transport('hub');
    const hub = await swarm.hub('hub', { transport });
    const w = await swarm.join('w', hub);
    let answer: (value: number) => void = () => undefined;
    w.reply('q', () => new Promise<number>((resolve) => (answer = resolve)));
    const errors: unknown[] = [];
    for (const member of [hub, w]) member.on('error', (error) => void errors.push(error));
    const asked = hub.request('q', 1);
    asked.catch(() => undefined);
    await swarm.settle();
    await w.close();
    answer(1);
    await transport.close();
    await swarm.pass(6_000);
    expect(errors).toEqual([]);
    await expect(asked).rejects.toSatisfy((error) => isEdgeError(error, 'ERR_TIMEOUT'));
  });
});
