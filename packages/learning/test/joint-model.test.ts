import { describe, expect, it } from 'vitest';
import { joinTransitions, rewardScale } from '../src/joint-model.js';
import type { State } from '../src/state.js';
import type { Transitions } from '../src/transitions.js';

type Row = [next: State | undefined, count: number, rewardSum: number];
const saw = (...rows: Row[]): Transitions => ({
  state: 's',
  action: 'a',
  outcomes: rows.map(([next, count, rewardSum]) => ({ next, count, rewardSum })),
});
const unit = { typical: 1, bound: 10 };

describe('joinTransitions', () => {
  it('divides counts and rewards of a single agent', () => {
    expect(joinTransitions([saw(['x', 3, 0], [undefined, 1, 1])], unit)).toEqual({
      evidence: 4,
      reward: 0.25,
      next: ['x', undefined],
      chance: [0.75, 0.25],
    });
  });

  it('pools agents that each saw little, as if one had seen it all', () => {
    const all = [saw(['x', 1, 0]), saw(['x', 1, 0]), saw(['y', 1, 1]), saw(['z', 1, 0])];
    const { next, chance, reward } = joinTransitions(all, unit);
    expect(next).toEqual(['x', 'y', 'z']);
    expect(chance).toEqual([0.5, 0.25, 0.25]);
    expect(reward).toBe(0.25);
  });

  it('lists next states in one order: integers, strings, the end', () => {
    const joint = joinTransitions(
      [saw(['1', 1, 0], [undefined, 1, 0], [10, 1, 0], [9, 1, 0])],
      unit,
    );
    expect(joint.next).toEqual([9, 10, '1', undefined]);
  });

  it('gives chances that add up to 1, even where all contradict each other', () => {
    const all = [saw(['x', 50, 0]), saw(['y', 50, 0]), saw(['z', 50, 0])];
    const { chance, reward } = joinTransitions(all, unit);
    expect(chance.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(reward).toBe(0);
  });

  it('drops 100 outcomes that one of four invented', () => {
    const honest = saw(['x', 60, 0], ['y', 40, 0]);
    const rows = Array.from({ length: 100 }, (_, i): Row => [i, 10, 10_000]);
    const { next, chance, reward } = joinTransitions([honest, honest, honest, saw(...rows)], unit);
    const kept = next.filter((_, i) => chance[i]! > 0);
    expect(kept).toEqual(['x', 'y']);
    expect(reward).toBe(0);
  });

  it('lets a reward times 1,000 of one in four add at most what chance explains', () => {
    const honest = saw(['x', 50, 50], ['y', 50, 0]);
    const liar = saw(['x', 50, 50_000], ['y', 50, 0]);
    const { reward } = joinTransitions([honest, honest, honest, liar], unit);
    expect(reward).toBeGreaterThanOrEqual(0.5);
    expect(reward).toBeLessThan(0.51);
  });

  it('believes the smaller of two rewards that contradict each other', () => {
    const { reward } = joinTransitions([saw(['x', 1000, 0]), saw(['x', 1000, 10_000])], unit);
    expect(reward).toBeLessThan(0.001);
  });

  it('clips a reward that nobody can contradict to the bound', () => {
    expect(joinTransitions([saw(['x', 1, 1e9])], unit).reward).toBe(10);
  });
});

describe('rewardScale', () => {
  it('takes the median agent of three or more, the larger of two', () => {
    const [one, thousand, none] = [saw(['x', 2, 2]), saw(['x', 1, 1000]), saw(['x', 1, 0])];
    expect(rewardScale([[one], [thousand]])).toEqual({ typical: 1000, bound: 10_000 });
    expect(rewardScale([[one], [one], [thousand]])).toEqual({ typical: 1, bound: 10 });
    expect(rewardScale([[none], [none], [none], [one]])).toEqual({ typical: 0, bound: 10 });
    expect(rewardScale([])).toEqual({ typical: 0, bound: 0 });
  });
});
