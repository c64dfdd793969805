import { seededRandom } from '@ruvector/core';
import { describe, expect, it } from 'vitest';
import {
  draw,
  epsilonGreedy,
  epsilonGreedyChances,
  greedy,
  softmaxChances,
} from '../src/exploration.js';

const frequencies = (n: number, pick: () => number, rounds = 20_000) => {
  const counts = Array.from({ length: n }, () => 0);
  for (let i = 0; i < rounds; i++) counts[pick()]!++;
  return counts.map((count) => count / rounds);
};
const near = (actual: number[], expected: number[]) =>
  actual.forEach((p, i) => expect(Math.abs(p - expected[i]!)).toBeLessThan(0.02));

describe('choosing by value', () => {
  it('greedy takes the first of equals', () => {
    expect(greedy([1, 3, 3])).toBe(1);
  });

  it('epsilonGreedy draws as epsilonGreedyChances says, ties evenly', () => {
    const random = seededRandom(3);
    const values = [1, 5, 5, 0];
    const chances = epsilonGreedyChances(values, 0.2);
    expect(chances.map((p) => Number(p.toFixed(6)))).toEqual([0.05, 0.45, 0.45, 0.05]);
    near(
      frequencies(4, () => epsilonGreedy(values, 0.2, random)),
      chances,
    );
  });

  it('softmax takes e to one odds for a difference of one temperature, without overflow', () => {
    const [a, b] = softmaxChances([1e6 + 2, 1e6], 2) as [number, number];
    expect(a / b).toBeCloseTo(Math.E, 9);
    const random = seededRandom(4);
    near(
      frequencies(2, () => draw([a, b], random)),
      [a, b],
    );
  });
});
