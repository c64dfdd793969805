import { toHex } from '@ruvector/core';
import { describe, expect, it } from 'vitest';

import { manual, RunnerBench } from './fixtures/runner-bench.js';

describe('a result', () => {
  it('for which there is no room keeps its slot until it is taken, and nothing is done twice', async () => {
    const bench = new RunnerBench({ tasksRunningMax: 1 });
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
    const bench = new RunnerBench({ tasksRunningMax: 1 });
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
    const bench = new RunnerBench({ tasksRunningMax: 1 });
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
    const bench = new RunnerBench();
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
    const bench = new RunnerBench();
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
