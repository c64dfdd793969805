import type { QLearner } from '@ruvector/learning';
import type { Random } from '@ruvector/core';

/** A slippery grid: an action goes where it says, or to either side of that, each by a third. */
export const START: number;
export function step(
  state: number,
  action: number,
  random: Random,
): { next: number; reward: number; ended: boolean };
/** Plays an episode of at most 200 steps, learning as it goes. */
export function playEpisode(
  learner: Pick<QLearner, 'choose' | 'update'>,
  random: Random,
  distort?: (reward: number) => number,
): void;
/** Exact probability that a policy reaches the goal from the start within 200 steps. */
export function successOf(policy: (state: number) => number): number;
/** The best that any policy without memory of time can do, by value iteration on the true model. */
export function optimalPolicy(gamma: number): (state: number) => number;
