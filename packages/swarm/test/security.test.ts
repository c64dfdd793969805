import { systemEntropy } from '@ruvector/core';
import { MemoryNetwork } from '@ruvector/core/memory';
import { IdentityManager, memberKeyId, sealEnvelope, SenderChain } from '@ruvector/crypto';
import { P2PSwarm, type Role, type SwarmOptions } from '@ruvector/swarm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { RecordingTransport, TestSwarm } from './fixtures/members.js';

let swarm: TestSwarm;
beforeEach(() => void (swarm = new TestSwarm({ classical: true })));
afterEach(() => swarm.close());

async function twoMembers() {
  const hub = await swarm.hub();
  const recorder = new RecordingTransport(swarm.network.transport('a'));
  const a = await swarm.join('a', hub, [], { transport: recorder });
  const heard: string[] = [];
  hub.subscribe('t', ({ from, payload }) => void heard.push(`${from}:${payload.join()}`));
  return { hub, a, recorder, heard };
}

describe('a recorded frame', () => {
  it('is refused when it is sent again', async () => {
    const { hub, a, recorder, heard } = await twoMembers();
    await a.publish('t', Uint8Array.of(1));
    await swarm.settle();
    const outsider = await swarm.stranger();
    for (const { to, frame } of recorder.sent) outsider.send(to, frame);
    await swarm.settle();
    expect(heard).toEqual(['a:1']);
    expect(hub.stats().messages.refused['ERR_ENVELOPE_REPLAY']).toBeGreaterThan(0);
  });

  it('is refused by a member that has started again under the same identity', async () => {
    const key = new Uint8Array(32).fill(3);
    const identity = IdentityManager.create({ clock: swarm.clock });
    const { network, clock } = swarm;
    const recorder = new RecordingTransport(network.transport('a'));
    const a = new P2PSwarm('a', key, [], { transport: recorder, clock });
    const start = (options: SwarmOptions = {}) =>
      new P2PSwarm('b', key, [], {
        transport: network.transport('b'),
        clock,
        identity,
        ...options,
      });
    const first = start();
    swarm.members.push(a, first);
    await Promise.all([a.connect(), first.connect()]);
    await a.registerMember(await first.createRegistration());
    await first.registerMember(await a.createRegistration());
    await swarm.pass(500);
    await a.publish('t', Uint8Array.of(1));
    await swarm.settle();
    await first.close();

    const second = start({ registration: await first.createRegistration() });
    swarm.members.push(second);
    const heard: number[] = [];
    second.subscribe('t', ({ payload }) => void heard.push(...payload));
    await second.connect();
    await second.registerMember(await a.createRegistration());
    const recorded = [...recorder.sent];
    const outsider = await swarm.stranger();
    for (const { to, frame } of recorded) outsider.send(to, frame);
    await swarm.pass(6_000);
    for (const { to, frame } of recorded) outsider.send(to, frame);
    await swarm.settle();
    expect(heard).toEqual([]);
    await a.publish('t', Uint8Array.of(2));
    await swarm.settle();
    expect(heard).toEqual([2]);
  });

  it('does not bring a dead member back to life', async () => {
    const { hub, a, recorder } = await twoMembers();
    await swarm.pass(2_000);
    swarm.kill(a);
    await swarm.pass(4_000);
    const outsider = await swarm.stranger();
    for (const { to, frame } of recorder.sent) outsider.send(to, frame);
    await swarm.settle();
    expect(hub.members()).toMatchObject([{ agentId: 'a', state: 'dead' }]);
  });
});

describe('a forged frame', () => {
  it('is refused: who is not a member cannot speak for one, even in the right epoch', async () => {
    const hub = await swarm.hub();
    const a = await swarm.join('a', hub);
    let epoch = 0n;
    hub.on('epoch', (begun) => void (epoch = BigInt(begun.epoch)));
    const b = await swarm.join('b', hub);
    const heard: unknown[] = [];
    b.subscribe('t', (message) => void heard.push(message));

    const forger = IdentityManager.create();
    const [sender, target] = [await a.createRegistration(), await b.createRegistration()];
    const outsider = await swarm.stranger();
    for (const type of [1, 3, 16]) {
      const fields = {
        swarmId: hub.swarmId,
        sender: memberKeyId(sender.record),
        destination: memberKeyId(target.record),
        epoch,
        counter: 1_000,
        timestamp: swarm.clock.now(),
        type,
        topic: 't',
        body: new Uint8Array(24),
      };
      const chain = new SenderChain(new Uint8Array(32).fill(type));
      const sign = (message: Uint8Array) => forger.sign(message);
      outsider.send('b', sealEnvelope(fields, { sign, chain, entropy: systemEntropy }));
    }
    await swarm.settle();
    expect(heard).toEqual([]);
    expect(b.stats().messages.refused['ERR_ENVELOPE_SIGNATURE']).toBe(3);
  });

  it('of any bytes changes nothing and silences nobody', async () => {
    const { hub, a, recorder, heard } = await twoMembers();
    await a.publish('t', Uint8Array.of(1));
    await swarm.settle();
    const genuine = recorder.sent.at(-1)!.frame;
    const outsider = await swarm.stranger();
    for (let bit = 0; bit < genuine.length * 8; bit += 7) {
      const flipped = genuine.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      outsider.send('hub', flipped);
      if (bit % 100 === 0) await swarm.settle();
    }
    for (let length = 0; length < genuine.length; length++) {
      outsider.send('hub', genuine.subarray(0, length));
      if (length % 100 === 0) await swarm.settle();
    }
    await swarm.settle();
    await a.publish('t', Uint8Array.of(2));
    await swarm.settle();
    expect(heard).toEqual(['a:1', 'a:2']);
    expect(hub.members()).toMatchObject([{ agentId: 'a', state: 'live' }]);
  });

  it("of a member's own cannot be turned back to it", async () => {
    const { a, recorder } = await twoMembers();
    const outsider = await swarm.stranger();
    outsider.send('a', recorder.sent.at(-1)!.frame);
    await swarm.settle();
    const { refused } = a.stats().messages;
    expect(Object.keys(refused).filter((code) => code !== 'ERR_ENVELOPE_REFLECTED')).toEqual([]);
    expect(refused['ERR_ENVELOPE_REFLECTED']).toBe(1);
  });
});

