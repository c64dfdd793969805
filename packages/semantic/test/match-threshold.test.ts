import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestThreshold, evaluateThreshold } from '../src/match-threshold.js';
import type { JudgedSample } from '../src/match-threshold.js';

const judged = (expected: string | undefined, agentId: string, score: number): JudgedSample => ({
  expected,
  best: { agentId, score },
});

describe('evaluateThreshold', () => {
  it('counts what was matched, ranked first and refused', () => {
    const samples = [
      judged('a', 'a', 0.9),
      judged('a', 'a', 0.1), // ranked first, below the threshold
      judged('a', 'b', 0.9), // wrong
      judged('a', 'b', 0.1), // wrong and refused: still wrong
      judged(undefined, 'a', 0.2),
      judged(undefined, 'a', 0.7),
      { expected: undefined, best: undefined },
    ];
    expect(evaluateThreshold(samples, 0.5)).toEqual({
      samples: 7,
      accuracy: 3 / 7,
      top1: 0.5,
      matched: 0.25,
      refused: 2 / 3,
    });
  });

  it('has no shares of nothing', () => {
    const nothing = evaluateThreshold([], 0.5);
    expect(nothing.samples).toBe(0);
    expect(nothing.accuracy).toBeNaN();
  });
});

describe('bestThreshold', () => {
  const samples = fc.array(
    fc
      .record({
        expected: fc.constantFrom('a', 'b', undefined),
        agentId: fc.constantFrom('a', 'b'),
        score: fc.integer({ min: 0, max: 20 }).map((n) => n / 20),
      })
      .map(({ expected, agentId, score }) => judged(expected, agentId, score)),
    { minLength: 1, maxLength: 30 },
  );

  it('is as accurate as the best of all thresholds above the ends', () => {
    fc.assert(
      fc.property(samples, (all) => {
        const accuracyAt = (threshold: number) => evaluateThreshold(all, threshold).accuracy;
        const everywhere = Array.from({ length: 40 }, (_, i) => (i + 0.5) / 40).map(accuracyAt);
        const found = bestThreshold(all, 0.3);
        expect(found).toBeGreaterThanOrEqual(0);
        expect(found).toBeLessThanOrEqual(1);
        expect(accuracyAt(found)).toBe(Math.max(...everywhere));
      }),
    );
  });

  it('stands in the middle of the widest of equally good gaps', () => {
    expect(bestThreshold([judged(undefined, 'a', 0.2), judged('a', 'a', 0.6)], 0.9)).toBeCloseTo(
      0.4,
    );
  });

  it('stays where it was without samples', () => {
    expect(bestThreshold([], 0.3)).toBe(0.3);
  });
});
