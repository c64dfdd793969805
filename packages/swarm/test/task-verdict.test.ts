import { describe, expect, it } from 'vitest';

import { encodeValue } from '../src/assignment.js';
import { code, failure } from './fixtures/outcomes.js';
import { TaskBench } from './fixtures/task-bench.js';

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
