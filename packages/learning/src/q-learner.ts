import {
  ByteReader,
  ByteWriter,
  checkBytes,
  checkId,
  checkInteger,
  checkNumber,
  checkObject,
  LimitError,
  type Random,
  seededRandom,
  utf8,
} from '@ruvector/core';
import { epsilonGreedy, greedy } from './exploration.js';
import { hash32 } from './hash.js';
import { JointValues } from './joint-values.js';
import { decodeDelta, encodeDelta, readParts, writeParts } from './ledger-bytes.js';
import {
  type DeltaOptions,
  Ledger,
  readAgents,
  type LedgerPart,
  type VersionVector,
} from './ledger.js';
import { checkLimits } from './limits.js';
import { OPTIONS, type QLearnerOptions, readOptions, writeOptions } from './q-learner-options.js';
import { type Action, checkActions, checkState, type State } from './state.js';
import {
  countOutcome,
  pairKey,
  REWARD_MAX,
  type Transitions,
  transitionsCodec,
  visitsOf,
} from './transitions.js';

const SAVE_MAGIC = 'RVLQSAVE';
const SAVE_VERSION = 2;
const DEFAULT_LIMITS = { agentsMax: 256, entriesMax: 20_000, totalMax: 200_000 };

/**
 * Reinforcement learning that a swarm does together: every agent counts what each action in each
 * state led to, counts merge in any order and as often as one likes, and q values are planned on
 * the joint model, so that equal counts give equal values.
 *
 * `q` is exact: planned anew (to a relative 1e-12) whenever something changed. `choose` and `best`
 * are meant for every step of an episode: between merges they go by values that are swept a little
 * with every update, and lag behind `q` by little. After a merge `best` is exact too.
 *
 * Poisoned peers: see `joinTransitions` for the rule. Of two agents that contradict each other
 * nobody can say which is right; from three on the median decides.
 *
 * @example
 * const options = { actions: ['left', 'right'], gamma: 0.9, epsilon: 0.1, initial: 0 };
 * const a = new QLearner({ agentId: 'a', ...options });
 * const b = new QLearner({ agentId: 'b', ...options });
 * a.update('door', 'right', 1, undefined); // the episode ends
 * b.update('hall', 'left', 0, 'door');
 * a.merge(b); // => 1
 * a.q('hall', 'left'); // => 0.9
 * a.best('hall'); // => 'left'
 * @see Sutton & Barto, "Reinforcement Learning", 2nd ed. 2018, §4.4, §8.1
 */
export class QLearner {
  readonly actions: readonly Action[];
  /** Discount, 0 … 1. */
  readonly gamma: number;
  /** Value of an action never tried. */
  readonly initial: number;
  /** How fast observations outweigh `initial`, 0 < alpha ≤ 1; see the option. */
  readonly alpha: number;
  readonly #actionIndex: ReadonlyMap<Action, number>;
  readonly #ledger: Ledger<string, Transitions>;
  readonly #codec;
  readonly #random: Random;
  readonly #values: JointValues;
  readonly #states = new Set<State>();
  readonly #statesMax: number;
  readonly #outcomesMax: number;
  #epsilon = 0;

  /** @throws TypeError, RangeError for a bad option. */
  constructor(options: QLearnerOptions) {
    checkObject('options', options, { keys: OPTIONS });
    const agentId = checkId('agentId', options.agentId);
    this.actions = checkActions(options.actions);
    this.gamma = checkNumber('gamma', options.gamma, { min: 0, max: 1 });
    this.initial = checkNumber('initial', options.initial, { min: -REWARD_MAX, max: REWARD_MAX });
    this.alpha = checkNumber('alpha', options.alpha ?? 1, { min: Number.MIN_VALUE, max: 1 });
    this.epsilon = options.epsilon;
    const {
      statesMax = 50_000,
      outcomesMax = 64,
      ...limits
    } = checkObject('limits', options.limits ?? {});
    this.#statesMax = checkInteger('limits.statesMax', statesMax, { min: 1 });
    this.#outcomesMax = checkInteger('limits.outcomesMax', outcomesMax, { min: 1 });
    this.#actionIndex = new Map(this.actions.map((action, i) => [action, i]));
    this.#codec = transitionsCodec(new Set(this.actions), this.#outcomesMax);
    this.#ledger = new Ledger(agentId, checkLimits(limits, DEFAULT_LIMITS));
    const { gamma, initial, alpha } = this;
    this.#values = new JointValues(this.#ledger, this.#actionIndex, { gamma, initial, alpha });
    const { random = seededRandom(hash32(utf8(agentId), 0)) } = options;
    this.#random = checkObject('random', random, { methods: ['next'] });
  }

  get agentId(): string {
    return this.#ledger.agentId;
  }

  /** Probability of a random action in `choose`, 0 … 1; may be set at any time. */
  get epsilon(): number {
    return this.#epsilon;
  }

  set epsilon(epsilon: number) {
    this.#epsilon = checkNumber('epsilon', epsilon, { min: 0, max: 1 });
  }

  /** How many updates are known of each agent; what a peer needs for its `delta(since)`. */
  get versions(): VersionVector {
    return this.#ledger.versions;
  }

