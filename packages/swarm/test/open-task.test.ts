import { ManualClock } from '@ruvector/core/testing';
import { describe, expect, it } from 'vitest';

import { checkLimits } from '../src/limits.js';
import { OpenTask } from '../src/open-task.js';
import { checkTask } from '../src/task-request.js';

const submit = () => {
  const input = new Uint8Array(1_000);
  const request = checkTask({ description: 'x', input }, checkLimits(), new ManualClock());
  return new OpenTask('id', request, undefined, () => undefined);
};

describe('a task that has settled', () => {
  it('lets go of its input and of its signal, while its handle may be kept', () => {
    for (const settle of ['complete', 'fail'] as const) {
      const task = submit();
      let released = 0;
      task.release = () => (released += 1);
      expect(task.input).toHaveLength(1_001);
      if (settle === 'complete') task.complete(1, {} as never);
      else task.fail('failed', new Error('x'));
      expect(task.input).toHaveLength(0);
      expect(task.isSettled).toBe(true);
      expect(released).toBe(1);
    }
  });
});

describe('a member that refuses', () => {
  it('is asked again later, when it comes back at once, and never when it is distrusted', () => {
    const task = submit();
    task.refusedBy('a', 0);
    expect([task.maySuit('a', 999), task.maySuit('a', 1_000)]).toEqual([false, true]);
    task.refusedBy('a', 1_000);
    expect([task.maySuit('a', 2_999), task.maySuit('b', 2_999)]).toEqual([false, true]);
    task.forgetRefusals('a');
    expect(task.maySuit('a', 2_999)).toBe(true);
    task.distrust('a');
    task.forgetRefusals('a');
    expect(task.maySuit('a', 1e12)).toBe(false);
  });
});
