import { describe, expect, it } from 'vitest';
import { median, medianRatio, quantile } from '../statistics.js';

describe('median', () => {
  it('is the middle value of an odd number, in whatever order', () => {
    const values = [9, 1, 5];
    expect(median(values)).toBe(5);
    expect(values).toEqual([9, 1, 5]);
  });

  it('is the mean of the two in the middle of an even number', () => {
    expect(median([1, 10, 2, 100])).toBe(6);
  });

  it('of nothing is not a number', () => {
    expect(median([])).toBeNaN();
  });
});

describe('quantile', () => {
  it('is the value of nearest rank: p95 of 1 … 100 is 95, of 1 … 20 is 19', () => {
    const upTo = (n: number) => Array.from({ length: n }, (_, i) => n - i);
    expect(quantile(upTo(100), 0.95)).toBe(95);
    expect(quantile(upTo(20), 0.95)).toBe(19);
  });

  it('of few values is the greatest, and of share 0 the smallest', () => {
    expect(quantile([3, 1, 2], 0.95)).toBe(3);
    expect(quantile([3, 1, 2], 0)).toBe(1);
  });
});

describe('medianRatio', () => {
  it('is above 1 if the subject takes less time than the baseline', () => {
    expect(medianRatio([2, 2, 2], [6, 6, 6])).toBe(3);
  });

  it('does not see what slows whole rounds down, unlike the ratio of medians', () => {
    const subject = [1, 10, 10];
    const baseline = [2, 2, 20];
    expect(medianRatio(subject, baseline)).toBe(2);
    expect(median(baseline) / median(subject)).toBe(0.2);
  });
});
