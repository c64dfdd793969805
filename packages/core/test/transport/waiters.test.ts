import { describe, expect, it } from 'vitest';
import { Waiters } from '@ruvector/core/transport';

describe('Waiters', () => {
  it('gives all who wait for one key the same promise', () => {
    const waiters = new Waiters<string>();
    expect(waiters.wait('a')).toBe(waiters.wait('a'));
    expect(waiters.wait('a')).not.toBe(waiters.wait('b'));
    expect(waiters.size).toBe(2);
  });

  it('resolves the keys that are fulfilled and keeps the others until they are rejected', async () => {
    const waiters = new Waiters<string>();
    const [a, b] = [waiters.wait('a'), waiters.wait('b')];
    waiters.resolveIf((key) => key === 'a');
    await a;
    expect(waiters.size).toBe(1);
    waiters.rejectAll(new Error('over'));
    await expect(b).rejects.toThrow('over');
    expect(waiters.size).toBe(0);
  });
});