describe('a stranger with the name of a member', () => {
  it('does not draw its messages to another transport', async () => {
    const first = new MemoryNetwork();
    const key = new Uint8Array(32).fill(4);
    const { clock, network: second } = swarm;
    const a = new P2PSwarm('a', key, [], {
      transport: [first.transport('a'), second.transport('a')],
      clock,
    });
    const b = new P2PSwarm('b', key, [], { transport: first.transport('b'), clock });
    swarm.members.push(a, b);
    await Promise.all([a.connect(), b.connect()]);
    await a.registerMember(await b.createRegistration());
    await b.registerMember(await a.createRegistration());
    await swarm.pass(500);
    const heard: number[] = [];
    b.subscribe('t', ({ payload }) => void heard.push(...payload));
    const outsider = await swarm.stranger('b');
    const caught: Uint8Array[] = [];
    outsider.onFrame((_from, frame) => void caught.push(frame));
    for (let i = 0; i < 20; i++) {
      outsider.send('a', Uint8Array.of(1));
      await swarm.settle();
      await a.publish('t', Uint8Array.of(i));
    }
    await swarm.pass(10_000);
    expect(heard).toHaveLength(20);
    expect(caught).toEqual([]);
    expect(a.stats().members.live).toBe(1);
  });
});

describe('recorded words', () => {
  it('of earlier epochs are read by nobody', async () => {
    const key = new Uint8Array(32).fill(6);
    const { network, clock } = swarm;
    const limits = { messagesPerEpochMax: 60 };
    const recorder = new RecordingTransport(network.transport('hub'));
    const hub = new P2PSwarm('hub', key, [], { transport: recorder, clock, limits });
    const a = new P2PSwarm('a', key, [], { transport: network.transport('a'), clock, limits });
    swarm.members.push(hub, a);
    await Promise.all([hub.connect(), a.connect()]);
    await hub.registerMember(await a.createRegistration());
    await a.registerMember(await hub.createRegistration());
    await swarm.pass(500);
    const heard: number[] = [];
    a.subscribe('t', (message) => void heard.push(message.json<number>()));
    hub.reply('q', () => null);
    network.sever('a', 'hub');
    await swarm.pass(9_000);
    network.heal('a', 'hub');
    await swarm.pass(6_000);
    await hub.publish('t', 1);
    await hub.publish('t', 2);
    for (let i = 0; i < 62; i++) {
      const answer = a.request('q', i);
      await swarm.settle();
      await answer;
    }
    const outsider = await swarm.stranger();
    for (const { to, frame } of recorder.sent) outsider.send(to, frame);
    await swarm.settle();
    expect(heard).toEqual([1, 2]);
  });
});

describe('a member that is no coordinator', () => {
  it('is not believed when it says who died', async () => {
    const key = new Uint8Array(32).fill(5);
    const { network, clock } = swarm;
    const make = (id: string, role: Role) =>
      new P2PSwarm(id, key, [], { transport: network.transport(id), clock, role });
    // `liar` calls itself a coordinator; the others registered it as a worker
    const [hub, good, liar] = [
      make('hub', 'coordinator'),
      make('good', 'coordinator'),
      make('liar', 'coordinator'),
    ];
    swarm.members.push(hub, good, liar);
    await Promise.all(swarm.members.map((member) => member.connect()));
    for (const member of swarm.members)
      for (const other of swarm.members)
        if (other !== member)
          await member.registerMember(await other.createRegistration(), {
            role: other === liar ? 'worker' : 'coordinator',
          });
    await swarm.pass(1_000);
    network.sever('liar', 'hub');
    await swarm.pass(6_000);
    expect(good.members().find(({ agentId }) => agentId === 'hub')?.state).toBe('live');
    expect(good.stats().messages.refused['ERR_SWARM_ROLE']).toBeGreaterThan(0);
  });
});
