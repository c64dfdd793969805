import { describe, expect, it } from 'vitest';

import { IdempotencyKeys } from '../src/idempotency-keys.js';
import { checkTask } from '../src/task-request.js';
import type { TaskHandle } from '../src/task.js';
import { TaskBench } from './fixtures/task-bench.js';

describe('an idempotency key', () => {
  it('gives the same task, also after it has settled', async () => {
    const bench = new TaskBench();
    bench.join('a');
    const first = bench.submit({}, { idempotencyKey: 'k' });
    bench.finish(bench.last, 'done');
    bench.clock.advance(1_000); // the deadline by default is another one now
    const second = bench.submit({}, { idempotencyKey: 'k' });
    expect(second).toBe(first);
    expect(await second.result).toBe('done');
    expect(bench.ledger.tally.submitted).toBe(1);
  });

  it('is refused for another task', () => {
    const bench = new TaskBench();
    bench.submit({}, { idempotencyKey: 'k' });
    const changes = [
      { description: 'play' },
      { input: 'other' },
      { type: 't' },
      { capability: 'c' },
      { priority: 1 },
      { attemptsMax: 1 },
      { budgets: { timeoutMs: 1 } },
      { budgets: { outputBytesMax: 1 } },
    ];
    for (const change of changes)
      expect(() => bench.submit(change, { idempotencyKey: 'k' }), JSON.stringify(change)).toThrow(
        /idempotencyKey must be new for another task, got "k"/,
      );
    expect(bench.ledger.tally.submitted).toBe(1);
  });

  it('is a string of 1 to 256 characters', () => {
    const bench = new TaskBench();
    const submit = (idempotencyKey: unknown) => () =>
      bench.submit({}, { idempotencyKey: idempotencyKey as string });
    for (const key of [1, null, {}, ['k']]) expect(submit(key)).toThrow(TypeError);
    for (const key of ['', 'k'.repeat(257)]) expect(submit(key)).toThrow(RangeError);
    expect(bench.ledger.openCount).toBe(0);
  });

  const undone: Record<string, (bench: TaskBench, task: TaskHandle) => void> = {
    'its deadline': (bench) => bench.pass(10_000),
    'a cancellation': (_bench, task) => task.cancel(),
    'too many losses': (bench) => {
      bench.join('a');
      bench.gone('a');
    },
  };
  for (const [end, make] of Object.entries(undone))
    it(`is free again after ${end}: the task was not done`, () => {
      const bench = new TaskBench();
      const submit = () =>
        bench.submit(
          { deadline: bench.clock.now() + 10_000, attemptsMax: 1 },
          { idempotencyKey: 'k' },
        );
      const first = submit();
      make(bench, first);
      expect(['failed', 'cancelled']).toContain(first.state);
      const second = submit();
      expect(second).not.toBe(first);
      expect(second.state).toBe('waiting');
      expect(submit()).toBe(second);
    });

  it('stays with a task that its executor failed', () => {
    const bench = new TaskBench();
    bench.join('a');
    const first = bench.submit({}, { idempotencyKey: 'k' });
    const wire = { code: 'ERR_REMOTE', message: 'boom', details: {} };
    bench.finish(bench.last, wire, { status: 'Error' });
    expect(first.state).toBe('failed');
    expect(bench.submit({}, { idempotencyKey: 'k' })).toBe(first);
  });

  it('is forgotten when as many as allowed came after it', () => {
    const bench = new TaskBench({ idempotencyKeysMax: 2 });
    const first = bench.submit({}, { idempotencyKey: 'a' });
    bench.submit({}, { idempotencyKey: 'b' });
    bench.submit({}, { idempotencyKey: 'c' });
    expect(bench.submit({}, { idempotencyKey: 'a' })).not.toBe(first);
  });

  it('is forgotten, oldest first, when results kept for keys take too many bytes', () => {
    const bench = new TaskBench();
    const keys = new IdempotencyKeys(100, 10_000);
    const request = checkTask({ description: 'x', input: 1 }, bench.limits, bench.clock);
    const handles = ['open', 'a', 'b', 'c'].map((id) => ({ ...bench.submit(), id }) as TaskHandle);
    for (const handle of handles) keys.remember(handle.id, request, handle);
    for (const id of ['a', 'b', 'c']) keys.settled(id, id, 2_000);
    const known = () => handles.map(({ id }) => keys.find(id, request) !== undefined);
    expect(known()).toEqual([true, false, true, true]);
    keys.settled('a', 'a', 1e9); // forgotten: does not count
    expect(known()).toEqual([true, false, true, true]);
    keys.settled('open', 'open', 9_000); // alone more than all may take
    expect(known()).toEqual([false, false, true, true]);
  });
});
