import { ClosedError } from '@ruvector/core';
import { describe, expect, it } from 'vitest';

import { code, failure } from './fixtures/outcomes.js';
import { TaskBench } from './fixtures/task-bench.js';

describe('a lease', () => {
  it('runs from when the executor says that it begins', async () => {
    const bench = new TaskBench();
    bench.join('a');
    const task = bench.submit({ budgets: { timeoutMs: 1_000 } });
    bench.pass(60_000);
    expect(task.state, 'it waits at the executor').toBe('assigned');
    bench.start(bench.last);
    bench.pass(5_500);
    expect(bench.events.at(-1)).toMatchObject({ state: 'assigned', attempt: 1 });
    bench.start(bench.last); // once more makes it no longer
    bench.pass(500);
    expect(bench.events.map(({ reason }) => reason)).toContain('its lease ended');
  });

  it('is not begun by who has not the task, or for an earlier attempt', () => {
    const bench = new TaskBench();
    bench.join('a');
    bench.submit({ budgets: { timeoutMs: 1_000 } });
    const first = bench.last;
    bench.gone('a');
    bench.back('a');
    bench.start(first);
    bench.start({ ...bench.last, executor: 'b' });
    bench.pass(9_000);
    expect(bench.assigned).toHaveLength(2);
  });

  it('not begun after 10 s makes us ask, and who does not know the task loses it without a strike', async () => {
    const bench = new TaskBench();
    bench.join('a');
    const task = bench.submit({ attemptsMax: 1 });
    bench.pass(9_500);
    expect(bench.asked).toEqual([]);
    bench.pass(20_500);
    expect(bench.asked).toEqual(Array(3).fill({ executor: 'a', attempt: 1 }));
    bench.refuse(bench.last, 'ERR_TASK_UNKNOWN');
    bench.pass(1_000);
    expect(bench.assigned).toHaveLength(2);
    bench.finish(bench.last, 1);
    expect(await task.result).toBe(1);
  });
});

describe('a task that was given away', () => {
  it('is asked after every 10 s, begun or not, and stays where it is while it is answered for', () => {
    const bench = new TaskBench();
    bench.join('a');
    const deadline = bench.clock.now() + 86_400_000;
    const task = bench.submit({ deadline, budgets: { timeoutMs: 80_000_000 } });
    bench.pass(35_000);
    bench.start(bench.last);
    bench.pass(3_600_000);
    expect(task.state).toBe('assigned');
    expect(bench.asked).toHaveLength(3 + 360);
    expect(bench.assigned).toHaveLength(1);
  });

  it('and begun, but is not known any more, goes to another at once and counts as lost', async () => {
    const bench = new TaskBench();
    bench.join('a');
    const task = bench.submit({ budgets: { timeoutMs: 600_000 } });
    const first = bench.last;
    bench.start(first);
    bench.join('b');
    bench.pass(10_000);
    bench.refuse(first, 'ERR_TASK_UNKNOWN');
    expect(bench.last).toMatchObject({ executor: 'b', assignment: { attempt: 2 } });
    bench.finish(first, 'after all');
    expect(await task.result).toBe('after all');
  });

  it('but not begun, and is not known, has its result counted if it comes after all', async () => {
    const bench = new TaskBench();
    bench.join('a');
    const task = bench.submit();
    bench.refuse(bench.last, 'ERR_TASK_UNKNOWN');
    bench.finish(bench.last, 'after all');
    expect(await task.result).toBe('after all');
  });

  for (const isBegun of [false, true])
    it(`goes to another after two questions without an answer (begun: ${isBegun})`, async () => {
      const bench = new TaskBench();
      bench.answers = false;
      bench.join('ghost');
      const task = bench.submit({ budgets: { timeoutMs: 600_000 } });
      const first = bench.last;
      if (isBegun) bench.start(first);
      bench.join('b');
      bench.pass(29_500);
      expect(bench.asked).toHaveLength(2);
      expect(bench.assigned).toHaveLength(1);
      bench.pass(500);
      expect(bench.withdrawn).toEqual(['ghost']);
      expect(bench.last).toMatchObject({ executor: 'b', assignment: { attempt: 2 } });
      bench.finish(first, 'it lived');
      expect(await task.result).toBe('it lived');
    });

  it('to a member that does not answer leaves that alone for a minute, whatever its heartbeat says', () => {
    const bench = new TaskBench();
    bench.answers = false;
    bench.join('ghost');
    const deadline = bench.clock.now() + 86_400_000;
    for (let i = 0; i < 9; i++) bench.submit({ deadline });
    bench.pass(30_000);
    expect(bench.assigned).toHaveLength(8);
    bench.beat('ghost', 0.1);
    bench.pass(59_500);
    expect(bench.assigned).toHaveLength(8);
    bench.pass(500);
    expect(bench.assigned).toHaveLength(16);
  });
});

