import { toHex, type Json } from '@ruvector/core';
import { ManualClock } from '@ruvector/core/testing';
import type { Receipt } from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';

import {
  assignmentHash,
  decodeValue,
  encodeAssignment,
  encodeValue,
  hashText,
  type Assignment,
  type Value,
} from '../src/assignment.js';
import { checkLimits, type SwarmLimits } from '../src/limits.js';
import { TaskRunner, type Finished, type RunnerOptions } from '../src/task-runner.js';
import type { Executor } from '../src/task.js';
import type { Sent } from '../src/unsent-results.js';

const never = () => new Promise<Json>(() => undefined);

/** A runner whose messages are written down instead of sent. */
class Bench {
  readonly clock = new ManualClock();
  readonly started: string[] = [];
  readonly queued: string[] = [];
  readonly refused: string[] = [];
  readonly results: { name: string; finished: Finished; value: Value }[] = [];
  readonly errors: unknown[] = [];
  readonly runner: TaskRunner;
  /** What becomes of a result on its way. */
  transport: (output: Uint8Array) => Sent = () => 'taken';
  readonly #names = new Map<string, string>();
  #finished!: Finished;

  constructor(limits: Partial<SwarmLimits> = {}, changes: Partial<RunnerOptions> = {}) {
    const name = (taskId: Uint8Array) => this.#names.get(toHex(taskId)) ?? 'unknown';
    this.runner = new TaskRunner({
      clock: this.clock,
      agentId: 'w',
      swarmId: 's',
      limits: checkLimits(limits),
      sign: (finished) => {
        this.#finished = finished;
        return {} as Receipt;
      },
      sendStarted: (_to, taskId, attempt) => void this.started.push(`${name(taskId)}/${attempt}`),
      sendQueued: (_to, taskId, attempt) => void this.queued.push(`${name(taskId)}/${attempt}`),
      sendResult: async (_to, taskId, { output }) => {
        const sent = await this.transport(output);
        const [finished, value] = [this.#finished, decodeValue(output)];
        if (sent === 'taken') this.results.push({ name: name(taskId), finished, value });
        return sent;
      },
      sendRefusal: (_to, taskId, attempt, reason) =>
        void this.refused.push(`${name(taskId)}/${attempt} ${reason}`),
      sendProgress: () => undefined,
      onError: (error) => void this.errors.push(error),
      ...changes,
    });
  }

  /** `name` is also the input. */
  assign(name: string, changes: Partial<Assignment> = {}): Assignment {
    const input = encodeValue(name, 1_000);
    const taskId = this.taskId(name);
    const assignment: Assignment = {
      v: 1,
      swarm_id: 's',
      task_id: toHex(taskId),
      attempt: 1,
      assigner: 'hub',
      executor: 'w',
      description: 'work',
      type: null,
      capability: null,
      input_hash: hashText(input),
      deadline: this.clock.now() + 600_000,
      priority: 5,
      timeout_ms: 10_000,
      output_bytes_max: 1_000,
      ...changes,
    };
    const body = encodeAssignment(assignment, input);
    this.runner.hearAssignment(assignment.assigner, taskId, body);
    return assignment;
  }

  taskId(name: string): Uint8Array {
    const taskId = new Uint8Array(16);
    new TextEncoder().encodeInto(name, taskId);
    this.#names.set(toHex(taskId), name);
    return taskId;
  }

  pass(ms: number): Promise<void> {
    return this.clock.advanceAsync(ms);
  }
}

/** Ends when told, by task name; looks at its signal only if `isPolite`. */
function manual(isPolite = true) {
  const running = new Map<string, () => void>();
  const executor: Executor = (task, { signal }) =>
    new Promise((resolve, reject) => {
      const name = task.input as string;
      running.set(name, () => resolve(name));
      if (isPolite) signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
  return { executor, running };
}

describe('a runner', () => {
  it('says when it begins a task, which is when a slot is free', async () => {
    const bench = new Bench({ tasksRunningMax: 1 });
    const { executor, running } = manual();
    bench.runner.handle('*', executor);
    bench.assign('a');
    bench.assign('b');
    expect(bench.started).toEqual(['a/1']);
    running.get('a')!();
    await bench.pass(0);
    expect(bench.started).toEqual(['a/1', 'b/1']);
  });

  it('lets assigners take turns, each in its own order', async () => {
    const bench = new Bench({ tasksRunningMax: 1 });
    const done: string[] = [];
    bench.runner.handle('*', async (task) => {
      await Promise.resolve();
      done.push(task.input as string);
      return null;
    });
    for (const name of ['a1', 'a2', 'a3', 'a4']) bench.assign(name, { assigner: 'a' });
    for (const name of ['b1', 'b2']) bench.assign(name, { assigner: 'b' });
    bench.assign('c1', { assigner: 'c' });
    await bench.pass(0);
    expect(done).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
  });

  it('gives back a waiting task whose deadline has passed instead of starting it', async () => {
    const bench = new Bench({ tasksRunningMax: 1 });
    const { executor, running } = manual();
    bench.runner.handle('*', executor);
    bench.assign('a');
    bench.assign('late', { deadline: bench.clock.now() + 1_000 });
    bench.assign('b');
    await bench.pass(1_000);
    running.get('a')!();
    await bench.pass(0);
    expect(bench.refused).toEqual(['late/1 ERR_TASK_DEADLINE']);
    expect(bench.started).toEqual(['a/1', 'b/1']);
  });

  it('takes the time that a task took from the monotonic clock', async () => {
    const bench = new Bench();
    const { executor, running } = manual();
    bench.runner.handle('*', executor);
    const startedAt = bench.clock.now();
    bench.assign('a');
    await bench.pass(700);
    bench.clock.jump(-3_600_000);
    running.get('a')!();
    await bench.pass(0);
    expect(bench.results[0]!.finished).toMatchObject({ startedAt, finishedAt: startedAt + 700 });
  });

  it('refuses an assignment whose task id is not that of the message', () => {
    const bench = new Bench();
    bench.runner.handle('*', never);
    expect(() => bench.assign('a', { task_id: 'f'.repeat(32) })).toThrow(/task_id does not fit/);
  });

  it('tells of the executor’s own error however small the result must be', async () => {
    const bench = new Bench();
    bench.runner.handle('*', () => {
      throw new RangeError('boom');
    });
    bench.assign('a', { output_bytes_max: 1 });
    await bench.pass(0);
    expect(bench.results[0]).toMatchObject({
      finished: { status: 'Error' },
      value: { message: 'boom' },
    });
  });

  it('reports an error that cannot even be looked at', async () => {
    const bench = new Bench();
    bench.runner.handle('*', () => {
      throw Object.defineProperty(new Error(), 'message', {
        get: () => {
          throw new Error('hostile');
        },
      });
    });
    bench.assign('a');
    await bench.pass(0);
    expect(bench.results[0]!.finished.status).toBe('Error');
  });

  for (const broken of ['sign', 'sendResult', 'sendStarted'] as const)
    it(`goes on with a free slot when ${broken} throws`, async () => {
      const fail = () => {
        throw new Error(`${broken} is broken`);
      };
      const bench = new Bench({ tasksRunningMax: 1 }, { [broken]: fail });
      bench.runner.handle('*', () => 1);
      for (const name of ['a', 'b', 'c']) bench.assign(name);
      await bench.pass(0);
      expect(bench.errors.map(String)).toEqual(Array(3).fill(`Error: ${broken} is broken`));
      expect(bench.runner.load).toBe(0);
      await bench.runner.leave();
    });
});

describe('a later attempt at a task that is here', () => {
  it('is not begun beside the one that runs: its start is told, and one result sent', async () => {
    const bench = new Bench();
    const { executor, running } = manual();
    bench.runner.handle('*', executor);
    const first = bench.assign('a');
    bench.assign('a', { attempt: 2 });
    expect(bench.started).toEqual(['a/1', 'a/2']);
    running.get('a')!();
    await bench.pass(0);
    expect(bench.results.map(({ finished }) => finished.assignmentHash)).toEqual([
      assignmentHash(first),
    ]);
  });

  it('takes the place of the one that waits', async () => {
    const bench = new Bench({ tasksRunningMax: 1 });
    const { executor, running } = manual();
    bench.runner.handle('*', executor);
    bench.assign('busy');
    bench.assign('a');
    const second = bench.assign('a', { attempt: 2 });
    running.get('busy')!();
    await bench.pass(0);
    running.get('a')!();
    await bench.pass(0);
    expect(bench.started).toEqual(['busy/1', 'a/2']);
    expect(bench.results[1]!.finished.assignmentHash).toBe(assignmentHash(second));
  });

  it('is begun anew after the one before was withdrawn', async () => {
    const bench = new Bench();
    const { executor } = manual(false);
    bench.runner.handle('*', executor);
    bench.assign('a');
    bench.runner.withdraw('hub', toHex(bench.taskId('a')));
    bench.assign('a', { attempt: 2 });
    await bench.pass(0);
    expect(bench.started).toEqual(['a/1', 'a/2']);
    expect(bench.runner.load).toBe(2 / 68);
  });
});

describe('asked about a task, a runner', () => {
  it('tells that it has begun it, or that it waits, and refuses what it does not know', () => {
    const bench = new Bench({ tasksRunningMax: 1 });
    bench.runner.handle('*', never);
    for (const name of ['running', 'waiting']) bench.assign(name);
    bench.started.length = 0;
    for (const name of ['running', 'waiting', 'gone'])
      bench.runner.hearQuestion('hub', bench.taskId(name), 3);
    bench.runner.hearQuestion('stranger', bench.taskId('running'), 1);
    expect(bench.started).toEqual(['running/3']);
    expect(bench.queued).toEqual(['waiting/3']);
    expect(bench.refused).toEqual(['gone/3 ERR_TASK_UNKNOWN', 'running/1 ERR_TASK_UNKNOWN']);
  });
});

describe('a full runner', () => {
  const limits = { tasksRunningMax: 1, tasksWaitingMax: 4 };

  it('gives back the last task of who has most for one of an assigner with fewer', () => {
    const bench = new Bench(limits);
    bench.runner.handle('*', never);
    for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) bench.assign(name, { assigner: 'a' });
    bench.assign('b1', { assigner: 'b' });
    expect(bench.refused).toEqual(['a5/1 ERR_TASK_BUSY']);
    bench.assign('b2', { assigner: 'b' });
    expect(bench.refused).toEqual(['a5/1 ERR_TASK_BUSY', 'a4/1 ERR_TASK_BUSY']);
    bench.assign('a6', { assigner: 'a' });
    bench.assign('b3', { assigner: 'b' });
    expect(bench.refused.slice(2), 'a has 3, b has 2').toEqual([
      'a6/1 ERR_TASK_BUSY',
      'b3/1 ERR_TASK_BUSY',
    ]);
    expect(bench.runner.load).toBe(1);
  });

  it('gives nothing back for a task that nobody here can do', () => {
    const bench = new Bench(limits);
    bench.runner.handle('work', never);
    for (let i = 0; i < 5; i++) bench.assign(`a${i}`, { assigner: 'a', type: 'work' });
    bench.assign('b', { assigner: 'b', type: 'play' });
    expect(bench.refused).toEqual(['b/1 ERR_TASK_NO_EXECUTOR']);
  });
});

describe('a result', () => {
  it('for which there is no room keeps its slot until it is taken, and nothing is done twice', async () => {
    const bench = new Bench({ tasksRunningMax: 1 });
    bench.runner.handle('*', (task) => task.input as string);
    bench.transport = () => 'full';
    for (const name of ['a', 'b']) bench.assign(name);
    await bench.pass(60_000);
    expect(bench.started).toEqual(['a/1']);
    bench.runner.hearQuestion('hub', bench.taskId('a'), 1);
    bench.assign('a', { attempt: 2 });
    expect(bench.started).toEqual(['a/1', 'a/1', 'a/2']);
    bench.transport = () => 'taken';
    await bench.pass(1_000);
    expect(bench.results.map(({ value }) => value)).toEqual(['a', 'b']);
    expect(bench.runner.executed).toBe(2);
  });

  it('of an assigner that cannot be reached frees its slot, and is sent when that asks or is back', async () => {
    const bench = new Bench({ tasksRunningMax: 1 });
    bench.runner.handle('*', (task) => task.input as string);
    bench.transport = () => 'gone';
    for (const name of ['a', 'b']) bench.assign(name);
    await bench.pass(0);
    expect(bench.started).toEqual(['a/1', 'b/1']);
    expect(bench.runner.load).toBe(0);
    bench.transport = () => 'taken';
    bench.assign('b', { attempt: 2 }); // which asks for it as a question does
    expect(bench.started).toEqual(['a/1', 'b/1', 'b/2']);
    await bench.pass(0);
    expect(bench.results.map(({ value }) => value)).toEqual(['b']);
    bench.runner.assignerBack('hub');
    await bench.pass(0);
    expect(bench.results.map(({ value }) => value)).toEqual(['b', 'a']);
    expect([bench.refused, bench.runner.executed]).toEqual([[], 2]);
  });

  it('that nobody wants any more frees its slot, also after a timeout', async () => {
    const bench = new Bench({ tasksRunningMax: 1 });
    const { executor } = manual();
    bench.runner.handle('*', executor);
    bench.transport = () => 'full';
    for (const name of ['a', 'b']) bench.assign(name, { timeout_ms: 1_000 });
    await bench.pass(5_000);
    expect(bench.started).toEqual(['a/1']);
    bench.runner.withdraw('hub', toHex(bench.taskId('a')));
    await bench.pass(0);
    expect(bench.started).toEqual(['a/1', 'b/1']);
  });

  it('that no transport ever takes is told as an error', async () => {
    const bench = new Bench();
    bench.runner.handle('*', () => 'x'.repeat(500));
    bench.transport = (output) => {
      if (output.length > 400) throw new RangeError('above the frame limit');
      return 'taken';
    };
    bench.assign('a');
    await bench.pass(0);
    expect(bench.results).toEqual([
      expect.objectContaining({
        finished: expect.objectContaining({ status: 'Error' }),
        value: expect.objectContaining({ message: 'above the frame limit' }),
      }),
    ]);
    expect(bench.errors).toEqual([]);
  });

  it('that finds no room keeps its member from leaving until it is taken', async () => {
    const bench = new Bench();
    bench.runner.handle('*', () => 1);
    bench.transport = () => 'full';
    bench.assign('a');
    let left = false;
    void bench.runner.leave().then(() => (left = true));
    await bench.pass(5_000);
    expect([left, bench.runner.load]).toEqual([false, 1]);
    bench.transport = () => 'taken';
    await bench.pass(500);
    expect([left, bench.results.length]).toEqual([true, 1]);
  });
});

describe('an executor that ignores its signal', () => {
  it('does not keep its member from leaving longer than its timeout and a second', async () => {
    const bench = new Bench();
    bench.runner.handle('*', never);
    bench.assign('a', { timeout_ms: 3_000 });
    bench.assign('b', { timeout_ms: 5_000 });
    let left = false;
    void bench.runner.leave().then(() => (left = true));
    await bench.pass(5_999);
    expect(left).toBe(false);
    await bench.pass(1);
    expect(left).toBe(true);
    expect(bench.results.map(({ finished }) => finished.status)).toEqual(['Timeout', 'Timeout']);
  });

  it('does not keep it at all when it was stuck before', async () => {
    const bench = new Bench();
    bench.runner.handle('*', never);
    bench.assign('a', { timeout_ms: 1_000 });
    await bench.pass(2_000);
    await bench.runner.leave();
    expect(bench.results).toHaveLength(1);
  });

  it('in every slot makes the runner refuse more, and give back what waits', async () => {
    const bench = new Bench({ tasksRunningMax: 2 });
    const { executor, running } = manual(false);
    bench.runner.handle('*', executor);
    for (const name of ['a', 'b', 'c']) bench.assign(name, { timeout_ms: 1_000 });
    await bench.pass(1_000);
    expect(bench.refused).toEqual([]);
    await bench.pass(1_000);
    expect(bench.refused).toEqual(['c/1 ERR_TASK_BUSY']);
    bench.assign('d');
    expect(bench.refused).toEqual(['c/1 ERR_TASK_BUSY', 'd/1 ERR_TASK_BUSY']);
    expect(bench.runner.load).toBe(1);
    running.get('a')!();
    await bench.pass(0);
    bench.assign('e');
    expect(bench.started.at(-1)).toBe('e/1');
    expect(bench.runner.load).toBeLessThan(1);
  });

  it('in one slot of two leaves the other to the tasks that wait', async () => {
    const bench = new Bench({ tasksRunningMax: 2 });
    const { executor, running } = manual(false);
    bench.runner.handle('*', executor);
    bench.assign('stuck', { timeout_ms: 1_000 });
    for (const name of ['a', 'b']) bench.assign(name, { timeout_ms: 60_000 });
    await bench.pass(2_000);
    running.get('a')!();
    await bench.pass(0);
    expect(bench.started).toEqual(['stuck/1', 'a/1', 'b/1']);
    expect(bench.refused).toEqual([]);
  });
});

describe('leaving', () => {
  it('waits for what runs and gives back what waits', async () => {
    const bench = new Bench({ tasksRunningMax: 1 });
    const { executor, running } = manual();
    bench.runner.handle('*', executor);
    for (const name of ['a', 'b']) bench.assign(name);
    const left = bench.runner.leave();
    expect(bench.refused).toEqual(['b/1 ERR_TASK_LEAVING']);
    bench.assign('c');
    expect(bench.refused.at(-1)).toBe('c/1 ERR_TASK_LEAVING');
    running.get('a')!();
    await left;
    expect(bench.results.map(({ name }) => name)).toEqual(['a']);
  });

  it('ends at once when the member is closed meanwhile, and nothing is signed any more', async () => {
    const bench = new Bench();
    const { executor, running } = manual(false);
    bench.runner.handle('*', executor);
    bench.assign('a');
    const left = bench.runner.leave();
    bench.runner.close();
    await left;
    running.get('a')!();
    await bench.pass(0);
    expect(bench.results).toEqual([]);
  });
});
