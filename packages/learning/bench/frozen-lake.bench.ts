/**
 * Success on FrozenLake 8×8: one agent alone, eight that share counts, eight of which one lies, and
 * eight classic learners that take the greater q value of each other (max-merge).
 */
import { seededRandom, type Random } from '@ruvector/core';
import { QLearner, type Action } from '@ruvector/learning';
import { bench, type Bench } from '../../../tools/bench/bench.js';
import { optimalPolicy, playEpisode, successOf } from './frozen-lake.js';
import { MaxMergeLearner } from './max-merge-learner.js';

const GAMMA = 0.99;
const EPSILON = 0.1;

interface Learner<Self> extends Pick<QLearner, 'choose' | 'update'> {
  best(state: number): Action;
  merge(other: Self): unknown;
}
type Create<L> = (agent: number, random: Random) => L;
interface Training {
  readonly agents: number;
  readonly episodes: number;
  /** Makes of the first agent's rewards what it claims. */
  readonly distort?: (reward: number) => number;
}

const shared =
  (initial: number): Create<QLearner> =>
  (agent, random) =>
    new QLearner({
      agentId: `agent-${agent}`,
      actions: 4,
      gamma: GAMMA,
      epsilon: EPSILON,
      initial,
      random,
    });
const maxMerge: Create<MaxMergeLearner> = (_, random) =>
  new MaxMergeLearner(GAMMA, EPSILON, random);

/** Merges everybody with everybody twenty times on the way. @returns the last agent's success. */
function train<L extends Learner<L>>(create: Create<L>, training: Training, seed: number): number {
  const { agents, episodes, distort } = training;
  const all = Array.from({ length: agents }, (_, i) => create(i, seededRandom(100 * seed + i)));
  const lake = seededRandom(1_000_000 + seed);
  for (let episode = 1; episode <= episodes; episode++) {
    all.forEach((learner, i) => playEpisode(learner, lake, i === 0 ? distort : undefined));
    if (episode % (episodes / 20) === 0)
      for (const learner of all)
        for (const other of all) if (other !== learner) learner.merge(other);
  }
  return successOf((state) => all.at(-1)!.best(state) as number);
}

const atLeast = (value: number) => `>= ${Number(value.toFixed(3))}` as const;

async function report({ parameters, quick, figure }: Bench<{ seeds: number }>): Promise<void> {
  const seeds = quick ? 1 : parameters.seeds;
  const success = <L extends Learner<L>>(create: Create<L>, training: Training) => {
    const all = Array.from({ length: seeds }, (_, seed) => train(create, training, seed));
    const [low, high] = [Math.min(...all), Math.max(...all)].map((x) => x.toFixed(3));
    return { mean: all.reduce((a, b) => a + b, 0) / seeds, detail: `(${low} … ${high})` };
  };
  figure('the best policy for this gamma', successOf(optimalPolicy(GAMMA)), { digits: 3 });
  for (const episodes of quick ? [20] : [300, 2000]) {
    const row = (
      title: string,
      { mean, detail }: ReturnType<typeof success>,
      goal?: `>= ${number}`,
    ) =>
      figure(`${episodes} episodes, ${title}`, mean, { digits: 3, detail, ...(goal && { goal }) });
    const alone = success(shared(0), { agents: 1, episodes });
    const sharing = success(shared(0), { agents: 8, episodes });
    const distort = (reward: number) => 1000 * reward;
    const poisoned = success(shared(0), { agents: 8, episodes, distort });
    row('one alone', alone);
    row('eight that share', sharing, episodes === 2000 ? '>= 0.82' : atLeast(alone.mean + 0.1));
    row('one of eight reports × 1,000', poisoned, atLeast(sharing.mean - 0.02));
    row('eight with max-merge', success(maxMerge, { agents: 8, episodes }));
  }
}

await bench({ seeds: 2, gamma: GAMMA, epsilon: EPSILON }, report);