describe('a ledger whose own process stood still', () => {
  it('does not take the time for that of its executors', () => {
    const bench = new TaskBench();
    bench.answers = false;
    bench.join('a');
    const deadline = bench.clock.now() + 86_400_000;
    const task = bench.submit({ deadline, budgets: { timeoutMs: 7_000 } });
    bench.start(bench.last);
    bench.pass(5_000);
    bench.clock.advance(3_600_000);
    bench.ledger.tick();
    expect([task.state, bench.asked.length]).toEqual(['assigned', 0]);
    bench.pass(5_000); // half a second of the hour was its own heartbeat
    expect(bench.asked).toHaveLength(1);
    expect(bench.assigned).toHaveLength(1);
    bench.pass(1_500);
    expect(bench.withdrawn).toEqual(['a']);
    expect(bench.events.map(({ reason }) => reason)).toContain('its lease ended');
  });

  it('ends tasks past their deadline all the same', async () => {
    const bench = new TaskBench();
    const task = bench.submit({ deadline: bench.clock.now() + 60_000 });
    bench.pass(1_000);
    bench.clock.advance(3_600_000);
    bench.ledger.tick();
    expect(await failure(task.result)).toSatisfy(code('ERR_TASK_DEADLINE'));
  });
});

describe('a task that ends', () => {
  it('at its deadline is withdrawn from its executor', async () => {
    const bench = new TaskBench();
    bench.join('a');
    const task = bench.submit({ deadline: bench.clock.now() + 1_000 });
    bench.pass(1_000);
    expect(await failure(task.result)).toSatisfy(code('ERR_TASK_DEADLINE'));
    expect(bench.withdrawn).toEqual(['a']);
  });

  it('is not withdrawn from the executor that did it', async () => {
    const bench = new TaskBench();
    bench.join('a');
    const task = bench.submit();
    bench.finish(bench.last, 1);
    await task.result;
    expect(bench.withdrawn).toEqual([]);
  });

  for (const how of ['tick', 'memberGone', 'close'] as const)
    it(`takes its siblings with it when a handler of its event cancels them, each once (${how})`, () => {
      const bench = new TaskBench({ tasksPerMemberMax: 100 });
      bench.join('a');
      const deadline = bench.clock.now() + 1_000;
      const tasks = Array.from({ length: 10 }, () => bench.submit({ deadline, attemptsMax: 1 }));
      bench.onEvent = ({ state }) => {
        if (state === 'failed' || state === 'cancelled') for (const task of tasks) task.cancel();
      };
      if (how === 'tick') bench.pass(1_000);
      if (how === 'memberGone') bench.gone('a');
      if (how === 'close') bench.close(new ClosedError('bench'));
      const ends = bench.events.filter(({ state }) => state !== 'waiting' && state !== 'assigned');
      expect(ends).toHaveLength(10);
      const { failed, cancelled } = bench.ledger.tally;
      expect(failed + cancelled).toBe(10);
      expect(bench.ledger.openCount).toBe(0);
    });

  it('because the ledger closes is not followed by one that its handler submits', () => {
    const bench = new TaskBench();
    bench.submit();
    let thrown: unknown;
    bench.onEvent = () => {
      try {
        bench.submit();
      } catch (error) {
        thrown = error;
      }
    };
    bench.close(new ClosedError('bench'));
    expect(thrown).toSatisfy(code('ERR_CLOSED'));
    expect(bench.ledger.openCount).toBe(0);
  });
});
