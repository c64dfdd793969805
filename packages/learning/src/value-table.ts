import type { JointPair } from './joint-model.js';
import { compareStates, type State } from './state.js';

export interface ValueTableOptions {
  readonly actions: number;
  readonly gamma: number;
  readonly initial: number;
  readonly alpha: number;
}

interface Backup {
  readonly reward: number;
  /** State indices; -1 is the end, which is worth nothing. */
  readonly next: Int32Array;
  readonly chance: Float64Array;
  /** How far the model outweighs `initial`. */
  readonly trust: number;
}

/** Change of a sweep, relative to the largest value, at which values count as exact. */
const TOLERANCE = 1e-12;
/**
 * Steps after which planning ends all the same: with a discount of 1, rewards in a loop never
 * settle.
 */
const BACKUPS_MAX = 2e8;
/** Without a discount rewards may add up for ever: then a value is that of so many steps. */
const UNDISCOUNTED_SWEEPS_MAX = 10_000;

/**
 * Values of states and actions, planned on a model by Gauss–Seidel value iteration (Sutton & Barto,
 * "Reinforcement Learning", 2nd ed. 2018, §4.4). An action that was never tried is worth `initial`.
 */
export class ValueTable {
  readonly #options: ValueTableOptions;
  readonly #index = new Map<State, number>();
  readonly #states: State[] = [];
  readonly #backups: (Backup | undefined)[] = [];
  #values = new Float64Array(64);
  #q = new Float64Array(64);
  /** State indices in an order that is the same in all copies. */
  #order: number[] = [];
  #pairs = 0;

  constructor(options: ValueTableOptions) {
    this.#options = options;
  }

  /** Pairs with a model. */
  get size(): number {
    return this.#pairs;
  }

  /**
   * Row of q values of a state, or `undefined` if it was never met. Valid until the next change.
   */
  row(state: State): Float64Array | undefined {
    const index = this.#index.get(state);
    if (index === undefined) return undefined;
    const { actions } = this.#options;
    return this.#q.subarray(index * actions, (index + 1) * actions);
  }

  /** Puts a new model under one pair and backs it up once. */
  set(state: State, action: number, model: JointPair): void {
    const { actions, alpha } = this.#options;
    const next = Int32Array.from(model.next, (s) => (s === undefined ? -1 : this.#intern(s)));
    const index = this.#intern(state);
    const at = index * actions + action;
    if (!this.#backups[at]) this.#pairs++;
    this.#backups[at] = {
      reward: model.reward,
      next,
      chance: Float64Array.from(model.chance),
      trust: 1 - (1 - alpha) ** model.evidence,
    };
    this.#backup(index);
  }

  /** Backs up all states `times` times, from the values that stand. */
  sweep(times: number): void {
    for (let i = 0; i < times; i++) this.#sweepOnce();
  }

  /** The values as they follow from the models alone, whatever stood here before. */
  solve(): void {
    this.#values.fill(this.#options.initial);
    this.#order.sort((a, b) => compareStates(this.#states[a]!, this.#states[b]!));
    const affordable = Math.max(1, Math.floor(BACKUPS_MAX / Math.max(1, this.#pairs)));
    const sweepsMax =
      this.#options.gamma < 1 ? affordable : Math.min(affordable, UNDISCOUNTED_SWEEPS_MAX);
    for (let i = 0; i < sweepsMax; i++) if (this.#sweepOnce() <= TOLERANCE) return;
  }

  /** @returns the largest change of a value, relative to the largest value. */
  #sweepOnce(): number {
    let change = 0;
    let largest = 1e-300; // all values may be 0, and what is nearer to it than this counts as 0
    for (let i = this.#order.length - 1; i >= 0; i--) {
      const index = this.#order[i]!;
      const before = this.#values[index]!;
      const after = this.#backup(index);
      change = Math.max(change, Math.abs(after - before));
      largest = Math.max(largest, Math.abs(after));
    }
    return change / largest;
  }

  #backup(index: number): number {
    const { actions, gamma, initial } = this.#options;
    const values = this.#values;
    let best = -Infinity;
    for (let a = 0; a < actions; a++) {
      const backup = this.#backups[index * actions + a];
      let q = initial;
      if (backup) {
        const { next, chance } = backup;
        let ahead = 0;
        for (let i = 0; i < next.length; i++)
          if (next[i]! >= 0) ahead += chance[i]! * values[next[i]!]!;
        q = initial + backup.trust * (backup.reward + gamma * ahead - initial);
      }
      this.#q[index * actions + a] = q;
      if (q > best) best = q;
    }
    values[index] = best;
    return best;
  }

  #intern(state: State): number {
    const known = this.#index.get(state);
    if (known !== undefined) return known;
    const { actions, initial } = this.#options;
    const index = this.#states.length;
    this.#index.set(state, index);
    this.#states.push(state);
    this.#order.push(index);
    for (let a = 0; a < actions; a++) this.#backups.push(undefined);
    this.#values = grown(this.#values, index + 1);
    this.#q = grown(this.#q, (index + 1) * actions);
    this.#values[index] = initial;
    this.#q.fill(initial, index * actions, (index + 1) * actions);
    return index;
  }
}

function grown(array: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  if (length <= array.length) return array;
  const larger = new Float64Array(2 * length);
  larger.set(array);
  return larger;
}
