import type { Clock } from '@ruvector/core';
import { IdentityManager } from '@ruvector/crypto';
import { P2PSwarm, type SwarmOptions } from '@ruvector/swarm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { HeldTransport } from './fixtures/held-transport.js';
import { RecordingTransport, TestSwarm } from './fixtures/members.js';

let swarm: TestSwarm;
beforeEach(() => void (swarm = new TestSwarm()));
afterEach(() => swarm.close());

/** All epochs that begin at a member from now on. */
function epochsOf(member: P2PSwarm): number[] {
  const epochs: number[] = [];
  member.on('epoch', ({ epoch }) => void epochs.push(epoch));
  return epochs;
}

/** What a member hears on `t` from now on. */
function heardBy(member: P2PSwarm): unknown[] {
  const heard: unknown[] = [];
  member.subscribe('t', (message) => void heard.push(message.json()));
  return heard;
}

async function connect(id: string, key: Uint8Array | undefined, options: SwarmOptions) {
  const transport = options.transport ?? swarm.network.transport(id);
  const member = new P2PSwarm(id, key, [], { clock: swarm.clock, ...options, transport });
  swarm.members.push(member);
  const connected = member.connect();
  connected.catch(() => undefined);
  await swarm.settle();
  await connected;
  return member;
}

describe('the keys of the group', () => {
  it('change once when somebody joins, also by clocks that do not stand still', async () => {
    let ticks = 0;
    const { clock: still } = swarm;
    const clock: Clock = {
      now: () => still.now() + ticks++,
      monotonic: () => still.monotonic(),
      setTimeout: (f, ms) => still.setTimeout(f, ms),
    };
    const hub = await swarm.hub('hub', { clock });
    const epochs = epochsOf(hub);
    await connect('a', undefined, { clock, join: await hub.invite() });
    await connect('b', undefined, { clock, join: await hub.invite() });
    await swarm.settle();
    expect(epochs).toEqual([2, 3]);
  });

  it('change for newcomers of the same moment together', async () => {
    const hub = await swarm.hub();
    const epochs = epochsOf(hub);
    await swarm.joinAll(['a', 'b', 'c', 'd'], hub);
    expect(epochs.length).toBeLessThanOrEqual(2);
    expect(swarm.views()).toEqual(swarm.everybodyLive());
  });

  it('find their way past a full outbox, behind what waits there', async () => {
    const transport = new HeldTransport(swarm.network.transport('hub'));
    const hub = await swarm.hub('hub', { transport, limits: { outboxBytesMax: 20_000 } });
    const heard = heardBy(await swarm.join('a', hub));
    const b = await swarm.join('b', hub);
    await swarm.pass(1_000);
    const errors: Error[] = [];
    hub.on('error', (error) => void errors.push(error));
    transport.shut();
    const published = [1, 2].map((n) => hub.publish('t', `${n}`.repeat(9_000)));
    void b.leave();
    await swarm.settle();
    transport.reopen();
    await swarm.settle();
    await Promise.all([...published, hub.publish('t', 'after')]);
    await swarm.settle();
    expect(heard).toEqual(['1'.repeat(9_000), '2'.repeat(9_000), 'after']);
    expect(errors).toEqual([]);
  });

  it('reach a newcomer that comes while another is expelled, whom it never knew', async () => {
    const hub = await swarm.hub();
    await swarm.join('bad', hub);
    const epochs = epochsOf(hub);
    const join = await hub.invite();
    const transport = swarm.network.transport('new');
    const newcomer = new P2PSwarm('new', undefined, [], { clock: swarm.clock, transport, join });
    swarm.members.push(newcomer);
    const connected = newcomer.connect();
    const asked = new Promise<void>((resolve) => hub.on('member-joined', () => resolve()));
    await asked;
    await hub.expel('bad');
    await swarm.settle();
    await connected;
    expect(epochs).toEqual([3, 4]);
  });

  it('change when somebody leaves, who can read nothing from then on', async () => {
    const transport = new RecordingTransport(swarm.network.transport('hub'));
    const hub = await swarm.hub('hub', { transport });
    const a = await swarm.join('a', hub);
    const b = await swarm.join('b', hub);
    const [epochs, read] = [epochsOf(a), heardBy(b)];
    void b.leave();
    await swarm.pass(3_000);
    expect(epochs).toEqual([4]);
    await hub.publish('t', 1);
    await swarm.settle();
    expect(read).toEqual([]);
  });

  it('change every hour', async () => {
    const heartbeat = { intervalMs: 20_000 }; // or most of the test would be heartbeats
    const hub = await swarm.hub('hub', { heartbeat });
    const epochs = epochsOf(await swarm.join('a', hub, [], { heartbeat }));
    await swarm.pass(3_600_000 + 40_000);
    expect(epochs).toEqual([3]);
  });

  it('are not made by who was invited, however long the inviter says nothing', async () => {
    const hub = await swarm.hub();
    const options = { join: await hub.invite(), clock: swarm.clock };
    const member = new P2PSwarm('a', undefined, [], {
      ...options,
      transport: swarm.network.transport('a'),
    });
    const epochs = epochsOf(member);
    swarm.network.sever('a', 'hub');
    const failed = member.connect().catch((error: Error) => error.message);
    await swarm.pass(11_000);
    expect(await failed).toMatch(/no answer/);
    expect(epochs).toEqual([]);
  });

  it('reach a member although the news of them was lost', async () => {
    const transport = new HeldTransport(swarm.network.transport('hub'));
    const hub = await swarm.hub('hub', { transport });
    const a = await swarm.join('a', hub);
    const heard = heardBy(a);
    let lost = 0;
    transport.loses = (frame) => frame.length > 5_000 && lost++ < 4;
    const own = { transport: swarm.network.transport('b'), clock: swarm.clock };
    const b = new P2PSwarm('b', undefined, [], { ...own, join: await hub.invite() });
    swarm.members.push(b);
    const connected = b.connect();
    await swarm.pass(8_000);
    await connected;
    expect(lost).toBeGreaterThan(3);
    await hub.publish('t', 'after');
    await swarm.settle();
    expect(heard).toEqual(['after']);
  });
});

