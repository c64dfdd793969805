import { isEdgeError, type Json } from '@ruvector/core';
import { MemoryNetwork } from '@ruvector/core/memory';
import { IdentityManager } from '@ruvector/crypto';
import { P2PSwarm, P2PSwarmV2, type Message } from '@ruvector/swarm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { TestSwarm } from './fixtures/members.js';

let swarm: TestSwarm;
beforeEach(() => void (swarm = new TestSwarm({ classical: true })));
afterEach(() => swarm.close());

const bytes = (text: string) => new TextEncoder().encode(text);
const code = (expected: string) => (error: unknown) => isEdgeError(error, expected);

describe('the basic usage of the original', () => {
  it('makes a swarm, registers a peer and publishes', async () => {
    const member = new P2PSwarmV2('agent-001', undefined, ['executor']);
    await member.connect();
    const peer = IdentityManager.create();
    const registration = peer.createRegistration('peer-001', ['worker'], {
      swarmId: member.swarmId,
    });
    await member.registerMember(registration);
    await member.publish('tasks', bytes('Process dataset-001'));
    expect(member.members()).toMatchObject([{ agentId: 'peer-001', state: 'known' }]);
    await member.close();
  });

  it('derives the swarm id from the key as the original did', async () => {
    const key = new Uint8Array(32).fill(7);
    const a = new P2PSwarm('a', key, []);
    const b = new P2PSwarm('b', key, []);
    expect(a.swarmId).toBe(b.swarmId);
    expect(a.swarmId).toMatch(/^[0-9a-f]{16}$/);
    await Promise.all([a.close(), b.close()]);
  });
});

describe('members that share a key', () => {
  it('hear each other once both have registered the other, in any order', async () => {
    const key = new Uint8Array(32).fill(1);
    const { network, clock } = swarm;
    const a = new P2PSwarm('a', key, [], { transport: network.transport('a'), clock });
    const b = new P2PSwarm('b', key, [], { transport: network.transport('b'), clock });
    swarm.members.push(a, b);
    await Promise.all([a.connect(), b.connect()]);
    const heard: string[] = [];
    b.subscribe('news', ({ from, payload }) => void heard.push(`${from} ${payload.length}`));
    await a.registerMember(await b.createRegistration());
    await a.publish('news', bytes('sent before b knows a'));
    await b.registerMember(await a.createRegistration());
    await swarm.pass(500);
    expect(heard).toEqual(['a 21']);
  });

  it('refuse the registration of another swarm', async () => {
    const hub = await swarm.hub();
    const stranger = IdentityManager.create().createRegistration('x', [], { swarmId: 'other' });
    await expect(hub.registerMember(stranger)).rejects.toSatisfy(code('ERR_SWARM_REGISTRATION'));
  });
});

