import {
  checkBoolean,
  checkInteger,
  checkNumber,
  checkObject,
  LimitError,
  type Random,
} from '@ruvector/core';
import {
  draw,
  epsilonGreedy,
  epsilonGreedyChances,
  greedy,
  softmaxChances,
} from './exploration.js';
import { type Action, checkActions, checkState, type State } from './state.js';
import { REWARD_MAX } from './transitions.js';

/** How a `QTable` learns. */
export interface QTableOptions {
  /** All actions, or a number n for 0 … n − 1. */
  actions: readonly Action[] | number;
  /** Step size, 0 < alpha ≤ 1. */
  alpha: number;
  /** Discount, 0 … 1. */
  gamma: number;
  /** Probability of a random action, 0 … 1; not used with `temperature`. @default 0.1 */
  epsilon?: number;
  /** Choose by softmax of q / temperature instead. Positive. */
  temperature?: number;
  /** Value before the first update. @default 0 */
  initial?: number;
  /** Decay of eligibility traces, 0 … 1; 0 means none. @default 0 */
  lambda?: number;
  /** Two tables, each judging the other's choice; not together with traces. @default false */
  double?: boolean;
  /** Lots for `choose`, and for the table to update when there are two. */
  random: Random;
  /** Different states; above, `ERR_LIMIT`. @default 50_000 */
  statesMax?: number;
}

const OPTIONS: readonly (keyof QTableOptions)[] = [
  'actions',
  'alpha',
  'gamma',
  'epsilon',
  'temperature',
  'initial',
  'lambda',
  'double',
  'random',
  'statesMax',
];

interface Row {
  readonly a: Float64Array;
  /** The second table of double Q-learning; else the same as `a`. */
  readonly b: Float64Array;
}

interface Trace {
  readonly row: Float64Array;
  readonly action: number;
  strength: number;
}

const TRACE_MIN = 1e-3; // weaker ones move a value by less than that share of a step
const TRACES_MAX = 1000; // stronger ones can be more only if gamma · lambda is above 0.993

/**
 * Q-learning for one agent: the classic step-by-step rule with ε-greedy or softmax choice,
 * Watkins's eligibility traces with replacement, or double Q-learning. Its values do not merge;
 * agents that learn together use `QLearner`.
 *
 * @example
 * const random = seededRandom(1);
 * const table = new QTable({ actions: ['l', 'r'], alpha: 0.5, gamma: 0.9, epsilon: 0, random });
 * table.update('s', 'r', 1, undefined);
 * table.q('s', 'r'); // => 0.5
 * table.policy('s'); // => [{ action: 'l', chance: 0 }, { action: 'r', chance: 1 }]
 * @see Watkins, "Learning from delayed rewards" (1989); van Hasselt, "Double Q-learning" (2010)
 */
export class QTable {
  readonly actions: readonly Action[];
  readonly #index: ReadonlyMap<Action, number>;
  readonly #alpha: number;
  readonly #gamma: number;
  readonly #epsilon: number;
  readonly #temperature: number | undefined;
  readonly #initial: number;
  readonly #lambda: number;
  readonly #double: boolean;
  readonly #random: Random;
  readonly #statesMax: number;
  readonly #rows = new Map<State, Row>();
  #traces: Trace[] = [];

