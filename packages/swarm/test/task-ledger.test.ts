import { ClosedError, isEdgeError } from '@ruvector/core';
import { describe, expect, it, vi } from 'vitest';

import { encodeValue } from '../src/assignment.js';
import { TaskBench } from './fixtures/task-bench.js';

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.unreachable('the task should have failed'),
    (error: unknown) => error,
  );
const code = (expected: string) => (error: unknown) => isEdgeError(error, expected);

describe('a result that comes late', () => {
  it('of an executor that was given up completes the task while it waits', async () => {
    const bench = new TaskBench();
    bench.join('a');
    const task = bench.submit();
    const first = bench.last;
    bench.gone('a');
    expect(task.state).toBe('waiting');
    bench.finish(first, 'done');
    expect(await task.result).toBe('done');
    expect(bench.ledger.tally).toMatchObject({ receiptsVerified: 1, receiptsRejected: 0 });
    bench.back('a');
    expect(bench.assigned).toHaveLength(1);
  });

  it('completes the task while another has it, who hears that it need not go on', async () => {
    const bench = new TaskBench();
    bench.join('a');
    const task = bench.submit();
    const first = bench.last;
    bench.join('b');
    bench.gone('a');
    expect(bench.last).toMatchObject({ executor: 'b', assignment: { attempt: 2 } });
    bench.withdrawn.length = 0;
    bench.finish(first, 'from a');
    expect(await task.result).toBe('from a');
    expect((await task.receipt).executor).toBe('a');
    expect(bench.withdrawn).toEqual(['b']);
  });

  it('counts for the first of two attempts by the same executor', async () => {
    const bench = new TaskBench();
    bench.join('a');
    const task = bench.submit();
    const first = bench.last;
    bench.gone('a');
    bench.back('a');
    expect(bench.last.assignment.attempt).toBe(2);
    bench.withdrawn.length = 0;
    bench.finish(first, 'done');
    expect(await task.result).toBe('done');
    expect(bench.withdrawn).toEqual(['a']);
    bench.finish(bench.last, 'done again');
    expect(bench.ledger.tally).toMatchObject({ duplicates: 1, receiptsRejected: 0, completed: 1 });
  });

  it('is a duplicate once the task has settled', () => {
    const bench = new TaskBench();
    bench.join('a');
    bench.submit();
    bench.finish(bench.last, 1);
    bench.finish(bench.last, 1);
    expect(bench.ledger.tally).toMatchObject({ completed: 1, duplicates: 1, receiptsVerified: 1 });
  });
});

describe('a result that is not what was asked for', () => {
  const damaged: Record<string, (bench: TaskBench) => void> = {
    'has the receipt of another assignment': (bench) =>
      bench.finish({ ...bench.last, assignment: { ...bench.last.assignment, attempt: 7 } }, 'x'),
    'is of an unknown kind': (bench) =>
      bench.finish(bench.last, null, { output: Uint8Array.of(9, 1) }),
    'is not JSON though it says so': (bench) =>
      bench.finish(bench.last, null, { output: Uint8Array.of(1, 0x7b) }),
    'is empty': (bench) => bench.finish(bench.last, null, { output: new Uint8Array(0) }),
    'is longer than allowed': (bench) => bench.finish(bench.last, 'x'.repeat(200)),
    'cannot be read at all': (bench) =>
      bench.ledger.hearResult('a', bench.last.taskId, Uint8Array.of(1, 2, 3)),
  };

  for (const [name, send] of Object.entries(damaged))
    it(`because it ${name} counts against its executor, and another does the task`, async () => {
      const bench = new TaskBench();
      bench.join('a');
      const task = bench.submit({ budgets: { outputBytesMax: 100 } });
      send(bench);
      expect(bench.ledger.tally).toMatchObject({ receiptsRejected: 1, receiptsVerified: 0 });
      expect(bench.withdrawn).toEqual(['a']);
      bench.pass(120_000);
      expect(bench.assigned, 'a is never asked again').toHaveLength(1);
      bench.join('b');
      bench.finish(bench.last, 'good');
      expect(await task.result).toBe('good');
    });

  it('from a member that does not have the task changes nothing for the one that has it', async () => {
    const bench = new TaskBench();
    bench.join('a', 'b');
    const task = bench.submit();
    const { executor } = bench.last;
    const other = executor === 'a' ? 'b' : 'a';
    bench.finish({ ...bench.last, executor: other }, 'stolen');
    expect(task.state).toBe('assigned');
    expect(bench.ledger.tally.receiptsRejected).toBe(1);
    bench.finish(bench.last, 'own');
    expect(await task.result).toBe('own');
  });
});

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

describe('a failure', () => {
  for (const status of ['Timeout', 'OutOfMemory'])
    it(`of a lost attempt with ${status} is a duplicate: another has the task, or will`, async () => {
      const bench = new TaskBench();
      bench.join('a', 'b');
      const task = bench.submit();
      const first = bench.last;
      bench.start(first);
      bench.gone(first.executor);
      const second = bench.last;
      bench.start(second);
      const late = { code: 'ERR_TIMEOUT', message: 'timed out', details: {} };
      bench.finish(first, late, { status });
      expect(task.state).toBe('assigned');
      expect(bench.ledger.tally).toMatchObject({ duplicates: 1, receiptsRejected: 0, failed: 0 });
      bench.gone(second.executor);
      bench.finish(second, late, { status });
      expect(task.state).toBe('waiting');
      bench.back('a');
      bench.finish(bench.last, 'fine');
      expect(await task.result).toBe('fine');
    });

  it('with Timeout of the present attempt settles the task', async () => {
    const bench = new TaskBench();
    bench.join('a');
    const task = bench.submit();
    const wire = { code: 'ERR_TIMEOUT', message: 'timed out', details: {} };
    bench.finish(bench.last, wire, { status: 'Timeout' });
    expect(await failure(task.result)).toSatisfy(code('ERR_TASK_TIMEOUT'));
  });

  it('reported late settles the task as one in time would', async () => {
    const bench = new TaskBench();
    bench.join('a');
    const task = bench.submit();
    const first = bench.last;
    bench.gone('a');
    const wire = { code: 'ERR_REMOTE', message: 'boom', details: {} };
    bench.finish(first, null, { status: 'Error', output: encodeValue(wire, 1_000) });
    expect(await failure(task.result)).toMatchObject({ message: expect.stringContaining('boom') });
  });
});