describe('publish and subscribe', () => {
  it('delivers bytes and JSON to every other member, signed by the sender', async () => {
    const hub = await swarm.hub();
    const a = await swarm.join('a', hub);
    const b = await swarm.join('b', hub);
    const heard: [string, string, Json][] = [];
    for (const member of [hub, a, b])
      member.subscribe('news.*', (m) => void heard.push([member.agentId, m.from, m.json()]));
    await a.publish('news.today', { answer: 42 });
    await swarm.settle();
    expect(heard.sort()).toEqual([
      ['b', 'a', { answer: 42 }],
      ['hub', 'a', { answer: 42 }],
    ]);
  });

  it('gives each of several handlers bytes of its own', async () => {
    const hub = await swarm.hub();
    const a = await swarm.join('a', hub);
    const heard: number[] = [];
    a.subscribe('t', ({ payload }) => void payload.fill(0));
    a.subscribe('t', ({ payload }) => void heard.push(...payload));
    await hub.publish('t', Uint8Array.of(1, 2));
    await swarm.settle();
    expect(heard).toEqual([1, 2]);
  });

  it('keeps the order of one sender', async () => {
    const hub = await swarm.hub();
    const a = await swarm.join('a', hub);
    const heard: number[] = [];
    a.subscribe('n', (m) => void heard.push(m.json<number>()));
    for (let i = 0; i < 200; i++) await hub.publish('n', i);
    await swarm.settle();
    expect(heard).toEqual(Array.from({ length: 200 }, (_, i) => i));
  });

  it('tells of a handler that throws and goes on', async () => {
    const hub = await swarm.hub();
    const a = await swarm.join('a', hub);
    const errors: string[] = [];
    const heard: string[] = [];
    a.on('error', (error) => void errors.push(error.message));
    a.subscribe('t', () => {
      throw new Error('sync');
    });
    a.subscribe('t', () => Promise.reject(new Error('async')));
    a.subscribe('t', () => void heard.push('third'));
    await hub.publish('t', null);
    await swarm.settle();
    expect(heard).toEqual(['third']);
    expect(errors).toEqual(['sync', 'async']);
  });

  it('stops after unsubscribing, which may be done twice', async () => {
    const hub = await swarm.hub();
    const a = await swarm.join('a', hub);
    const heard: Message[] = [];
    const unsubscribe = a.subscribe('t', (m) => void heard.push(m));
    unsubscribe();
    unsubscribe();
    await hub.publish('t', 1);
    await swarm.settle();
    expect(heard).toEqual([]);
  });

  it('names the parameter of bad topics and payloads', async () => {
    const hub = await swarm.hub('hub', { limits: { payloadBytesMax: 10 } });
    await expect(hub.publish('a..b', 1)).rejects.toThrow(/topic must be tokens/);
    await expect(hub.publish('a.*', 1)).rejects.toThrow(/without wildcards/);
    await expect(hub.publish('t', new Uint8Array(11))).rejects.toThrow(
      /payload .* 10 bytes, got 11/,
    );
    expect(() => hub.subscribe('a.>.b', () => undefined)).toThrow(/'>' only at the end/);
    expect(() => hub.subscribe('t', undefined as never)).toThrow(/handler must be a function/);
  });

  it('opens a new chain before the old one is used up, without a gap', async () => {
    const hub = await swarm.hub('hub', { limits: { messagesPerEpochMax: 5 } });
    const a = await swarm.join('a', hub);
    const heard: number[] = [];
    a.subscribe('n', (m) => void heard.push(m.json<number>()));
    a.handle('echo', (task) => task.input);
    for (let i = 0; i < 40; i++) await hub.publish('n', i);
    const tasks = Array.from({ length: 20 }, (_, i) =>
      hub.submit({ description: 'echo', type: 'echo', input: i }),
    );
    await swarm.settle();
    expect(heard).toEqual(Array.from({ length: 40 }, (_, i) => i));
    expect(await Promise.all(tasks.map((task) => task.result))).toEqual(
      Array.from({ length: 20 }, (_, i) => i),
    );
    expect(a.stats().messages.refused).toEqual({});
  });
});

describe('request and reply', () => {
  it('answers with what the handler returns', async () => {
    const hub = await swarm.hub();
    const a = await swarm.join('a', hub);
    hub.reply('sum', (m) => m.json<number[]>().reduce((x, y) => x + y, 0));
    const answer = a.request('sum', [1, 2, 3]);
    await swarm.settle();
    expect((await answer).json()).toBe(6);
    expect((await answer).from).toBe('hub');
  });

  it('passes on what the handler throws, without its stack', async () => {
    const hub = await swarm.hub();
    const a = await swarm.join('a', hub);
    hub.reply('fail', () => {
      throw new RangeError('no such thing');
    });
    const answer = a.request('fail', null);
    answer.catch(() => undefined);
    await swarm.settle();
    await expect(answer).rejects.toMatchObject({ code: 'ERR_REMOTE', message: 'no such thing' });
  });

  it('ends with ERR_TIMEOUT when nobody answers, and with the reason when aborted', async () => {
    const hub = await swarm.hub();
    await swarm.join('a', hub);
    const late = hub.request('nobody', 1, { timeoutMs: 100 });
    late.catch(() => undefined);
    const abort = new AbortController();
    const aborted = hub.request('nobody', 1, { signal: abort.signal });
    aborted.catch(() => undefined);
    abort.abort(new Error('changed my mind'));
    await swarm.pass(101);
    await expect(late).rejects.toSatisfy(code('ERR_TIMEOUT'));
    await expect(aborted).rejects.toThrow('changed my mind');
  });

  it('bounds the open requests', async () => {
    const hub = await swarm.hub('hub', { limits: { requestsMax: 2 } });
    const open = [1, 2].map((i) => hub.request('nobody', i));
    for (const request of open) request.catch(() => undefined);
    await expect(hub.request('nobody', 3)).rejects.toSatisfy(code('ERR_LIMIT'));
    await hub.close();
    for (const request of open) await expect(request).rejects.toSatisfy(code('ERR_CLOSED'));
  });
});

describe('learned patterns', () => {
  it('reach every member that asks, once', async () => {
    const hub = await swarm.hub();
    const a = await swarm.join('a', hub);
    const b = await swarm.join('b', hub);
    a.patterns.record('x', { vector: [1, 0], outcome: 1, confidence: 1 });
    b.patterns.record('x', { vector: [0, 1], outcome: 0, confidence: 1 });
    b.patterns.record('y', { vector: [0, 1], outcome: 1, confidence: 1 });
    const first = hub.syncPatterns();
    await swarm.settle();
    expect(await first).toBe(3);
    expect(hub.patterns.get('x')?.outcome).toBe(0.5);
    const second = hub.syncPatterns();
    await swarm.settle();
    expect(await second).toBe(0);
    expect(hub.stats().patterns.merged).toBe(3);
  });
});

