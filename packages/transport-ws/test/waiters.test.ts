import { describe, expect, it } from 'vitest';
import { Waiters } from '../src/waiters.js';

describe('Waiters', () => {
  it('give all who wait for the same thing one promise', () => {
    const waiters = new Waiters<string>();
    expect(waiters.wait('a')).toBe(waiters.wait('a'));
    expect(waiters.wait('a')).not.toBe(waiters.wait('b'));
  });

  it('resolve those for whom it holds, and the others later', async () => {
    const waiters = new Waiters<string>();
    const [a, b] = [waiters.wait('a'), waiters.wait('b')];
    let early = false;
    void b.then(() => (early = true));
    waiters.resolveIf((key) => key === 'a');
    await a;
    expect(early).toBe(false);
    waiters.resolveIf(() => true);
    await b;
  });

  it('reject all who still wait', async () => {
    const waiters = new Waiters<string>();
    const waiting = waiters.wait('a');
    waiters.rejectAll(new Error('closed'));
    await expect(waiting).rejects.toThrow('closed');
    waiters.resolveIf(() => true); // nobody is left
  });
});
