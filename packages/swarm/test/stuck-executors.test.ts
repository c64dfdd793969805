import { describe, expect, it } from 'vitest';

import { never } from './fixtures/outcomes.js';
import { manual, RunnerBench } from './fixtures/runner-bench.js';

describe('an executor that ignores its signal', () => {
  it('does not keep its member from leaving longer than its timeout and a second', async () => {
    const bench = new RunnerBench();
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
    const bench = new RunnerBench();
    bench.runner.handle('*', never);
    bench.assign('a', { timeout_ms: 1_000 });
    await bench.pass(2_000);
    await bench.runner.leave();
    expect(bench.results).toHaveLength(1);
  });

  it('in every slot makes the runner refuse more, and give back what waits', async () => {
    const bench = new RunnerBench({ tasksRunningMax: 2 });
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
    const bench = new RunnerBench({ tasksRunningMax: 2 });
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
    const bench = new RunnerBench({ tasksRunningMax: 1 });
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
    const bench = new RunnerBench();
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
