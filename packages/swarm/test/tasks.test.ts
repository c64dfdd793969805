import { isEdgeError, seededRandom, type Clock, type Json } from '@ruvector/core';
import { IdentityManager } from '@ruvector/crypto';
import type { P2PSwarm, TaskHandle } from '@ruvector/swarm';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { HeldTransport } from './fixtures/held-transport.js';
import { TestSwarm } from './fixtures/members.js';

let swarm: TestSwarm;
beforeEach(() => void (swarm = new TestSwarm()));
afterEach(() => swarm.close());

const code = (expected: string) => (error: unknown) => isEdgeError(error, expected);
const never = () => new Promise<Json>(() => undefined);

async function outcome(handle: TaskHandle): Promise<unknown> {
  await swarm.settle();
  return handle.result;
}

function failure(handle: TaskHandle): Promise<unknown> {
  return handle.result.then(
    () => expect.unreachable('the task should have failed'),
    (error: unknown) => error,
  );
}

describe('a task', () => {
  it('is done by another member and comes back as it was returned: JSON or bytes', async () => {
    const hub = await swarm.hub();
    const worker = await swarm.join('w', hub, ['text']);
    worker.handle('length', (task) => ({ length: (task.input as string).length }));
    worker.handle('reverse', (task) => (task.input as Uint8Array).toReversed());
    const asJson = hub.submit({ description: 'count', type: 'length', input: 'hello' });
    const asBytes = hub.submit({
      description: 'turn',
      type: 'reverse',
      input: Uint8Array.of(1, 2, 3),
    });
    expect(await outcome(asJson)).toEqual({ length: 5 });
    expect(await outcome(asBytes)).toEqual(Uint8Array.of(3, 2, 1));
    expect(asJson.state).toBe('completed');
  });

  it('goes to the member whose capabilities mean it', async () => {
    const hub = await swarm.hub();
    const done: Record<string, string[]> = {};
    const skills = {
      'rust-dev': 'compile rust cargo build test unsafe',
      'ml-eng': 'python pytorch tensorflow train model',
      'web-dev': 'javascript react html css frontend',
    };
    for (const [agentId, skill] of Object.entries(skills)) {
      const member = await swarm.join(agentId, hub, [skill]);
      member.handle('*', (task) => {
        (done[agentId] ??= []).push(task.description);
        return null;
      });
    }
    for (const description of [
      'build rust library with cargo',
      'train a pytorch model',
      'fix react component',
      'write html',
    ])
      await outcome(hub.submit({ description, input: null }));
    expect(done).toEqual({
      'rust-dev': ['build rust library with cargo'],
      'ml-eng': ['train a pytorch model'],
      'web-dev': ['fix react component', 'write html'],
    });
  });

  it('goes only to members with the capability it asks for', async () => {
    const hub = await swarm.hub();
    const plain = await swarm.join('plain', hub, ['cats']);
    const special = await swarm.join('special', hub, ['gpu']);
    for (const member of [plain, special]) member.handle('*', () => member.agentId);
    const handles = Array.from({ length: 12 }, () =>
      hub.submit({ description: 'cats', capability: 'gpu', input: null }),
    );
    await swarm.settle();
    const executors = await Promise.all(handles.map((handle) => handle.result));
    expect(new Set(executors)).toEqual(new Set(['special']));
  });

  it('waits for a member that can do it', async () => {
    const hub = await swarm.hub();
    const handle = hub.submit({ description: 'anything', type: 'late', input: 1 });
    const idle = await swarm.join('idle', hub);
    await swarm.pass(3_000);
    expect(handle.state).toBe('waiting');
    expect(idle.stats().tasks.executed).toBe(0);
    await swarm.join('w', hub, [], {}, (member) => member.handle('late', () => 'done'));
    await swarm.pass(2_000);
    expect(await handle.result).toBe('done');
  });

  it('comes with a receipt that binds assignment, input, output and executor', async () => {
    const hub = await swarm.hub();
    const worker = await swarm.join('w', hub);
    worker.handle('*', () => 'out');
    const handle = hub.submit({ description: 'x', input: 'in' });
    await outcome(handle);
    const receipt = await handle.receipt;
    expect(receipt).toMatchObject({
      task_id: handle.id,
      swarm_id: hub.swarmId,
      assigner: 'hub',
      executor: 'w',
      status: 'Success',
    });
    expect(hub.stats().receipts).toEqual({ verified: 1, rejected: 0 });
  });

  it('is signed for although the clock was set back while it ran', async () => {
    const hub = await swarm.hub();
    const worker = await swarm.join('w', hub);
    worker.handle('*', () => {
      swarm.clock.jump(-10_000);
      return 'done';
    });
    const handle = hub.submit({ description: 'x', input: null });
    expect(await outcome(handle)).toBe('done');
    const { started_at, finished_at } = await handle.receipt;
    expect(finished_at).toBe(started_at);
  });

  it('reports progress', async () => {
    const hub = await swarm.hub();
    const worker = await swarm.join('w', hub);
    let go = () => undefined as void;
    worker.handle('*', async (_task, { progress }) => {
      await new Promise<void>((resolve) => (go = resolve));
      progress(0.5, 'half way');
      return 1;
    });
    const handle = hub.submit({ description: 'x', input: null });
    const seen: unknown[] = [];
    handle.on('progress', (progress) => void seen.push(progress));
    await swarm.settle();
    go();
    await outcome(handle);
    expect(seen).toEqual([{ taskId: handle.id, executor: 'w', fraction: 0.5, note: 'half way' }]);
  });

  it('fails with what its executor throws, and is not tried again', async () => {
    const hub = await swarm.hub();
    let tries = 0;
    const worker = await swarm.join('w', hub);
    worker.handle('*', () => {
      tries += 1;
      throw new RangeError('bad input');
    });
    const handle = hub.submit({ description: 'x', input: null });
    await swarm.settle();
    const error = await failure(handle);
    expect(error).toSatisfy(code('ERR_TASK_FAILED'));
    expect(String((error as Error).message)).toContain('bad input');
    expect(tries).toBe(1);
    expect(hub.stats().receipts.verified).toBe(1);
  });

  it('fails when its executor returns what JSON cannot say, or too much', async () => {
    const hub = await swarm.hub();
    const worker = await swarm.join('w', hub);
    worker.handle('undefined', () => undefined as never);
    worker.handle('nan', () => Number.NaN);
    worker.handle('big', () => new Uint8Array(101));
    for (const type of ['undefined', 'nan', 'big']) {
      const budgets = { outputBytesMax: 100 };
      const handle = hub.submit({ description: 'x', type, input: null, budgets });
      await swarm.settle();
      expect(await failure(handle), type).toSatisfy(code('ERR_TASK_FAILED'));
    }
  });

  it('times out on its executor, whose signal is aborted', async () => {
    const hub = await swarm.hub();
    const worker = await swarm.join('w', hub);
    let aborted: unknown;
    worker.handle('*', (_task, { signal }) => {
      signal.addEventListener('abort', () => (aborted = signal.reason));
      return never();
    });
    const handle = hub.submit({ description: 'x', input: null, budgets: { timeoutMs: 200 } });
    await swarm.pass(300);
    expect(await failure(handle)).toSatisfy(code('ERR_TASK_TIMEOUT'));
    expect(aborted).toSatisfy(code('ERR_TIMEOUT'));
    expect((await swarm.settle(), hub.stats().receipts.verified)).toBe(1);
  });

  it('ends at its deadline', async () => {
    const hub = await swarm.hub();
    const deadline = swarm.clock.now() + 1_000;
    const handle = hub.submit({ description: 'x', input: null, deadline });
    await swarm.pass(2_000);
    expect(await failure(handle)).toSatisfy(code('ERR_TASK_DEADLINE'));
  });

  it('is taken from its executor at its deadline', async () => {
    const hub = await swarm.hub();
    const reasons: unknown[] = [];
    await swarm.join('w', hub, [], {}, (member) =>
      member.handle('*', (_task, { signal }) => {
        signal.addEventListener('abort', () => reasons.push(signal.reason));
        return never();
      }),
    );
    const deadline = swarm.clock.now() + 1_000;
    const handle = hub.submit({ description: 'x', input: null, deadline });
    await swarm.pass(2_000);
    expect(await failure(handle)).toSatisfy(code('ERR_TASK_DEADLINE'));
    expect(reasons).toEqual([expect.objectContaining({ name: 'AbortError' })]);
  });

  it('ends when cancelled, by the handle or by a signal, and its executor hears of it', async () => {
    const hub = await swarm.hub();
    const worker = await swarm.join('w', hub);
    let aborted = 0;
    worker.handle('*', (_task, { signal }) => {
      signal.addEventListener('abort', () => (aborted += 1));
      return never();
    });
    const abort = new AbortController();
    const first = hub.submit({ description: 'x', input: null });
    const second = hub.submit({ description: 'x', input: null }, { signal: abort.signal });
    await swarm.settle();
    first.cancel();
    first.cancel();
    abort.abort();
    expect(await failure(first)).toSatisfy(code('ERR_TASK_CANCELLED'));
    expect(await failure(second)).toSatisfy(code('ERR_TASK_CANCELLED'));
    await swarm.settle();
    expect(aborted).toBe(2);
    expect(hub.stats().tasks).toMatchObject({ cancelled: 2, open: 0 });
  });

  it('cancelled by a handler of a sibling’s event settles once', async () => {
    const hub = await swarm.hub();
    const deadline = swarm.clock.now() + 1_000;
    const handles = [1, 2, 3].map((input) => hub.submit({ description: 'x', input, deadline }));
    const ends: string[] = [];
    hub.on('task', ({ taskId, state }) => {
      if (state === 'waiting' || state === 'assigned') return;
      ends.push(taskId);
      for (const handle of handles) handle.cancel();
    });
    await swarm.pass(2_000);
    expect(ends.toSorted()).toEqual(handles.map(({ id }) => id).toSorted());
    expect(hub.stats().tasks).toMatchObject({ failed: 1, cancelled: 2, open: 0 });
  });

  it('is submitted once for one idempotency key', async () => {
    const hub = await swarm.hub();
    let runs = 0;
    await swarm.join('w', hub, [], {}, (member) => member.handle('*', () => (runs += 1)));
    const task = { description: 'x', input: null };
    const first = hub.submit(task, { idempotencyKey: 'k' });
    const second = hub.submit(task, { idempotencyKey: 'k' });
    expect(second).toBe(first);
    await outcome(first);
    expect(runs).toBe(1);
    const other = () => hub.submit({ ...task, description: 'y' }, { idempotencyKey: 'k' });
    expect(other).toThrow(/idempotencyKey must be new for another task/);
    expect(() => hub.submit(task, { idempotencyKey: 5 as never })).toThrow(TypeError);
  });

  it('of higher priority goes first', async () => {
    const hub = await swarm.hub();
    const order: Json[] = [];
    for (const priority of [1, 9, 5]) hub.submit({ description: 'x', input: priority, priority });
    const limits = { tasksRunningMax: 1 };
    await swarm.join('w', hub, [], { limits }, (member) =>
      member.handle('*', (task) => order.push(task.input as Json)),
    );
    await swarm.pass(1_000);
    expect(order).toEqual([9, 5, 1]);
  });

  it('names the field that is wrong', async () => {
    const hub = await swarm.hub();
    const submit = (task: object) => () => hub.submit(task as never);
    expect(submit({ input: 1 })).toThrow(/task.description must be a string/);
    expect(submit({ description: 'x' })).toThrow(/task.input/);
    expect(submit({ description: 'x', input: 1, priority: 10 })).toThrow(/task.priority/);
    expect(submit({ description: 'x', input: 1, budgets: { timeoutMs: 0 } })).toThrow(/timeoutMs/);
    expect(submit({ description: 'x', input: 1, when: 'now' })).toThrow(/task.when is not part/);
    expect(() => hub.handle('', () => null)).toThrow(/match/);
    expect(() => hub.handle('x', 1 as never)).toThrow(/executor must be a function/);
  });
});

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
    expect(await outcome(handle)).toBe('b');
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
    expect(await outcome(handle)).toBe('first');
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
    expect(await failure(handle)).toSatisfy(code('ERR_TASK_TIMEOUT'));
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
    expect(await failure(handle)).toSatisfy(code('ERR_TASK_ATTEMPTS'));
  });
});

