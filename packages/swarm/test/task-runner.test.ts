import { toHex } from '@ruvector/core';
import { describe, expect, it } from 'vitest';

import { assignmentHash } from '../src/assignment.js';
import { never } from './fixtures/outcomes.js';
import { manual, RunnerBench } from './fixtures/runner-bench.js';

describe('a runner', () => {
  it('says when it begins a task, which is when a slot is free', async () => {
    const bench = new RunnerBench({ tasksRunningMax: 1 });
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
    const bench = new RunnerBench({ tasksRunningMax: 1 });
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
    const bench = new RunnerBench({ tasksRunningMax: 1 });
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
    const bench = new RunnerBench();
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
    const bench = new RunnerBench();
    bench.runner.handle('*', never);
    expect(() => bench.assign('a', { task_id: 'f'.repeat(32) })).toThrow(/task_id does not fit/);
  });

  it('tells of the executor’s own error however small the result must be', async () => {
    const bench = new RunnerBench();
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
    const bench = new RunnerBench();
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
      const bench = new RunnerBench({ tasksRunningMax: 1 }, { [broken]: fail });
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
    const bench = new RunnerBench();
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
    const bench = new RunnerBench({ tasksRunningMax: 1 });
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
    const bench = new RunnerBench();
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
    const bench = new RunnerBench({ tasksRunningMax: 1 });
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
    const bench = new RunnerBench(limits);
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
    const bench = new RunnerBench(limits);
    bench.runner.handle('work', never);
    for (let i = 0; i < 5; i++) bench.assign(`a${i}`, { assigner: 'a', type: 'work' });
    bench.assign('b', { assigner: 'b', type: 'play' });
    expect(bench.refused).toEqual(['b/1 ERR_TASK_NO_EXECUTOR']);
  });
});