describe('life and death', () => {
  it('tells of members that join, fall silent, die, come back and leave', async () => {
    const hub = await swarm.hub();
    const events: string[] = [];
    for (const name of ['member-joined', 'member-suspected', 'member-dead', 'member-left'] as const)
      hub.on(name, ({ agentId }) => void events.push(`${name} ${agentId}`));
    const a = await swarm.join('a', hub);
    await swarm.pass(2_000);
    swarm.kill(a);
    await swarm.pass(4_000);
    swarm.revive(a);
    await swarm.pass(6_000);
    const left = a.leave();
    await swarm.settle();
    await left;
    expect(events).toEqual([
      'member-joined a',
      'member-suspected a',
      'member-dead a',
      'member-joined a',
      'member-left a',
    ]);
  });

  it('spreads the word of a death from the coordinator to all', async () => {
    const hub = await swarm.hub();
    const a = await swarm.join('a', hub);
    const b = await swarm.join('b', hub);
    const dead: string[] = [];
    a.on('member-dead', ({ agentId }) => void dead.push(agentId));
    swarm.kill(b);
    await swarm.pass(4_000);
    expect(dead).toEqual(['b']);
    expect(a.stats().members).toEqual({ registered: 3, live: 1, suspected: 0, dead: 1 });
  });

  it('lets the others watch each other when the coordinator is gone', async () => {
    const hub = await swarm.hub();
    const a = await swarm.join('a', hub);
    const b = await swarm.join('b', hub);
    const c = await swarm.join('c', hub);
    swarm.kill(hub);
    await swarm.pass(5_000);
    expect(a.stats().members).toMatchObject({ live: 2, dead: 1 });
    swarm.kill(c);
    await swarm.pass(5_000);
    expect(a.members().filter(({ state }) => state === 'live')).toMatchObject([{ agentId: 'b' }]);
    expect(b.members().filter(({ state }) => state === 'live')).toMatchObject([{ agentId: 'a' }]);
  });

  it('refuses everything after close, and before connect what needs the others', async () => {
    const member = new P2PSwarm('a', undefined, [], {
      transport: new MemoryNetwork().transport('a'),
    });
    await expect(member.publish('t', 1)).rejects.toSatisfy(code('ERR_SWARM_NOT_CONNECTED'));
    expect(() => member.submit({ description: '', input: 1 })).toThrow(/connect\(\) first/);
    await member.connect();
    await member.close();
    await member.close();
    await expect(member.publish('t', 1)).rejects.toSatisfy(code('ERR_CLOSED'));
    await expect(member.connect()).rejects.toSatisfy(code('ERR_CLOSED'));
    expect(() => member.subscribe('t', () => undefined)).toThrow(/closed/);
  });

  it('does not keep a message for a dead member, nor a publisher waiting for it', async () => {
    const hub = await swarm.hub();
    const a = await swarm.join('a', hub);
    swarm.kill(a);
    const published = hub.publish('t', 1);
    await swarm.pass(4_000);
    await published;
    expect(hub.stats().messages.dropped).toBeGreaterThan(0);
  });
});

describe('options', () => {
  const make = (options: object, key?: Uint8Array) => () =>
    new P2PSwarm('a', key, [], options as never);

  it('are checked by name, type and range', () => {
    expect(make({ transprt: 1 })).toThrow(/options.transprt is not an option/);
    expect(() => new P2PSwarm('a', undefined, [], null as never)).toThrow(
      /options must be an object/,
    );
    expect(make({ transport: {} })).toThrow(/options.transport must be a Transport/);
    expect(make({ random: { next: () => 0.5 } })).toThrow(/options.random must have a method fill/);
    expect(make({ heartbeat: 5 })).toThrow(/heartbeat must be an object/);
    expect(make({ role: 'king' })).toThrow(/options.role must be one of/);
    expect(make({ limits: { membersMax: 0 } })).toThrow(/limits.membersMax must be an integer/);
    expect(make({ limits: { many: 1 } })).toThrow(/limits.many is not a limit/);
    expect(make({ heartbeat: { intervalMs: 1 } })).toThrow(/heartbeat.intervalMs/);
    expect(make({ heartbeat: { interval: 100 } })).toThrow(/heartbeat must have only .*"interval"/);
    expect(make({ swarmId: 'a b' })).toThrow(/options.swarmId/);
    expect(make({ join: 'hello' })).toThrow(/an invitation starts with/);
    expect(make({}, new Uint8Array(31))).toThrow(/swarmKey must have 32 bytes, got 31/);
    expect(() => new P2PSwarm('a b', undefined, [])).toThrow(/agentId/);
    expect(() => new P2PSwarm('a', undefined, 'x' as never)).toThrow(/capabilities/);
  });
});
