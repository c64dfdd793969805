import type { Json } from '@ruvector/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { TestSwarm } from './fixtures/members.js';
import { code, failure, never } from './fixtures/outcomes.js';

let swarm: TestSwarm;
beforeEach(() => void (swarm = new TestSwarm({ classical: true })));
afterEach(() => swarm.close());

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
    expect(await swarm.outcome(asJson)).toEqual({ length: 5 });
    expect(await swarm.outcome(asBytes)).toEqual(Uint8Array.of(3, 2, 1));
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
      await swarm.outcome(hub.submit({ description, input: null }));
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
    await swarm.outcome(handle);
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
    expect(await swarm.outcome(handle)).toBe('done');
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
    await swarm.outcome(handle);
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
    const error = await failure(handle.result);
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
      expect(await failure(handle.result), type).toSatisfy(code('ERR_TASK_FAILED'));
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
    expect(await failure(handle.result)).toSatisfy(code('ERR_TASK_TIMEOUT'));
    expect(aborted).toSatisfy(code('ERR_TIMEOUT'));
    expect((await swarm.settle(), hub.stats().receipts.verified)).toBe(1);
  });

  it('ends at its deadline', async () => {
    const hub = await swarm.hub();
    const deadline = swarm.clock.now() + 1_000;
    const handle = hub.submit({ description: 'x', input: null, deadline });
    await swarm.pass(2_000);
    expect(await failure(handle.result)).toSatisfy(code('ERR_TASK_DEADLINE'));
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
    expect(await failure(handle.result)).toSatisfy(code('ERR_TASK_DEADLINE'));
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
    expect(await failure(first.result)).toSatisfy(code('ERR_TASK_CANCELLED'));
    expect(await failure(second.result)).toSatisfy(code('ERR_TASK_CANCELLED'));
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
    await swarm.outcome(first);
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
