import { expect, it } from 'vitest';
import { QLearner } from '../src/index.js';

const loop = (gamma: number) => {
  const options = { agentId: 'a', actions: ['stay'], gamma, epsilon: 0, initial: 0, alpha: 1 };
  const learner = new QLearner(options);
  learner.update('home', 'stay', 1, 'home');
  return learner.q('home', 'stay');
};

it('a loop that gives 1 a step is worth 1 / (1 − gamma)', () => {
  expect(loop(0.9)).toBeCloseTo(10, 9);
  expect(loop(0.999)).toBeCloseTo(1_000, 5);
});

it('without a discount it is worth 10,000 steps, since the whole sum has no limit', () => {
  expect(loop(1)).toBe(10_000);
});
