import { SKIPPED_KEYS_MAX, SkippedKeyBudget } from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { SkippedKeys } from '../src/skipped-keys.js';

const keys = (n: number) => ({
  messageKey: new Uint8Array(32).fill(n),
  keyCommitment: new Uint8Array(32).fill(n),
});

describe('SkippedKeys', () => {
  it('drops and wipes the oldest above 1,024', () => {
    const skipped = new SkippedKeys(new SkippedKeyBudget());
    const first = keys(1);
    skipped.add(0, first);
    for (let n = 1; n <= SKIPPED_KEYS_MAX; n++) skipped.add(n, keys(2));
    expect(skipped.size).toBe(SKIPPED_KEYS_MAX);
    expect(skipped.get(0)).toBeUndefined();
    expect(first).toEqual(keys(0));
  });

  it('keeps and counts nothing without room, and wipes it', () => {
    const budget = new SkippedKeyBudget(0);
    const skipped = new SkippedKeys(budget);
    const one = keys(1);
    skipped.add(0, one);
    expect([skipped.size, budget.used]).toEqual([0, 0]);
    expect(one).toEqual(keys(0));
  });

  it('gives its room back, key by key and at the end', () => {
    const budget = new SkippedKeyBudget(10);
    const skipped = new SkippedKeys(budget);
    for (let n = 0; n < 4; n++) skipped.add(n, keys(1));
    expect([skipped.delete(2), skipped.delete(2)]).toEqual([true, false]);
    expect(budget.used).toBe(3);
    skipped.clear();
    expect(budget.used).toBe(0);
  });
});
