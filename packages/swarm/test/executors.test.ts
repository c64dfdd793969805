import { describe, expect, it } from 'vitest';

import type { Assignment } from '../src/assignment.js';
import { Executors } from '../src/executors.js';
import type { Executor } from '../src/task.js';

const named = (name: string): Executor => Object.assign(() => name, { title: name });
const title = (executor: Executor | undefined) =>
  (executor as { title?: string } | undefined)?.title;

function executors(...matches: string[]) {
  const all = new Executors(10);
  for (const match of matches) all.add(match, named(match));
  return (task: { type?: string; capability?: string; description?: string }) => {
    const { type = null, capability = null, description = 'x' } = task;
    return title(all.find({ type, capability, description } as Assignment));
  };
}

describe('the executor of a task', () => {
  it('is the one of its type, else the one of its capability', () => {
    const find = executors('sum', 'gpu', '*');
    expect(find({ type: 'sum', capability: 'gpu' })).toBe('sum');
    expect(find({ capability: 'gpu' })).toBe('gpu');
  });

  it('is * for all that no other takes, with a type, a capability or neither', () => {
    const find = executors('sum', '*');
    for (const task of [{ type: 'other' }, { capability: 'other' }, { description: 'sum' }])
      expect(find(task)).toBe('*');
  });

  it('is none for a type that nothing has, without *; for a description the nearest name', () => {
    const find = executors('sum numbers', 'paint pictures');
    expect(find({ type: 'sum', description: 'sum numbers' })).toBeUndefined();
    expect(find({ description: 'paint a picture' })).toBe('paint pictures');
  });
});
