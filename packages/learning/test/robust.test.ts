import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capCounts, lowerMedian, robustMean, WEIGHT_FLOOR } from '../src/robust.js';

const none = (n: number) => Array.from({ length: n }, () => 0);
const ones = (n: number) => Array.from({ length: n }, () => 1);

describe('lowerMedian', () => {
  it('is the middle of three, and the lower of the two middles of four', () => {
    expect(lowerMedian([9, 1, 5])).toBe(5);
    expect(lowerMedian([9, 1, 5, 7])).toBe(5);
  });

  it('leaves its input in the order it had', () => {
    const values = [3, 1, 2];
    lowerMedian(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('capCounts', () => {
  it('cuts a count of 1,000,000 among 100s to 100', () => {
    expect(capCounts([100, 100, 1_000_000])).toEqual([100, 100, 100]);
  });

  it(`keeps counts up to ${WEIGHT_FLOOR}, however few the others have`, () => {
    expect(capCounts([1, 1, 10])).toEqual([1, 1, 10]);
    expect(capCounts([1, 1, 100])).toEqual([1, 1, WEIGHT_FLOOR]);
  });

  it('keeps the count of someone who is alone', () => {
    expect(capCounts([1_000_000])).toEqual([1_000_000]);
  });
});

describe('robustMean', () => {
  it('is the weighted mean where the slack is wide', () => {
    expect(robustMean([1, 2, 4], [1, 1, 2], [9, 9, 9])).toBe(2.75);
  });

  it('pulls 1,000 among ones to its slack above them', () => {
    expect(robustMean([1, 1, 1000], ones(3), [0.5, 0.5, 0.5])).toBeCloseTo(3.5 / 3);
  });

  it('keeps both of two contributors of equal weight', () => {
    expect(robustMean([0, 10], ones(2), none(2))).toBe(5);
  });

  it('counts weights of 0 as equal when there are no others', () => {
    expect(robustMean([0, 10], none(2), none(2))).toBe(5);
  });

  it('stays within the honest range if fewer than half of equal weights lie and slack is 0', () => {
    const honest = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
      minLength: 3,
      maxLength: 9,
    });
    const lies = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { maxLength: 2 });
    fc.assert(
      fc.property(honest, lies, (good, bad) => {
        const all = [...good, ...bad];
        const mean = robustMean(all, ones(all.length), none(all.length));
        expect(mean).toBeGreaterThanOrEqual(Math.min(...good) - 1e-12);
        expect(mean).toBeLessThanOrEqual(Math.max(...good) + 1e-12);
      }),
    );
  });
});
