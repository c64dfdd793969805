import type { Clock, Json } from '@ruvector/core';
import { IdentityManager } from '@ruvector/crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { HeldTransport } from './fixtures/held-transport.js';
import { TestSwarm } from './fixtures/members.js';
import { code, failure, never } from './fixtures/outcomes.js';

let swarm: TestSwarm;
beforeEach(() => void (swarm = new TestSwarm({ classical: true })));
afterEach(() => swarm.close());

describe('a task whose executor', () => {
  it('is killed goes to another, and the late result of the first is recognised', async () => {
    const hub = await swarm.hub();
    const finish: (() => void)[] = [];
    const make = (agentId: string) =>
      swarm.join(agentId, hub, [], {}, (member) =>
        member.handle('*', () => new Promise((resolve) => finish.push(() => resolve(agentId)))),
      );
    const first = await make('a');
    const handle = hub.submit({ description: 'x', input: null, budgets: { timeoutMs: 60_000 } });
    await swarm.settle();
    const second = await make('b');
    swarm.kill(first);
    await swarm.pass(4_000);
    expect(finish).toHaveLength(2);
    finish[1]!();
    expect(await swarm.outcome(handle)).toBe('b');
    expect(second.stats().tasks.executed).toBe(1);
    finish[0]!();
    swarm.revive(first);
    await swarm.pass(6_000);
    expect(hub.stats().tasks).toMatchObject({ completed: 1, reassigned: 1, open: 0 });
  });

  it('keeps beating but never answers loses it when the lease ends', async () => {
    const hub = await swarm.hub();
    // a member whose own timeout does not work
    const clock: Clock = {
      now: () => swarm.clock.now(),
      monotonic: () => swarm.clock.monotonic(),
      setTimeout: (f, ms) => (ms === 1_000 ? () => undefined : swarm.clock.setTimeout(f, ms)),
    };
    let aborted = 0;
    await swarm.join('a', hub, [], { clock }, (member) =>
      member.handle('*', (_task, { signal }) => {
        signal.addEventListener('abort', () => (aborted += 1));
        return never();
      }),
    );
    const reasons: unknown[] = [];
    hub.on('task', ({ state, reason }) => void reasons.push([state, reason]));
    const handle = hub.submit({ description: 'x', input: null, budgets: { timeoutMs: 1_000 } });
    await swarm.settle();
    await swarm.join('b', hub, [], {}, (member) => member.handle('*', () => 'b'));
    await swarm.pass(7_000);
    // one of the two had it when the lease ended; the one that answers got it in the end
    expect(await handle.result).toBe('b');
    expect(reasons).toContainEqual(['waiting', 'its lease ended']);
    expect(aborted).toBeGreaterThan(0);
    expect(hub.stats().members.live).toBe(2);
  });

  it('is the only one and seems dead for 4 s has its result counted, though it came late', async () => {
    const hub = await swarm.hub();
    const transport = new HeldTransport(swarm.network.transport('w'));
    const worker = await swarm.join('w', hub, [], { transport }, (member) =>
      member.handle('*', (task) => {
        if (task.attempt > 1) return never();
        return new Promise((resolve) => swarm.clock.setTimeout(() => resolve('first'), 2_000));
      }),
    );
    transport.hold();
    const handle = hub.submit({ description: 'x', input: null });
    await swarm.pass(4_000);
    expect(hub.stats().members.dead).toBe(1);
    transport.release();
    expect(await swarm.outcome(handle)).toBe('first');
    await swarm.settle();
    expect(hub.stats()).toMatchObject({
      receipts: { verified: 1, rejected: 0 },
      tasks: { completed: 1, failed: 0, open: 0 },
    });
    expect(worker.stats().tasks.executed).toBe(1);
    // what it was given in between was taken back, so it is free for the next
    await swarm.pass(1_000);
    const next = hub.submit({ description: 'y', input: null });
    await swarm.pass(3_000);
    expect(await next.result).toBe('first');
  });

  it('does not hear its assigner for a while goes on, and its result is sent in the end', async () => {
    const transport = new HeldTransport(swarm.network.transport('hub'));
    const hub = await swarm.hub('hub', { transport });
    let aborted = 0;
    await swarm.join('w', hub, [], {}, (member) =>
      member.handle('*', (_task, { signal }) => {
        signal.addEventListener('abort', () => (aborted += 1));
        return new Promise((resolve) => swarm.clock.setTimeout(() => resolve('done'), 3_500));
      }),
    );
    const handle = hub.submit({ description: 'x', input: null, attemptsMax: 1 });
    await swarm.settle();
    transport.loses = () => true;
    await swarm.pass(4_000);
    expect(hub.stats().members.live, 'only the worker thinks that the other is dead').toBe(1);
    transport.loses = () => false;
    await swarm.pass(1_000);
    expect(handle.state, 'sent without being asked for').toBe('completed');
    expect(aborted).toBe(0);
  });

  it('hears that its assigner has left or was started anew ends it', async () => {
    const hub = await swarm.hub();
    const aborted: string[] = [];
    await swarm.join('w', hub, ['work'], {}, (member) =>
      member.handle('*', (task, { signal }) => {
        signal.addEventListener('abort', () => aborted.push(task.assigner));
        return never();
      }),
    );
    const own = { identity: IdentityManager.create({ clock: swarm.clock }) };
    const registration = own.identity.createRegistration('x', [], { swarmId: hub.swarmId });
    const [leaver, first] = [
      await swarm.join('leaver', hub),
      await swarm.join('x', hub, [], { ...own, registration }),
    ];
    await swarm.pass(1_000);
    const task = { description: 'work', capability: 'work', input: null };
    for (const member of [leaver, first]) void member.submit(task);
    await swarm.settle();
    void leaver.leave();
    await swarm.settle();
    expect(aborted).toEqual(['leaver']);
    swarm.kill(first); // so that it cannot take its task back
    await first.close();
    swarm.members.splice(swarm.members.indexOf(first), 1);
    await swarm.pass(1_000);
    expect(aborted).toEqual(['leaver']);
    for (const { agentId } of swarm.members) swarm.network.heal('x', agentId);
    await swarm.join('x', hub, [], { ...own, registration });
    await swarm.pass(1_000);
    expect(aborted).toEqual(['leaver', 'x']);
  });

  it('has no room for its results sends them later, each once', async () => {
    const hub = await swarm.hub();
    const transport = new HeldTransport(swarm.network.transport('w'));
    const finish: (() => void)[] = [];
    let runs = 0;
    const limits = { outboxBytesMax: 100_000 };
    const worker = await swarm.join('w', hub, [], { transport, limits }, (member) =>
      member.handle('*', (_task, { progress }) => {
        runs += 1;
        return new Promise((resolve) =>
          finish.push(() => {
            for (let i = 0; i < 300; i++) progress(0.9, 'nearly there '.repeat(20));
            resolve('x'.repeat(60_000));
          }),
        );
      }),
    );
    const errors: unknown[] = [];
    worker.on('error', (error) => errors.push(error));
    const handles = [1, 2, 3].map((input) =>
      hub.submit({ description: 'x', input, attemptsMax: 1 }),
    );
    await swarm.settle();
    transport.shut();
    for (const end of finish) end();
    await swarm.pass(2_000);
    transport.reopen();
    await swarm.pass(5_000);
    expect(handles.map(({ state }) => state)).toEqual(Array(3).fill('completed'));
    expect([runs, errors]).toEqual([3, []]);
  });

  it('is full of the tasks of one assigner takes those of another as well', async () => {
    const hub = await swarm.hub();
    const limits = { tasksPerMemberMax: 10 };
    const greedy = await swarm.join('greedy', hub, [], { limits });
    const small = { limits: { tasksRunningMax: 1, tasksWaitingMax: 4 } };
    await swarm.join('w', hub, ['work'], small, (member) =>
      member.handle(
        '*',
        () => new Promise((resolve) => swarm.clock.setTimeout(() => resolve(1), 10_000)),
      ),
    );
    await swarm.pass(1_000);
    const task = { description: 'work', capability: 'work', input: null };
    for (let i = 0; i < 10; i++) greedy.submit(task);
    await swarm.settle();
    const handle = hub.submit(task);
    await swarm.pass(32_000);
    expect(await handle.result).toBe(1);
  });

  it('is slow because it does one after another keeps all of them within their timeouts', async () => {
    const hub = await swarm.hub();
    const limits = { tasksRunningMax: 1 };
    await swarm.join('w', hub, [], { limits }, (member) =>
      member.handle(
        '*',
        (task) =>
          new Promise((resolve) =>
            swarm.clock.setTimeout(() => resolve(task.input as Json), 10_000),
          ),
      ),
    );
    const budgets = { timeoutMs: 12_000 };
    const handles = Array.from({ length: 8 }, (_, input) =>
      hub.submit({ description: 'x', input, budgets }),
    );
    await swarm.pass(81_000);
    const results = await Promise.all(handles.map((handle) => handle.result));
    expect(results).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(hub.stats().tasks).toMatchObject({ completed: 8, reassigned: 0 });
  });

  it('never got the assignment is asked about it, and gets it again', async () => {
    const transport = new HeldTransport(swarm.network.transport('hub'));
    const hub = await swarm.hub('hub', { transport });
    await swarm.join('w', hub, [], {}, (member) => member.handle('*', () => 'done'));
    let lost = 0;
    transport.loses = (frame) => frame.length > 5_000 && (lost += 1) === 1;
    const handle = hub.submit({ description: 'x', input: 'x'.repeat(5_000) });
    await swarm.pass(9_000);
    expect(handle.state).toBe('assigned');
    await swarm.pass(4_000);
    expect(await handle.result).toBe('done');
    expect(lost).toBe(2);
  });

  it('refuses it is not sent a large input again and again', async () => {
    const transport = new HeldTransport(swarm.network.transport('hub'));
    const hub = await swarm.hub('hub', { transport });
    await swarm.join('w', hub, [], {}, (member) => member.handle('other', () => null));
    const input = new Uint8Array(100_000);
    const handle = hub.submit({ description: 'x', type: 'unknown', input });
    await swarm.pass(60_000);
    expect(transport.offeredBytes.filter((bytes) => bytes > 100_000).length).toBeLessThan(8);
    handle.cancel();
  });

  it('ignores its signal does not keep its member from leaving', async () => {
    const hub = await swarm.hub();
    const worker = await swarm.join('w', hub, [], {}, (member) => member.handle('*', never));
    const handle = hub.submit({ description: 'x', input: null, budgets: { timeoutMs: 2_000 } });
    await swarm.settle();
    let left = false;
    void worker.leave().then(() => (left = true));
    await swarm.pass(1_500);
    expect(left).toBe(false);
    await swarm.pass(2_000);
    expect(left).toBe(true);
    expect(await failure(handle.result)).toSatisfy(code('ERR_TASK_TIMEOUT'));
  });

  it('leaves finishes what runs and gives back what waits', async () => {
    const hub = await swarm.hub();
    let finish = () => undefined as void;
    const limits = { tasksRunningMax: 1 };
    const leaving = await swarm.join('a', hub, [], { limits }, (member) =>
      member.handle('*', () => new Promise((resolve) => (finish = () => resolve('a')))),
    );
    const handles = [1, 2].map((input) => hub.submit({ description: 'x', input }));
    await swarm.settle();
    await swarm.join('b', hub, [], {}, (member) => member.handle('*', () => 'b'));
    const left = leaving.leave();
    await swarm.settle();
    finish();
    await swarm.settle();
    await left;
    await swarm.pass(1_000);
    expect(await Promise.all(handles.map((handle) => handle.result))).toEqual(['a', 'b']);
  });

  it('keeps dying is given up after as many losses as allowed', async () => {
    const hub = await swarm.hub();
    const handle = hub.submit({ description: 'x', input: null, attemptsMax: 2 });
    for (const agentId of ['a', 'b']) {
      const member = await swarm.join(agentId, hub, [], {}, (m) => m.handle('*', never));
      swarm.kill(member);
      await swarm.pass(4_000);
    }
    expect(await failure(handle.result)).toSatisfy(code('ERR_TASK_ATTEMPTS'));
  });
});
