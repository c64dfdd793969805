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

export const START = 0;

function move(state, direction) {
  const row = Math.floor(state / SIDE);
  const column = state % SIDE;
  if (direction === 0) return column > 0 ? state - 1 : state;
  if (direction === 1) return row < SIDE - 1 ? state + SIDE : state;
  if (direction === 2) return column < SIDE - 1 ? state + 1 : state;
  return row > 0 ? state - SIDE : state;
}

const slips = (state, action) => [3, 0, 1].map((turn) => move(state, (action + turn) % 4));
const isGoal = (state) => LAKE[state] === 'G';
const isEnd = (state) => isGoal(state) || LAKE[state] === 'H';

export function step(state, action, random) {
  const next = slips(state, action)[Math.floor(random.next() * 3)];
  return { next, reward: isGoal(next) ? 1 : 0, ended: isEnd(next) };
}

export function playEpisode(learner, random, distort = (reward) => reward) {
  let state = START;
  for (let t = 0; t < STEPS_MAX; t++) {
    const action = learner.choose(state);
    const { next, reward, ended } = step(state, action, random);
    learner.update(state, action, distort(reward), ended ? undefined : next);
    if (ended) return;
    state = next;
  }
}

export function successOf(policy) {
  let chance = new Float64Array(64);
  chance[START] = 1;
  let success = 0;
  for (let t = 0; t < STEPS_MAX; t++) {
    const after = new Float64Array(64);
    for (let state = 0; state < 64; state++) {
      if (chance[state] === 0) continue;
      for (const next of slips(state, policy(state))) {
        const p = chance[state] / 3;
        if (isGoal(next)) success += p;
        else if (!isEnd(next)) after[next] += p;
      }
    }
    chance = after;
  }
  return success;
}

export function optimalPolicy(gamma) {
  const value = new Float64Array(64);
  const worth = (state, action) =>
    slips(state, action).reduce(
      (sum, s) => sum + (isGoal(s) ? 1 : isEnd(s) ? 0 : gamma * value[s]),
      0,
    ) / 3;
  const actions = [0, 1, 2, 3];
  for (let i = 0; i < 5000; i++)
    for (let state = 0; state < 64; state++)
      if (!isEnd(state)) value[state] = Math.max(...actions.map((a) => worth(state, a)));
  return (state) =>
    actions.reduce((best, a) => (worth(state, a) > worth(state, best) ? a : best), 0);
}
