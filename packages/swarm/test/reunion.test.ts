import { isEdgeError, type Transport } from '@ruvector/core';
import { IdentityManager, type Registration } from '@ruvector/crypto';
import { P2PSwarm } from '@ruvector/swarm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { RecordingTransport, TestSwarm } from './fixtures/members.js';

let swarm: TestSwarm;
beforeEach(() => void (swarm = new TestSwarm({ classical: true })));
afterEach(() => swarm.close());

/** Loses chosen frames although it says that it took them. */
class LossyTransport extends RecordingTransport {
  lose: (frame: Uint8Array, to: string) => boolean = () => false;

  constructor(inner: Transport) {
    super(inner);
  }

  override send(to: string, frame: Uint8Array): boolean {
    return this.lose(frame, to) || super.send(to, frame);
  }
}

describe('everybody meets everybody', () => {
  it('when many join at the same time', async () => {
    const hub = await swarm.hub();
    await swarm.joinAll(['a', 'b', 'c', 'd'], hub);
    await swarm.pass(3_000);
    expect(swarm.views()).toEqual(swarm.everybodyLive());
  });

  it('when one was away while another joined', async () => {
    const hub = await swarm.hub();
    const a = await swarm.join('a', hub);
    swarm.kill(a);
    await swarm.pass(5_000);
    await swarm.join('b', hub);
    swarm.revive(a);
    await swarm.pass(15_000);
    expect(swarm.views()).toEqual(swarm.everybodyLive());
  });

  it('when one was cut off from all and came back', async () => {
    const hub = await swarm.hub();
    const [a] = await swarm.joinAll(['a', 'b', 'c'], hub);
    await swarm.pass(1_000);
    swarm.kill(a!);
    await swarm.pass(8_000);
    swarm.revive(a!);
    await swarm.pass(12_000);
    expect(swarm.views()).toEqual(swarm.everybodyLive());
  });

  it('when only one way was cut', async () => {
    const hub = await swarm.hub();
    await swarm.joinAll(['a', 'b'], hub);
    await swarm.pass(1_000);
    swarm.network.sever('hub', 'b');
    await swarm.pass(6_000);
    swarm.network.heal('hub', 'b');
    await swarm.pass(12_000);
    expect(swarm.views()).toEqual(swarm.everybodyLive());
  });
});

describe('lost words', () => {
  it('to one member do not lose the tasks that it was given', async () => {
    const hubTransport = new LossyTransport(swarm.network.transport('hub'));
    const limits = { messagesPerEpochMax: 50 };
    const hub = await swarm.hub('hub', { transport: hubTransport, limits });
    const a = await swarm.join('a', hub);
    a.handle('*', (task) => task.input);
    const submit = async (input: number) => {
      const handle = hub.submit({ description: 'x', input });
      await swarm.pass(1);
      return handle;
    };
    // from now on every frame to `a` is lost for a while, whatever is in it
    let lost = 0;
    for (let i = 0; i < 40; i++) await submit(i);
    hubTransport.lose = () => (lost += 1) <= 12;
    const late = [];
    for (let i = 0; i < 12; i++) late.push(await submit(i));
    await swarm.pass(120_000);
    expect(await Promise.all(late.map((handle) => handle.result))).toEqual(late.map((_, i) => i));
  });

  it('about new keys do not make a member deaf', async () => {
    const hubTransport = new LossyTransport(swarm.network.transport('hub'));
    const limits = { messagesPerEpochMax: 50 };
    const hub = await swarm.hub('hub', { transport: hubTransport, limits });
    const a = await swarm.join('a', hub);
    const heard: number[] = [];
    a.subscribe('n', (message) => void heard.push(message.json<number>()));
    let lost = 0;
    hubTransport.lose = () => (lost += 1) <= 60;
    for (let i = 0; i < 60; i++) await hub.publish('n', i);
    await swarm.pass(10_000);
    await hub.publish('n', 1000);
    await swarm.settle();
    expect(heard).toContain(1000);
  });
});

describe('a member that starts again under its identity', () => {
  it('within a heartbeat is seen to have died, and its tasks go on', async () => {
    const key = new Uint8Array(32).fill(8);
    const { network, clock } = swarm;
    const identity = IdentityManager.create({ clock });
    const hub = new P2PSwarm('hub', key, [], { transport: network.transport('hub'), clock });
    const start = async (result: string | undefined, registration?: Registration) => {
      const worker = new P2PSwarm('w', key, [], {
        transport: network.transport('w'),
        clock,
        identity,
        ...(registration && { registration }),
      });
      worker.handle('*', () => result ?? new Promise(() => undefined));
      swarm.members.push(worker);
      await worker.connect();
      return worker;
    };
    swarm.members.push(hub);
    await hub.connect();
    const first = await start(undefined);
    const registration = await first.createRegistration();
    await hub.registerMember(registration);
    await first.registerMember(await hub.createRegistration(), { role: 'coordinator' });
    await swarm.pass(500);
    const budgets = { timeoutMs: 3_600_000 };
    const handle = hub.submit({ description: 'x', input: null, budgets });
    await swarm.pass(100);
    const events: string[] = [];
    hub.on('member-dead', () => void events.push('dead'));
    hub.on('member-joined', () => void events.push('joined'));
    await first.close();
    const second = await start('done', registration);
    await second.registerMember(await hub.createRegistration(), { role: 'coordinator' });
    await swarm.pass(2_000);
    expect(events).toEqual(['dead', 'joined']);
    expect(await handle.result).toBe('done');
  });
});

