/**
 * Success on FrozenLake 8×8: one agent alone, eight that share counts, eight of which one lies, and
 * eight classic learners that take the greater q value of each other (max-merge).
 *
 * Run after the build: node packages/learning/bench/frozen-lake.bench.mjs [SEEDS]
 */
import { cpus } from 'node:os';
import { seededRandom } from '@ruvector/core';
import { PatternStore, QLearner } from '@ruvector/learning';
import { optimalPolicy, playEpisode, successOf } from './frozen-lake.mjs';

const GAMMA = 0.99;
const EPSILON = 0.1;
const seeds = Number(process.argv[2] ?? 10);

/** Classic Q-learning whose merge takes the greater value: what not to do. */
class MaxMergeLearner {
  #q = new Float64Array(64 * 4);
  #random;
  constructor(random) {
    this.#random = random;
  }
  #best(state) {
    const row = this.#q.subarray(4 * state, 4 * state + 4);
    const most = Math.max(...row);
    const ties = [0, 1, 2, 3].filter((a) => row[a] === most);
    return { most, ties };
  }
  best(state) {
    return this.#best(state).ties[0];
  }
  choose(state) {
    if (this.#random.next() < EPSILON) return Math.floor(this.#random.next() * 4);
    const { ties } = this.#best(state);
    return ties[Math.floor(this.#random.next() * ties.length)];
  }
  update(state, action, reward, next) {
    const ahead = next === undefined ? 0 : this.#best(next).most;
    const at = 4 * state + action;
    this.#q[at] += 0.1 * (reward + GAMMA * ahead - this.#q[at]);
  }
  merge(other) {
    this.#q = this.#q.map((q, i) => Math.max(q, other.#q[i]));
  }
}

const shared = (initial) => (i, random) =>
  new QLearner({
    agentId: `agent-${i}`,
    actions: 4,
    gamma: GAMMA,
    epsilon: EPSILON,
    initial,
    random,
  });
const maxMerge = (_, random) => new MaxMergeLearner(random);

function train(create, { agents, episodes, every, distort, seed }) {
  const all = Array.from({ length: agents }, (_, i) => create(i, seededRandom(100 * seed + i)));
  const lake = seededRandom(1_000_000 + seed);
  for (let episode = 1; episode <= episodes; episode++) {
    all.forEach((learner, i) => playEpisode(learner, lake, i === 0 ? distort : undefined));
    if (episode % every === 0 || episode === episodes)
      for (const learner of all)
        for (const other of all) if (other !== learner) learner.merge(other);
  }
  return successOf((state) => all.at(-1).best(state));
}

function report(name, create, options) {
  const started = performance.now();
  const all = Array.from({ length: seeds }, (_, seed) => train(create, { ...options, seed }));
  const mean = all.reduce((a, b) => a + b, 0) / seeds;
  const seconds = ((performance.now() - started) / 1000 / seeds).toFixed(1);
  const [low, high] = [Math.min(...all), Math.max(...all)].map((x) => x.toFixed(3));
  console.log(`${name.padEnd(58)} ${mean.toFixed(3)}  (${low} … ${high})  ${seconds} s a seed`);
}

function patternMerges() {
  const from = new PatternStore({ agentId: 'from' });
  const vector = Float32Array.from({ length: 64 }, (_, i) => i / 64);
  for (let i = 0; i < 10_000; i++)
    from.record(`pattern-${i}`, { vector, outcome: 1, confidence: 1 });
  const rate = (merge) => {
    const runs = Array.from({ length: 21 }, (_, i) => {
      const into = new PatternStore({ agentId: `into-${i}` });
      const started = performance.now();
      if (merge(into) !== 10_000) throw new Error('not all patterns were merged');
      return 10_000 / (performance.now() - started);
    });
    return `${Math.round(runs.sort((a, b) => a - b)[10])} k/s`;
  };
  const delta = from.delta();
  console.log(`pattern merges, 10,000 keys of 64 dimensions, median of 21:`);
  console.log(`  store to store ${rate((into) => into.merge(from))}`);
  console.log(`  delta bytes    ${rate((into) => into.applyDelta(delta))}`);
}

console.log(`Node ${process.versions.node}, ${cpus()[0]?.model}, ${seeds} seeds`);
console.log(
  `gamma ${GAMMA}, epsilon ${EPSILON}; exact chance of success within 200 steps, mean (range)`,
);
const optimum = successOf(optimalPolicy(GAMMA));
console.log(`${'best policy for this gamma'.padEnd(58)} ${optimum.toFixed(3)}`);
for (const episodes of [300, 2000]) {
  const common = { episodes, every: episodes / 20 };
  for (const initial of [0, 1]) {
    const title = `${episodes} episodes, initial ${initial}`;
    report(`${title}: one alone`, shared(initial), { ...common, agents: 1 });
    report(`${title}: eight that share`, shared(initial), { ...common, agents: 8 });
  }
  const distort = (reward) => 1000 * reward;
  const poisoned = { ...common, agents: 8, distort };
  report(`${episodes} episodes, initial 0: one of eight reports × 1,000`, shared(0), poisoned);
  report(`${episodes} episodes: eight with max-merge`, maxMerge, { ...common, agents: 8 });
}
patternMerges();