  /**
   * Counts one step: in `state`, `action` gave `reward` and led to `next`.
   *
   * @param next - `undefined` if the episode ended with this step.
   * @throws TypeError, RangeError for a bad argument; LimitError if there is no room.
   */
  update(state: State, action: Action, reward: number, next: State | undefined): void {
    const from = checkState('state', state);
    const to = next === undefined ? undefined : checkState('next', next);
    this.#indexOf(action);
    checkNumber('reward', reward, { min: -REWARD_MAX, max: REWARD_MAX });
    const key = pairKey(from, action);
    const pair = this.#ledger.own.get(key)?.value ?? { state: from, action, outcomes: [] };
    this.#checkStates(to === undefined ? [from] : [from, to]);
    countOutcome(pair, to, reward, this.#outcomesMax);
    this.#ledger.write(key, pair);
    this.#states.add(from);
    if (to !== undefined) this.#states.add(to);
    this.#values.updated(key, pair);
  }

  /**
   * The exact value of an action: expected discounted reward from here on; `initial` if untried.
   */
  q(state: State, action: Action): number {
    const index = this.#indexOf(action);
    return this.#values.exact(checkState('state', state))?.[index] ?? this.initial;
  }

  /** How often the known agents together tried this action in this state. */
  visits(state: State, action: Action): number {
    this.#indexOf(action);
    const key = pairKey(checkState('state', state), action);
    return this.#values.contributions(key).reduce((sum, seen) => sum + visitsOf(seen), 0);
  }

  /** The action of greatest value; of equals the first in `actions`, also in an unknown state. */
  best(state: State): Action {
    const row = this.#values.swept(checkState('state', state));
    return this.actions[row ? greedy(row) : 0]!;
  }

  /** ε-greedy: a random action with probability `epsilon`, else a best one; equals by lot. */
  choose(state: State): Action {
    const row = this.#values.latest(checkState('state', state)) ?? this.actions.map(() => 0);
    return this.actions[epsilonGreedy(row, this.#epsilon, this.#random)]!;
  }

  /**
   * Takes in what another learner of this process knows; across processes use deltas. `other` is
   * only read.
   *
   * @returns how many pairs of state and action are new or changed.
   * @throws MalformedError if `other` knows actions that are not in `actions`, LearningForgedError,
   *   LimitError; nothing is changed then.
   */
  merge(other: QLearner): number {
    if (typeof other !== 'object' || other === null || !(#ledger in other))
      throw new TypeError(`other must be a QLearner, got ${typeof other}`);
    return this.applyDelta(other.delta(this.versions));
  }

  /**
   * What a peer with these versions lacks, as bytes for its `applyDelta`; without `since`, all.
   *
   * @throws LimitError above 16,000,000 bytes: ask for fewer `agents` at a time.
   */
  delta(since: VersionVector = {}, options: DeltaOptions = {}): Uint8Array {
    return encodeDelta(this.#codec, this.#ledger.parts(since, readAgents(options)));
  }

  /**
   * Takes in a peer's delta. Whoever applies what one authenticated peer says of itself passes
   * `{ agents: [peer] }`, so that no peer can speak in the name of others.
   *
   * @returns how many pairs of state and action are new or changed.
   * @throws MalformedError for bytes that `delta` does not write, LearningGapError if something
   *   between is missing (ask for full state), LearningForgedError, LimitError. Nothing is changed
   *   then.
   */
  applyDelta(delta: Uint8Array, options: DeltaOptions = {}): number {
    const agents = readAgents(options);
    const parts = decodeDelta(this.#codec, delta);
    return this.#take(parts, () => this.#ledger.apply(parts, agents));
  }

  /** Everything, with the agent's own id and options, as bytes for `load`. */
  save(): Uint8Array {
    const writer = new ByteWriter().header(SAVE_MAGIC, SAVE_VERSION);
    writeOptions(writer, this);
    writeParts(this.#codec, writer, this.#ledger.parts({}));
    return writer.checksum().bytes();
  }

  /**
   * Reads what `save` wrote. Lots and limits are not saved: pass them again.
   *
   * @throws MalformedError for any other bytes, LimitError.
   */
  static load(
    bytes: Uint8Array,
    options: Pick<QLearnerOptions, 'random' | 'limits'> = {},
  ): QLearner {
    const { random, limits } = checkObject('options', options, { keys: ['random', 'limits'] });
    const reader = new ByteReader(checkBytes('bytes', bytes), 'saved QLearner');
    reader.header(SAVE_MAGIC, SAVE_VERSION);
    reader.checksum();
    const learner = new this({
      ...readOptions(reader),
      ...(random && { random }),
      ...(limits && { limits }),
    });
    const parts = readParts(learner.#codec, reader);
    reader.end();
    learner.#take(parts, () => learner.#ledger.restore(parts));
    return learner;
  }

  #indexOf(action: Action): number {
    const index = this.#actionIndex.get(action);
    if (index === undefined) throw new RangeError(`action must be one of actions, got ${action}`);
    return index;
  }

  #checkStates(states: Iterable<State>): void {
    const fresh = new Set<State>();
    for (const state of states) if (!this.#states.has(state)) fresh.add(state);
    if (this.#states.size + fresh.size > this.#statesMax)
      throw new LimitError('statesMax', this.#statesMax);
  }

  #take(
    parts: readonly LedgerPart<string, Transitions>[],
    commit: () => ReadonlySet<string>,
  ): number {
    const states = statesOf(parts);
    this.#checkStates(states);
    const changed = commit();
    if (changed.size === 0) return 0;
    for (const state of states) this.#states.add(state);
    const pairs = parts.flatMap(({ entries }) => entries.filter(({ key }) => changed.has(key)));
    this.#values.merged(pairs.map(({ key, value }) => [key, value]));
    return changed.size;
  }
}

function statesOf(parts: readonly LedgerPart<string, Transitions>[]): Set<State> {
  const states = new Set<State>();
  for (const { entries } of parts)
    for (const { value } of entries) {
      states.add(value.state);
      for (const { next } of value.outcomes) if (next !== undefined) states.add(next);
    }
  return states;
}