describe('a member that starts again with its invitation', () => {
  it('before it was missed is seen to have died, and gets the keys', async () => {
    const swarmId = 'same';
    const identity = IdentityManager.create({ agentId: 'a', swarmId, clock: swarm.clock });
    const registration = identity.createRegistration('a', []);
    const hub = await swarm.hub('hub', { swarmId });
    const first = await swarm.join('a', hub, [], { identity, registration });
    await swarm.pass(1_000);
    const events: string[] = [];
    hub.on('member-dead', () => void events.push('dead'));
    hub.on('member-joined', () => void events.push('joined'));
    await first.close();
    await swarm.pass(100);
    const second = await swarm.join('a', hub, [], { identity, registration });
    const heard: unknown[] = [];
    second.subscribe('t', (message) => void heard.push(message.json()));
    await hub.publish('t', 1);
    await swarm.settle();
    expect([events, heard]).toEqual([['dead', 'joined'], [1]]);
  });
});

describe('joining', () => {
  it('ends when the member is closed meanwhile, and leaves nothing behind', async () => {
    const hub = await swarm.hub();
    const join = await hub.invite();
    swarm.network.sever('a', 'hub');
    const { clock, network } = swarm;
    const before = clock.pending;
    const a = new P2PSwarm('a', undefined, [], { transport: network.transport('a'), clock, join });
    const connected = a.connect();
    connected.catch(() => undefined);
    await swarm.settle();
    await a.close();
    await expect(connected).rejects.toSatisfy((error) => isEdgeError(error, 'ERR_CLOSED'));
    expect(clock.pending).toBe(before);
    await swarm.pass(2_000);
  });

  it('with another role than the invited one is a mistake', async () => {
    const hub = await swarm.hub();
    const join = await hub.invite({ role: 'worker' });
    expect(() => new P2PSwarm('a', undefined, [], { join, role: 'coordinator' })).toThrow(
      /options.role must be the invitation's worker/,
    );
    await expect(hub.invite({ expiresAt: 0 })).rejects.toThrow(/expiresAt must be in the future/);
    await expect(hub.invite({ role: 5 as never })).rejects.toThrow(/role must be one of/);
  });

  it('finds room where members died long ago', async () => {
    const hub = await swarm.hub('hub', { limits: { membersMax: 3 } });
    for (const id of ['a', 'b']) swarm.kill(await swarm.join(id, hub));
    await swarm.pass(60_000);
    await expect(swarm.join('c', hub)).rejects.toThrow(/ERR_MEMBER_LIMIT/);
    await swarm.pass(600_000);
    await swarm.join('d', hub);
    expect(hub.stats().members).toMatchObject({ registered: 3, live: 1 });
  });
});

describe('a member that beats but does not read', () => {
  /** Takes small frames only, as a peer with a full window does. */
  class StuckTransport extends RecordingTransport {
    stuck = false;

    override send(to: string, frame: Uint8Array): boolean {
      return this.stuck && to === 'stuck' && frame.length > 1_000 ? false : super.send(to, frame);
    }

    override ready(to?: string): Promise<void> {
      return this.stuck && to === 'stuck' ? new Promise(() => undefined) : super.ready(to);
    }
  }

  it('does not keep others from being heard, nor a publisher, nor one that leaves', async () => {
    const transport = new StuckTransport(swarm.network.transport('hub'));
    const hub = await swarm.hub('hub', { transport, limits: { outboxBytesMax: 10_000 } });
    await swarm.joinAll(['stuck', 'ok'], hub);
    await swarm.pass(1_000);
    swarm.members.find(({ agentId }) => agentId === 'ok')!.reply('q', () => 'yes');
    transport.stuck = true;
    const published = hub.publish('t', new Uint8Array(5_000));
    const answers = Array.from({ length: 6 }, () => hub.request('q', new Uint8Array(5_000)));
    await swarm.settle();
    for (const answer of answers) expect((await answer).json()).toBe('yes');
    await swarm.pass(12_000);
    await published;
    void hub.publish('t', new Uint8Array(5_000)).catch(() => undefined);
    const left = hub.leave();
    await swarm.pass(3_000);
    await left;
  });
});

describe('a reply handler', () => {
  it('that throws what no UTF-8 can say still answers', async () => {
    const hub = await swarm.hub();
    const a = await swarm.join('a', hub);
    a.reply('q', (message) => {
      throw new Error(`no such key: ${message.json<string>()}`);
    });
    for (let i = 1005; i < 1015; i++) {
      const answer = hub.request('q', 'x'.repeat(i) + '😀');
      answer.catch(() => undefined);
      await swarm.settle();
      await expect(answer).rejects.toMatchObject({ code: 'ERR_REMOTE' });
    }
  });
});
