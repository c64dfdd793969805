import { describe, expect, it } from 'vitest';
import { evaluate } from '../bench.js';

const timing = (contender: string, ...micros: number[]) => ({
  contender,
  callsPerRound: 1,
  micros,
});
const ours = timing('ours', 10, 20, 30);

describe('evaluate', () => {
  it('gives each other contender its median, its p95 and how much slower it is', () => {
    const results = evaluate(['ours', 'theirs'], [ours, timing('theirs', 20, 40, 90)], []);
    expect(
      results.map(({ contender, median, p95, ratio }) => [contender, median, p95, ratio]),
    ).toEqual([
      ['ours', 20, 30, undefined],
      ['theirs', 40, 90, 2],
    ]);
  });

  it('judges ratios beside the contender that they are against, the rest beside ours', () => {
    const timings = [ours, timing('a', 10, 20, 30), timing('b', 20, 40, 60)];
    const results = evaluate(['ours', 'a', 'b'], timings, [
      { ratio: '>= 1.5', against: 'a' },
      { ratio: '>= 1.5', against: 'b' },
      { micros: '<= 20' },
      { perSecond: '>= 50001' },
    ]);
    expect(results.map(({ verdicts }) => verdicts.map(({ met }) => met))).toEqual([
      [true, false],
      [false],
      [true],
    ]);
  });

  it('knows a peer that was left out from a slip of the pen', () => {
    const goals = [{ ratio: '>= 2', against: 'peer' }] as const;
    expect(evaluate(['ours', 'peer'], [ours], goals)[0]!.verdicts).toEqual([]);
    expect(() => evaluate(['ours', 'peers'], [ours], goals)).toThrow(/against peer/);
    expect(() => evaluate(['peer'], [timing('peer', 1)], goals)).toThrow(RangeError);
  });
});
