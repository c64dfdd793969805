import { describe, expect, it } from 'vitest';

import { Lease } from '../src/lease.js';

const lease = () => new Lease('a', 'hash', 0);

describe('a lease', () => {
  it('has no end before its executor begins, and then one 5 s after the timeout, set once', () => {
    const held = lease();
    held.confirm(1e9);
    expect([held.hasBegun, held.check(1e9)]).toEqual([false, undefined]);
    held.begin(1e9, 1_000);
    held.begin(1e9 + 500, 1_000);
    expect([held.hasBegun, held.check(1e9 + 5_999)]).toEqual([true, undefined]);
    expect(held.check(1e9 + 6_000)).toBe('ended');
  });

  it('is asked after every 10 s, and given up for silence after 2 questions without an answer', () => {
    const held = lease();
    expect([held.check(9_999), held.check(10_000), held.check(10_001)]).toEqual([
      undefined,
      'ask',
      undefined,
    ]);
    expect([held.check(20_000), held.check(30_000)]).toEqual(['ask', 'silent']);
  });

  it('goes on as long as questions are answered', () => {
    const held = lease();
    for (let now = 10_000; now < 1e6; now += 10_000) {
      expect(held.check(now)).toBe('ask');
      held.confirm(now);
    }
  });

  it('lasts longer by as long as we were stalled ourselves', () => {
    const held = lease();
    held.begin(0, 1_000);
    held.forgive(60_000);
    expect(held.check(65_999)).toBeUndefined();
    expect(held.check(66_000)).toBe('ended');
  });
});
