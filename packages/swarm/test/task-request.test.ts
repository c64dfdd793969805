import { ManualClock } from '@ruvector/core/testing';
import { describe, expect, it } from 'vitest';

import { checkLimits } from '../src/limits.js';
import { checkTask } from '../src/task-request.js';

const limits = checkLimits({ payloadBytesMax: 1_000 });
const check = (task: object) => checkTask(task as never, limits, new ManualClock());

describe('a task request', () => {
  it('may have an input of exactly the payload limit, bytes or JSON', () => {
    expect(check({ description: 'x', input: new Uint8Array(1_000) }).input).toHaveLength(1_001);
    expect(check({ description: 'x', input: 'x'.repeat(998) }).input).toHaveLength(1_001);
    expect(() => check({ description: 'x', input: new Uint8Array(1_001) })).toThrow(
      'task.input must have at most 1000 bytes, got 1001',
    );
    expect(() => check({ description: 'x', input: 'x'.repeat(999) })).toThrow(RangeError);
  });

  it('with a budget that is unknown, or that is no object, is refused', () => {
    const budgets = (value: unknown) => () => check({ description: 'x', input: 1, budgets: value });
    expect(budgets({ timeoutms: 1 })).toThrow(/task.budgets.timeoutms is not part of a task/);
    expect(budgets({ memoryBytes: 1 })).toThrow(RangeError);
    for (const value of [null, 5, 'x']) expect(budgets(value)).toThrow(TypeError);
    expect(budgets({})).not.toThrow();
  });

  it('with half a character in a text is refused, not found out while it is sent', () => {
    expect(() => check({ description: '\ud800', input: 1 })).toThrow(/task.description/);
    expect(() => check({ description: 'x', type: '\udfff', input: 1 })).toThrow(/task.type/);
    expect(check({ description: '🚀', input: 1 }).description).toBe('🚀');
  });
});
