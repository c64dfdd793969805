import { seededRandom } from '@ruvector/core';
import { ReplayWindow } from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { SEED } from './seed.js';

/** The plainest window: every counter ever seen, and the highest. */
class NaiveWindow {
  readonly #seen = new Set<number>();
  #highest = -1;

  readonly bits: number;

  constructor(bits: number) {
    this.bits = bits;
  }

  check(counter: number): boolean {
    return !this.#seen.has(counter) && this.#highest - counter < this.bits;
  }

  commit(counter: number): boolean {
    if (!this.check(counter)) return false;
    this.#seen.add(counter);
    this.#highest = Math.max(this.#highest, counter);
    return true;
  }
}

describe('ReplayWindow', () => {
  it.each([32, 64, 2048])(
    'of %i bits agrees with a set of all counters over 400,000 events, jumps among them',
    (bits) => {
      const random = seededRandom(SEED + bits);
      const [window, naive] = [new ReplayWindow(bits), new NaiveWindow(bits)];
      let front = 0;
      let disagreements = 0;
      for (let event = 0; event < 400_000; event++) {
        const kind = random.next();
        const reach = kind < 0.02 ? 4 * bits : kind < 0.9 ? 40 : 3;
        front = Math.max(0, front + Math.floor(random.next() * reach) - (kind < 0.3 ? bits : 0));
        const counter = Math.max(0, front - Math.floor(random.next() * 1.1 * bits));
        if (window.check(counter) !== naive.check(counter)) disagreements += 1;
        if (event % 3 > 0 && window.commit(counter) !== naive.commit(counter)) disagreements += 1;
      }
      expect(disagreements).toBe(0);
    },
  );

  it('accepts exactly the 2,048 newest counters', () => {
    const window = new ReplayWindow();
    window.commit(10_000);
    expect(window.check(10_000 - 2047)).toBe(true);
    expect(window.check(10_000 - 2048)).toBe(false);
    let accepted = 0;
    for (let counter = 0; counter <= 10_000; counter++) if (window.commit(counter)) accepted += 1;
    expect(accepted).toBe(2047);
  });

  it('is a check-and-set: the second commit of a counter is false', () => {
    const window = new ReplayWindow();
    expect([window.check(5), window.commit(5), window.check(5), window.commit(5)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('changes nothing by checking, not even far ahead', () => {
    const window = new ReplayWindow(64);
    window.commit(3);
    expect(window.check(1e12)).toBe(true);
    expect(window.check(2)).toBe(true);
    expect(window.check(3)).toBe(false);
  });

  it('takes counter 0 first or late, and 2^53 − 1 last', () => {
    const window = new ReplayWindow();
    expect(window.commit(0)).toBe(true);
    expect(window.commit(0)).toBe(false);
    expect(window.commit(Number.MAX_SAFE_INTEGER)).toBe(true);
    expect(window.commit(Number.MAX_SAFE_INTEGER - 2047)).toBe(true);
    expect(window.commit(Number.MAX_SAFE_INTEGER - 2048)).toBe(false);
    const late = new ReplayWindow();
    late.commit(2047);
    expect(late.commit(0)).toBe(true);
  });

  it.each([-1, 1.5, NaN, Infinity, 2 ** 53])('refuses %d as a counter', (counter) => {
    const window = new ReplayWindow();
    expect(() => window.check(counter)).toThrow(RangeError);
    expect(() => window.commit(counter)).toThrow(RangeError);
  });

  it.each([0, 31, 33, -32, 1.5, 2 ** 21])('refuses a size of %d bits', (bits) => {
    expect(() => new ReplayWindow(bits)).toThrow(RangeError);
  });
});
