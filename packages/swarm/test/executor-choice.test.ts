import { describe, expect, it } from 'vitest';

import { TaskBench } from './fixtures/task-bench.js';

describe('the choice of an executor', () => {
  it('gives one member no more than its share at a time', () => {
    const bench = new TaskBench({ tasksPerMemberMax: 3 });
    bench.join('a');
    for (let i = 0; i < 10; i++) bench.submit();
    expect(bench.assigned).toHaveLength(3);
    bench.finish(bench.assigned[0]!, 1);
    expect(bench.assigned).toHaveLength(4);
  });

  it('spreads tasks of one meaning over members of one capability', () => {
    const bench = new TaskBench();
    bench.join('a', 'b', 'c');
    for (let i = 0; i < 9; i++) bench.submit();
    const counts = new Map<string, number>();
    for (const { executor } of bench.assigned)
      counts.set(executor, (counts.get(executor) ?? 0) + 1);
    expect([...counts.values()]).toEqual([3, 3, 3]);
  });

  it('leaves a member alone for 1, 2, 4 … s while it says that it is busy', () => {
    const bench = new TaskBench();
    bench.join('a');
    for (let i = 0; i < 100; i++) bench.submit();
    for (const assigned of [...bench.assigned]) bench.refuse(assigned, 'ERR_TASK_BUSY');
    expect(bench.assigned).toHaveLength(8);
    const times = [0];
    for (let second = 1; second < 300; second++) {
      const before = bench.assigned.length;
      bench.pass(1_000);
      if (bench.assigned.length === before) continue;
      times.push(second);
      bench.refuse(bench.last, 'ERR_TASK_BUSY');
    }
    const pauses = times.slice(1).map((at, i) => at - times[i]!);
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('after a busy answer gives a member what it has shown to take, and one more for each it finishes', () => {
    const bench = new TaskBench();
    bench.join('a');
    for (let i = 0; i < 100; i++) bench.submit();
    const [first, second, ...rest] = bench.assigned;
    for (const assigned of rest) bench.refuse(assigned, 'ERR_TASK_BUSY');
    bench.pass(60_000);
    expect(bench.assigned, 'the two that it took are all it gets').toHaveLength(8);
    bench.finish(first!, 1);
    expect(bench.assigned).toHaveLength(10);
    bench.refuse(bench.last, 'ERR_TASK_BUSY');
    bench.finish(second!, 1);
    expect(bench.assigned).toHaveLength(12);
  });

  it('gives a busy member more as soon as its heartbeat says that it has room, not before', () => {
    const bench = new TaskBench();
    bench.join('a');
    bench.submit({ deadline: bench.clock.now() + 86_400_000 });
    for (let i = 0; i < 6; i++) {
      bench.refuse(bench.last, 'ERR_TASK_BUSY');
      bench.pass(500);
      expect(bench.assigned, 'nothing was heard since').toHaveLength(i + 1);
      bench.beat('a', 1);
      bench.pass(500);
      bench.beat('a', 0.9);
      if (i < 5) bench.pass(500);
      else bench.ledger.dispatch();
      expect(bench.assigned).toHaveLength(i + 2);
    }
  });

  it('waits its time for a member whose way is blocked, whatever that says', async () => {
    const bench = new TaskBench();
    bench.join('a');
    bench.delivers = () => Promise.resolve(false);
    bench.submit();
    await Promise.resolve();
    await Promise.resolve();
    bench.beat('a', 0.1);
    bench.pass(500);
    expect(bench.assigned).toHaveLength(1);
    bench.pass(500);
    expect(bench.assigned).toHaveLength(2);
  });

  it('goes to others at once when one is busy', async () => {
    const bench = new TaskBench();
    bench.join('a', 'b');
    const task = bench.submit();
    const { executor } = bench.last;
    bench.refuse(bench.last, 'ERR_TASK_BUSY');
    expect(bench.last.executor).not.toBe(executor);
    bench.finish(bench.last, 'done');
    expect(await task.result).toBe('done');
  });
});