  /** @throws TypeError, RangeError for a bad option. */
  constructor(options: QTableOptions) {
    checkObject('options', options, { keys: OPTIONS });
    this.actions = checkActions(options.actions);
    this.#index = new Map(this.actions.map((action, i) => [action, i]));
    this.#alpha = checkNumber('alpha', options.alpha, { min: Number.MIN_VALUE, max: 1 });
    this.#gamma = checkNumber('gamma', options.gamma, { min: 0, max: 1 });
    this.#epsilon = checkNumber('epsilon', options.epsilon ?? 0.1, { min: 0, max: 1 });
    this.#temperature =
      options.temperature === undefined
        ? undefined
        : checkNumber('temperature', options.temperature, { min: Number.MIN_VALUE });
    this.#initial = checkNumber('initial', options.initial ?? 0, {
      min: -REWARD_MAX,
      max: REWARD_MAX,
    });
    this.#lambda = checkNumber('lambda', options.lambda ?? 0, { min: 0, max: 1 });
    this.#double = checkBoolean('double', options.double ?? false);
    if (this.#double && this.#lambda > 0)
      throw new RangeError(`lambda must be 0 with double, got ${this.#lambda}`);
    this.#random = checkObject('random', options.random, { methods: ['next'] });
    this.#statesMax = checkInteger('statesMax', options.statesMax ?? 50_000, { min: 1 });
  }

  /** Different states that were updated. */
  get size(): number {
    return this.#rows.size;
  }

  /**
   * Learns from one step: in `state`, `action` gave `reward` and led to `next`.
   *
   * @param next - `undefined` if the episode ended with this step.
   * @throws TypeError, RangeError for a bad argument; LimitError if there is no room for the state.
   */
  update(state: State, action: Action, reward: number, next: State | undefined): void {
    const index = this.#indexOf(action);
    checkNumber('reward', reward, { min: -REWARD_MAX, max: REWARD_MAX });
    const ahead = next === undefined ? undefined : this.#rows.get(checkState('next', next));
    const { a, b } = this.#row(checkState('state', state));
    const unseen = next === undefined ? 0 : this.#initial;
    if (this.#double) {
      const first = this.#random.next() < 0.5;
      const mine = first ? a : b;
      const [chooser, judge] = first ? [ahead?.a, ahead?.b] : [ahead?.b, ahead?.a];
      const value = chooser && judge ? judge[greedy(chooser)]! : unseen;
      mine[index]! += this.#alpha * (reward + this.#gamma * value - mine[index]!);
      return;
    }
    const value = ahead ? ahead.a[greedy(ahead.a)]! : unseen;
    const error = reward + this.#gamma * value - a[index]!;
    if (this.#lambda === 0) a[index]! += this.#alpha * error;
    else this.#spread(a, index, error, next === undefined);
  }

  /** The value of an action; `initial` if the state was never updated. */
  q(state: State, action: Action): number {
    const index = this.#indexOf(action);
    return this.#values(state)?.[index] ?? this.#initial;
  }

  /** The action of greatest value; of equals the first in `actions`. */
  best(state: State): Action {
    const values = this.#values(state);
    return this.actions[values ? greedy(values) : 0]!;
  }

  /** An action by lot, as `policy` says. */
  choose(state: State): Action {
    const values = this.#values(state) ?? this.actions.map(() => 0);
    const index =
      this.#temperature === undefined
        ? epsilonGreedy(values, this.#epsilon, this.#random)
        : draw(softmaxChances(values, this.#temperature), this.#random);
    return this.actions[index]!;
  }

  /** With which probability `choose` takes each action, in the order of `actions`. */
  policy(state: State): { action: Action; chance: number }[] {
    const values = this.#values(state) ?? this.actions.map(() => 0);
    const chances =
      this.#temperature === undefined
        ? epsilonGreedyChances(values, this.#epsilon)
        : softmaxChances(values, this.#temperature);
    return this.actions.map((action, i) => ({ action, chance: chances[i]! }));
  }

  /** Credits the steps that led here too; a step that was not greedy ends their credit. */
  #spread(row: Float64Array, index: number, error: number, ended: boolean): void {
    if (row[index]! < row[greedy(row)]!) this.#traces = [];
    this.#traces = this.#traces.filter((t) => t.row !== row || t.action !== index);
    this.#traces.push({ row, action: index, strength: 1 });
    for (const trace of this.#traces) {
      trace.row[trace.action]! += this.#alpha * error * trace.strength;
      trace.strength *= this.#gamma * this.#lambda;
    }
    this.#traces = ended
      ? []
      : this.#traces.filter((t) => t.strength >= TRACE_MIN).slice(-TRACES_MAX);
  }

  #values(state: State): ArrayLike<number> | undefined {
    const row = this.#rows.get(checkState('state', state));
    return row && this.#double ? row.a.map((x, i) => (x + row.b[i]!) / 2) : row?.a;
  }

  #row(state: State): Row {
    const known = this.#rows.get(state);
    if (known) return known;
    if (this.#rows.size >= this.#statesMax) throw new LimitError('statesMax', this.#statesMax);
    const a = new Float64Array(this.actions.length).fill(this.#initial);
    const row = { a, b: this.#double ? a.slice() : a };
    this.#rows.set(state, row);
    return row;
  }

  #indexOf(action: Action): number {
    const index = this.#index.get(action);
    if (index === undefined) throw new RangeError(`action must be one of actions, got ${action}`);
    return index;
  }
}
