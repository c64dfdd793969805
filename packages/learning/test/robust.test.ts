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
  const rule = { scale: 1, rare: true, sceptical: false };

  it('is the weighted mean where few observations stand behind the estimates', () => {
    expect(robustMean([0, 1, 1], [1, 1, 2], ones(3), rule)).toBe(0.75);
  });

  it('keeps rates that chance explains: .2, .3 and .4 of 100 make .3', () => {
    expect(robustMean([0.2, 0.3, 0.4], ones(3), [100, 100, 100], rule)).toBeCloseTo(0.3, 12);
  });

  it('pulls 1,000 among ones of 100 observations to .01 above them', () => {
    expect(robustMean([1, 1, 1000], ones(3), [100, 100, 100], rule)).toBeCloseTo(1 + 0.01 / 3);
  });

  it('drops what one of three claims to have seen once, if rare events do not count', () => {
    const strict = { ...rule, rare: false };
    expect(robustMean([0, 0, 0.01], ones(3), [100, 100, 100], rule)).toBeCloseTo(0.01 / 3);
    expect(robustMean([0, 0, 0.01], ones(3), [100, 100, 100], strict)).toBe(0);
  });

  it('keeps both of two contributors of equal weight, unless it is sceptical', () => {
    const counts = [1e6, 1e6];
    expect(robustMean([0, 10], ones(2), counts, rule)).toBe(5);
    const sceptical = { ...rule, sceptical: true };
    expect(robustMean([0, 10], ones(2), counts, sceptical)).toBeCloseTo(0, 5);
    expect(robustMean([-10, -2], ones(2), counts, sceptical)).toBeCloseTo(-2, 5);
  });

  it('counts weights of 0 as equal when there are no others', () => {
    expect(robustMean([0, 10], none(2), [1, 1], rule)).toBe(5);
  });

  it('does not depend on the order of three or more contributors', () => {
    const one = fc.tuple(
      fc.double({ min: -9, max: 9, noNaN: true }),
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 1, max: 20 }),
    );
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 7 }), (all) => {
        const of = (list: typeof all) =>
          robustMean(
            list.map((c) => c[0]),
            list.map((c) => c[1]),
            list.map((c) => c[2]),
            rule,
          );
        expect(of(all.toReversed())).toBeCloseTo(of(all), 9);
      }),
    );
  });

  it('stays within the honest range, plus slack, if fewer than half of equal weights lie', () => {
    const honest = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
      minLength: 3,
      maxLength: 9,
    });
    const lies = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { maxLength: 2 });
    fc.assert(
      fc.property(honest, lies, (good, bad) => {
        const all = [...good, ...bad];
        const counts = all.map(() => 10_000);
        const mean = robustMean(all, ones(all.length), counts, rule);
        expect(mean).toBeGreaterThanOrEqual(Math.min(...good) - 0.011);
        expect(mean).toBeLessThanOrEqual(Math.max(...good) + 0.011);
      }),
    );
  });
});
