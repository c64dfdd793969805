import type { Random } from '@ruvector/core';
import type { QLearner } from '@ruvector/learning';

/**
 * FrozenLake 8×8, slippery, as in Gymnasium (Towers et al. 2024): the map, the slip of one third to
 * either side, the limit of 200 steps and the single reward of 1 at the goal are facts of that
 * environment. States are 0 … 63 by rows; actions are 0 left, 1 down, 2 right, 3 up.
 */
const LAKE = [
  'SFFFFFFF',
  'FFFFFFFF',
  'FFFHFFFF',
  'FFFFFHFF',
  'FFFHFFFF',
  'FHHFFFHF',
  'FHFFHFHF',
  'FFFHFFFG',
].join('');
const SIDE = 8;
const STEPS_MAX = 200;

const START = 0;

function move(state: number, direction: number): number {
  const row = Math.floor(state / SIDE);
  const column = state % SIDE;
  if (direction === 0) return column > 0 ? state - 1 : state;
  if (direction === 1) return row < SIDE - 1 ? state + SIDE : state;
  if (direction === 2) return column < SIDE - 1 ? state + 1 : state;
  return row > 0 ? state - SIDE : state;
}

/** An action goes where it says, or to either side of that, each by a third. */
const slips = (state: number, action: number): number[] =>
  [3, 0, 1].map((turn) => move(state, (action + turn) % 4));
const isGoal = (state: number): boolean => LAKE[state] === 'G';
const isEnd = (state: number): boolean => isGoal(state) || LAKE[state] === 'H';

function step(state: number, action: number, random: Random) {
  const next = slips(state, action)[Math.floor(random.next() * 3)]!;
  return { next, reward: isGoal(next) ? 1 : 0, ended: isEnd(next) };
}

/** Plays an episode of at most 200 steps, learning as it goes. */
export function playEpisode(
  learner: Pick<QLearner, 'choose' | 'update'>,
  random: Random,
  distort = (reward: number): number => reward,
): void {
  let state = START;
  for (let t = 0; t < STEPS_MAX; t++) {
    const action = learner.choose(state) as number;
    const { next, reward, ended } = step(state, action, random);
    learner.update(state, action, distort(reward), ended ? undefined : next);
    if (ended) return;
    state = next;
  }
}

/** Exact probability that a policy reaches the goal from the start within 200 steps. */
export function successOf(policy: (state: number) => number): number {
  let chance = new Float64Array(64);
  chance[START] = 1;
  let success = 0;
  for (let t = 0; t < STEPS_MAX; t++) {
    const after = new Float64Array(64);
    for (let state = 0; state < 64; state++) {
      if (chance[state] === 0) continue;
      for (const next of slips(state, policy(state))) {
        const p = chance[state]! / 3;
        if (isGoal(next)) success += p;
        else if (!isEnd(next)) after[next]! += p;
      }
    }
    chance = after;
  }
  return success;
}

/** The best that any policy without memory of time can do, by value iteration on the true model. */
export function optimalPolicy(gamma: number): (state: number) => number {
  const value = new Float64Array(64);
  const worth = (state: number, action: number): number =>
    slips(state, action).reduce(
      (sum, s) => sum + (isGoal(s) ? 1 : isEnd(s) ? 0 : gamma * value[s]!),
      0,
    ) / 3;
  const actions = [0, 1, 2, 3];
  for (let i = 0; i < 5000; i++)
    for (let state = 0; state < 64; state++)
      if (!isEnd(state)) value[state] = Math.max(...actions.map((a) => worth(state, a)));
  return (state) =>
    actions.reduce((best, a) => (worth(state, a) > worth(state, best) ? a : best), 0);
}
