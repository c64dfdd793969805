import { describe, expect, it } from 'vitest';
import { describeVerdict, judge, type Bound } from '../goal.js';

describe('a goal', () => {
  it.each([
    ['>= 1.3', 1.3, true],
    ['>= 1.3', 1.29, false],
    ['<= 100', 100, true],
    ['<= 100', 100.1, false],
    ['>= -0.5', -0.4, true],
  ] as [Bound, number, boolean][])('%s, reached %d: met is %s', (bound, value, met) =>
    expect(judge(bound, value).met).toBe(met),
  );

  it('is not met by what is not a number', () => {
    expect(judge('>= 1', NaN).met).toBe(false);
    expect(judge('<= 1', NaN).met).toBe(false);
  });

  it.each(['> 1', '>= x', '1', '>=1', '>= 1.2.3', '== 1'])('cannot be %s', (bound) =>
    expect(() => judge(bound as Bound, 1)).toThrow(RangeError),
  );

  it('says in words what became of it, with its unit', () => {
    expect(describeVerdict(judge('>= 1.3', 2, '×'))).toBe('≥ 1.3×: met');
    expect(describeVerdict(judge('<= 20000', 3e4, ' µs'))).toBe('≤ 20,000 µs: **short of it**');
  });
});
