import { describe, expect, it, vi } from 'vitest';

import { TaskBench } from './fixtures/task-bench.js';

describe('tasks that wait', () => {
  it('go by priority also when they were refused before, and first when one has lost them', () => {
    const bench = new TaskBench({ tasksPerMemberMax: 1 });
    bench.join('a');
    const submit = (input: string, priority: number) => bench.submit({ input, priority }).id;
    const refused = submit('refused', 1);
    bench.refuse(bench.last);
    const lost = submit('lost', 0);
    bench.gone('a');
    const urgent = submit('urgent', 9);
    const order: string[] = [];
    bench.back('a');
    for (let i = 0; i < 3; i++) {
      order.push(bench.last.assignment.task_id);
      bench.finish(bench.last, 1);
    }
    expect(order).toEqual([lost, urgent, refused]);
  });

  it('for a member that is not there are not looked at for each that is submitted', () => {
    const bench = new TaskBench();
    bench.join('a');
    const next = vi.spyOn(bench.choice, 'next');
    for (let i = 0; i < 100; i++) bench.submit({ capability: 'not there' });
    expect(next).not.toHaveBeenCalled();
    const task = bench.submit();
    expect([task.state, bench.last.assignment.task_id]).toEqual(['assigned', task.id]);
  });

  it('are given out, the first first, when room comes with the next one that is submitted', () => {
    const bench = new TaskBench({ tasksPerMemberMax: 1 });
    bench.join('a');
    const first = bench.submit();
    bench.refuse(bench.last, 'ERR_TASK_BUSY');
    bench.beat('a', 0.5);
    bench.submit();
    expect(bench.last.assignment.task_id).toBe(first.id);
  });
});

describe('a refused task', () => {
  it('is offered to the same member after 1, 2, 4 … 60 s, always as the first attempt', () => {
    const bench = new TaskBench();
    bench.join('a');
    bench.submit({ deadline: bench.clock.now() + 86_400_000 });
    for (let i = 0; i < 9; i++) {
      bench.refuse(bench.last);
      while (bench.assigned.length === i + 1) bench.pass(500);
    }
    const times = bench.assigned.map(({ at }) => at / 1000);
    const pauses = times.slice(1).map((at, i) => at - times[i]!);
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect(new Set(bench.assigned.map(({ assignment }) => assignment.attempt))).toEqual(
      new Set([1]),
    );
  });

  it('is offered anew to a member that comes back', () => {
    const bench = new TaskBench();
    bench.join('a');
    bench.submit();
    for (let i = 0; i < 5; i++) {
      bench.refuse(bench.last);
      bench.pass(i < 4 ? 60_000 : 500);
    }
    expect(bench.assigned).toHaveLength(5);
    bench.gone('a');
    bench.back('a');
    expect(bench.assigned).toHaveLength(6);
  });

  it('is not taken back by a refusal that was meant for an earlier attempt', () => {
    const bench = new TaskBench();
    bench.join('a');
    const task = bench.submit();
    const first = bench.last;
    bench.gone('a');
    bench.back('a');
    bench.refuse(first);
    expect(task.state).toBe('assigned');
  });

  it('of a busy member does not make us send it all the others', () => {
    const bench = new TaskBench({ tasksPerMemberMax: 1 });
    bench.join('a');
    for (let i = 0; i < 1_000; i++) bench.submit({ input: 'x'.repeat(1_000) });
    for (let second = 0; second < 120; second++) {
      const { length } = bench.assigned;
      bench.refuse(bench.last, 'ERR_TASK_BUSY');
      while (bench.assigned.length === length && second < 120) {
        bench.pass(1_000);
        second += 1;
      }
    }
    expect(bench.assigned.length).toBeLessThan(12);
  });

  it('goes to the busy member as soon as that has finished another one', () => {
    const bench = new TaskBench({ tasksPerMemberMax: 3 });
    bench.join('a');
    for (let i = 0; i < 4; i++) bench.submit();
    const [first, second] = bench.assigned;
    bench.refuse(second!, 'ERR_TASK_BUSY');
    bench.finish(first!, 1);
    expect(bench.assigned.length).toBeGreaterThan(3);
  });

  it('is tried again when our own outbox was full', async () => {
    const bench = new TaskBench();
    bench.join('a');
    bench.delivers = () => Promise.resolve(false);
    const task = bench.submit();
    await Promise.resolve();
    await Promise.resolve();
    expect(task.state).toBe('waiting');
    bench.delivers = () => Promise.resolve(true);
    bench.pass(1_000);
    expect(bench.assigned).toHaveLength(2);
    expect(bench.last.assignment.attempt).toBe(1);
  });
});