describe('many tasks', () => {
  it('are spread over members with room, never more at once than a member takes', async () => {
    const limits = { tasksRunningMax: 2, tasksWaitingMax: 1, tasksPerMemberMax: 8 };
    const hub = await swarm.hub('hub', { limits });
    const running: Record<string, number> = {};
    let most = 0;
    const workers = [];
    for (const agentId of ['a', 'b', 'c'])
      workers.push(
        await swarm.join(agentId, hub, [], { limits }, (member) =>
          member.handle('*', async () => {
            running[agentId] = (running[agentId] ?? 0) + 1;
            most = Math.max(most, running[agentId]);
            await Promise.resolve();
            running[agentId] -= 1;
            return agentId;
          }),
        ),
      );
    const handles = Array.from({ length: 60 }, (_, input) =>
      hub.submit({ description: 'x', input }),
    );
    await swarm.pass(30_000);
    const executors = await Promise.all(handles.map((handle) => handle.result));
    expect(new Set(executors)).toEqual(new Set(['a', 'b', 'c']));
    expect(most).toBeLessThanOrEqual(2);
    expect(workers.map((worker) => worker.stats().tasks.executed).reduce((a, b) => a + b)).toBe(60);
  });

  it('all finish although one frame in twenty is lost on the way', async () => {
    for (const seed of [1, 2, 3]) {
      const own = new TestSwarm();
      let isLossy = false;
      const random = seededRandom(seed);
      const lossy = (agentId: string) => {
        const transport = new HeldTransport(own.network.transport(agentId));
        transport.loses = () => isLossy && random.next() < 0.05;
        return transport;
      };
      const hub = await own.hub('hub', { transport: lossy('hub') });
      for (const agentId of ['a', 'b'])
        await own.join(agentId, hub, [], { transport: lossy(agentId) }, (member) =>
          member.handle(
            '*',
            (task) =>
              new Promise((resolve) => {
                own.clock.setTimeout(() => resolve(task.input as Json), 200);
              }),
          ),
        );
      isLossy = true;
      const handles = Array.from({ length: 100 }, (_, input) =>
        hub.submit({ description: 'x', input, budgets: { timeoutMs: 2_000 }, attemptsMax: 20 }),
      );
      await own.pass(120_000);
      const results = await Promise.all(handles.map((handle) => handle.result));
      expect(results).toEqual(Array.from({ length: 100 }, (_, i) => i));
      await own.close();
    }
  });

  it('above the limit of open ones are refused', async () => {
    const hub = await swarm.hub('hub', { limits: { tasksOpenMax: 3 } });
    for (let i = 0; i < 3; i++) hub.submit({ description: 'x', input: i });
    expect(() => hub.submit({ description: 'x', input: 3 })).toThrow(/tasksOpenMax/);
  });

  it('all finish exactly once each whoever is killed, as long as one worker is left', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 2, maxLength: 2 }),
        fc.integer({ min: 1, max: 30 }),
        async (killedAtMs, taskCount) => {
          const own = new TestSwarm();
          const hub = await own.hub();
          const workers: P2PSwarm[] = [];
          for (const agentId of ['a', 'b', 'c'])
            workers.push(
              await own.join(agentId, hub, [], {}, (member) =>
                member.handle(
                  '*',
                  (task) =>
                    new Promise((resolve) => {
                      own.clock.setTimeout(() => resolve(task.input as Json), 700);
                    }),
                ),
              ),
            );
          const handles = Array.from({ length: taskCount }, (_, input) =>
            hub.submit({ description: `task ${input}`, input, budgets: { timeoutMs: 2_000 } }),
          );
          killedAtMs.forEach((ms, i) => own.clock.setTimeout(() => own.kill(workers[i]!), ms));
          await own.pass(60_000);
          const results = await Promise.all(handles.map((handle) => handle.result));
          expect(results).toEqual(Array.from({ length: taskCount }, (_, i) => i));
          expect(hub.stats().tasks).toMatchObject({ completed: taskCount, failed: 0, open: 0 });
          await own.close();
        },
      ),
      { numRuns: 15, seed: Number(process.env['FC_SEED'] ?? 1) },
    );
  }, 60_000);
});
