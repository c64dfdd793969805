import { capCounts, lowerMedian, robustMean } from './robust.js';
import { compareStates, type State } from './state.js';
import { type Outcome, type Transitions, visitsOf } from './transitions.js';

/** What all agents together expect of one action in one state. */
export interface JointPair {
  /** Observations, each agent's capped: how far to trust this. */
  readonly evidence: number;
  /** Expected immediate reward. */
  readonly reward: number;
  /** Where it leads, ascending, `undefined` (the end) last, and how likely: adds up to 1. */
  readonly next: readonly (State | undefined)[];
  readonly chance: readonly number[];
}

/** How large rewards are, as far as a majority can tell. */
export interface RewardScale {
  /** That of the median agent: how far honest means may differ by chance. */
  readonly typical: number;
  /** Mean rewards of greater size are clipped, also those that nobody else has seen. */
  readonly bound: number;
}

/**
 * How many times the mean reward that the median agent has met may be believed: a rare treasure is,
 * a lie without measure is not.
 */
const BOUND_SCALES = 10;

/**
 * With so many observations, an outcome that most agents never met is dropped. Otherwise a liar
 * could invent many outcomes, each so rare that no one can deny it, and promise anything behind it.
 */
const RARE_EVIDENCE_MAX = 48;

/**
 * The size of rewards, from merged state alone: of each agent the largest mean reward of any
 * transition, then the median over agents; for the bound, over those that met any reward at all, so
 * that the first to find one is heard. Of one or two agents the larger counts: there is no
 * majority.
 */
export function rewardScale(agents: Iterable<Iterable<Transitions>>): RewardScale {
  const peaks: number[] = [];
  for (const pairs of agents) {
    let peak = 0;
    for (const { outcomes } of pairs)
      for (const { count, rewardSum } of outcomes)
        peak = Math.max(peak, Math.abs(rewardSum) / count);
    peaks.push(peak);
  }
  const majority = (all: number[]) => (all.length < 3 ? Math.max(0, ...all) : lowerMedian(all));
  return {
    typical: majority(peaks),
    bound: BOUND_SCALES * majority(peaks.filter((peak) => peak > 0)),
  };
}

/**
 * Joins what agents saw of one pair: chances and, transition by transition, mean rewards, both by
 * `robustMean`. Nobody's count weighs more than the median one. Where just two saw a
 * transition and disagree on its reward, the smaller reward is believed.
 *
 * @param all - in one order everywhere (by agent id), so that all copies round alike.
 */
export function joinTransitions(all: readonly Transitions[], scale: RewardScale): JointPair {
  const counts = all.map(visitsOf);
  const weights = capCounts(counts);
  let evidence = 0;
  for (const weight of weights) evidence += weight;
  const next = possibleNext(all);
  const seen = next.map((state) => all.map((one) => outcomeTo(one, state)));
  let chance = joinChances(seen, weights, counts, evidence < RARE_EVIDENCE_MAX);
  let total = sum(chance);
  if (total === 0) {
    chance = joinChances(seen, weights, counts, true); // all contradict each other
    total = sum(chance);
  }
  chance = chance.map((p) => p / total);
  const reward = sum(chance.map((p, i) => (p > 0 ? p * joinRewards(seen[i]!, scale) : 0)));
  return { evidence, reward, next, chance };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

const outcomeTo = ({ outcomes }: Transitions, next: State | undefined): Outcome | undefined =>
  outcomes.find((outcome) => outcome.next === next);

function joinChances(
  seen: readonly (readonly (Outcome | undefined)[])[],
  weights: readonly number[],
  counts: readonly number[],
  rare: boolean,
): number[] {
  return seen.map((outcomes) => {
    const shares = outcomes.map((outcome, i) => (outcome ? outcome.count / counts[i]! : 0));
    return robustMean(shares, weights, counts, { scale: 1, rare, sceptical: false });
  });
}

/** Mean reward of one transition, as those see it who made it. */
function joinRewards(seen: readonly (Outcome | undefined)[], scale: RewardScale): number {
  const made = seen.filter((outcome) => outcome !== undefined);
  const means = made.map(({ count, rewardSum }) =>
    Math.min(Math.max(rewardSum / count, -scale.bound), scale.bound),
  );
  const counts = made.map(({ count }) => count);
  return robustMean(means, capCounts(counts), counts, {
    scale: scale.typical,
    rare: true,
    sceptical: true,
  });
}

function possibleNext(all: readonly Transitions[]): (State | undefined)[] {
  const states = new Set<State | undefined>();
  for (const { outcomes } of all) for (const { next } of outcomes) states.add(next);
  return [...states].sort((a, b) =>
    a === undefined ? 1 : b === undefined ? -1 : compareStates(a, b),
  );
}
