import { type ByteReader, type ByteWriter, isId, type Random } from '@ruvector/core';
import type { LearningLimits } from './limits.js';
import { type Action, ACTIONS_MAX, readState, writeState } from './state.js';
import { REWARD_MAX } from './transitions.js';

/** Bounds on what one learner takes in; above them it refuses with `ERR_LIMIT`. */
export interface QLearnerLimits extends LearningLimits {
  /** Different states, as met or led to. @default 50_000 */
  statesMax?: number;
  /** Different next states of one pair, as one agent saw them. @default 64 */
  outcomesMax?: number;
}

/** How a `QLearner` learns. */
export interface QLearnerOptions {
  /** Under whose name this learner counts. One id, one writer. */
  agentId: string;
  /** All actions, or a number n for 0 … n − 1; the same set in the whole swarm. */
  actions: readonly Action[] | number;
  /** Discount, 0 … 1. With 1, a loop that gives reward is worth what 10,000 steps of it give. */
  gamma: number;
  /** Probability of a random action in `choose`, 0 … 1. */
  epsilon: number;
  /** Value of an action never tried; above what is attainable, it drives exploration. */
  initial: number;
  /**
   * How fast observations outweigh `initial`: after n of them it keeps the share (1 − alpha)^n, as
   * in the update rule of Q-learning with a constant target. 0 < alpha ≤ 1. @default 1
   */
  alpha?: number;
  /** Lots for `choose`. @default a generator seeded by the agent id */
  random?: Random;
  /** How much it takes in. @default those of `QLearnerLimits` */
  limits?: QLearnerLimits;
}

export const OPTIONS: readonly (keyof QLearnerOptions)[] = [
  'agentId',
  'actions',
  'gamma',
  'epsilon',
  'initial',
  'alpha',
  'random',
  'limits',
];

type SavedOptions = Required<Omit<QLearnerOptions, 'random' | 'limits' | 'actions'>> & {
  actions: readonly Action[];
};

/** Layout: agent id, f64 gamma, epsilon, initial, alpha; u32 actions, each. */
export function writeOptions(writer: ByteWriter, options: SavedOptions): void {
  const { agentId, gamma, epsilon, initial, alpha, actions } = options;
  writer.text(agentId).f64(gamma).f64(epsilon).f64(initial).f64(alpha).u32(actions.length);
  for (const action of actions) writeState(writer, action);
}

export function readOptions(reader: ByteReader): SavedOptions {
  const agentId = reader.text();
  if (!isId(agentId)) reader.fail('not an agent id');
  const [gamma, epsilon] = [reader.f64(), reader.f64()];
  if (!(gamma >= 0 && gamma <= 1)) reader.fail('gamma outside 0 … 1');
  if (!(epsilon >= 0 && epsilon <= 1)) reader.fail('epsilon outside 0 … 1');
  const [initial, alpha] = [reader.f64(), reader.f64()];
  if (!(Math.abs(initial) <= REWARD_MAX)) reader.fail('initial out of range');
  if (!(alpha > 0 && alpha <= 1)) reader.fail('alpha outside 0 … 1');
  const actions: Action[] = [];
  const length = reader.count(1, ACTIONS_MAX);
  for (let i = 0; i < length; i++) {
    const action = readState(reader);
    if (action === undefined || actions.includes(action)) reader.fail('a bad list of actions');
    actions.push(action);
  }
  if (length === 0) reader.fail('no actions');
  return { agentId, gamma, epsilon, initial, alpha, actions };
}
