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