describe('a message', () => {
  it('that is under way while several epochs begin is heard', async () => {
    const transport = new HeldTransport(swarm.network.transport('a'));
    const hub = await swarm.hub();
    const a = await swarm.join('a', hub, [], { transport });
    const heard = heardBy(await swarm.join('b', hub));
    await swarm.pass(1_000);
    transport.loses = (frame) => {
      if (frame.length > 300) late.push(frame.slice());
      return frame.length > 300;
    };
    const late: Uint8Array[] = [];
    await a.publish('t', 'x'.repeat(400));
    transport.loses = () => false;
    for (const id of ['c', 'd', 'e']) await swarm.join(id, hub);
    for (const frame of late) transport.send('b', frame);
    await swarm.settle();
    expect(heard).toEqual(['x'.repeat(400)]);
  });

  it('of several MiB that comes before the news of its epoch waits for them', async () => {
    const transport = new HeldTransport(swarm.network.transport('hub'));
    const hub = await swarm.hub('hub', { transport });
    const a = await swarm.join('a', hub);
    const heard = heardBy(await swarm.join('b', hub));
    await swarm.pass(1_000);
    transport.hold((to) => to === 'b');
    await swarm.join('c', hub);
    await a.publish('t', 'x'.repeat(3 << 20));
    await swarm.settle();
    expect(heard).toEqual([]);
    transport.release();
    await swarm.settle();
    expect(heard).toHaveLength(1);
  });
});

describe('members that register each other by hand', () => {
  const both = async (keys: [Uint8Array, Uint8Array]) => {
    const swarmId = 'same-name';
    const a = await connect('a', keys[0], { swarmId });
    const b = await connect('b', keys[1], { swarmId });
    await a.registerMember(await b.createRegistration());
    await b.registerMember(await a.createRegistration());
    await swarm.pass(2_000);
    return { a, b, heard: heardBy(b) };
  };

  it('share epochs if they hold the same swarm key', async () => {
    const key = new Uint8Array(32).fill(1);
    const { a, heard } = await both([key, key]);
    await a.publish('t', 1);
    await swarm.settle();
    expect(heard).toEqual([1]);
  });

  it('share none if they do not', async () => {
    const { a, b, heard } = await both([new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]);
    await a.publish('t', 1);
    await swarm.pass(5_000);
    expect(heard).toEqual([]);
    const codes = [a, b].map((member) => member.stats().messages.refused['ERR_SWARM_KEY']);
    expect(codes.every((count) => count !== undefined && count > 0)).toBe(true);
  });

  it('take no word and no task of one that does not, through a session neither', async () => {
    const { a, b } = await both([new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]);
    const ran: unknown[] = [];
    b.handle('*', ({ input }) => ran.push(input));
    const task = { description: 'x', input: 'x'.repeat(100_000) };
    a.submit(task).result.catch(() => undefined);
    await swarm.pass(2_000);
    expect(ran).toEqual([]);
    expect(a.stats().bytes.sent).toBeLessThan(100_000);
  });

  it('are three, and the claims of all are settled', async () => {
    const key = new Uint8Array(32).fill(3);
    const members = [];
    for (const id of ['c', 'b', 'a']) members.push(await connect(id, key, {}));
    for (const one of members)
      for (const other of members)
        if (one !== other) await one.registerMember(await other.createRegistration());
    await swarm.pass(5_000);
    const heard = members.map(heardBy);
    for (const [i, member] of members.entries()) await member.publish('t', i);
    await swarm.settle();
    expect(heard.map((list) => list.toSorted())).toEqual([
      [1, 2],
      [0, 2],
      [0, 1],
    ]);
  });
});

describe('a member with classical keys only', () => {
  it('takes part in a swarm whose commits are signed with the composite key', async () => {
    const hub = await swarm.hub();
    const identity = IdentityManager.create({ clock: swarm.clock });
    const classical = await swarm.join('classical', hub, [], { identity });
    const other = await swarm.join('other', hub);
    const heard = [classical, other].map(heardBy);
    await classical.publish('t', 'from classical');
    await other.publish('t', 'from other');
    await swarm.settle();
    expect(heard).toEqual([['from other'], ['from classical']]);
    classical.handle('*', () => 'done');
    expect(await swarm.outcome(hub.submit({ description: 'x', input: 1 }))).toBe('done');
  });
});
