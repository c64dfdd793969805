import { joinTransitions, type RewardScale, rewardScale } from './joint-model.js';
import type { Ledger } from './ledger.js';
import type { Action, State } from './state.js';
import { pairKey, type Transitions } from './transitions.js';
import { ValueTable, type ValueTableOptions } from './value-table.js';

/**
 * Sweeps of all states where values need not be exact: news travels so many states back, or
 * further.
 */
const SWEEPS = 8;

/**
 * The q values of what all agents in a ledger have seen together, worked out no sooner and no more
 * exactly than they are asked for.
 */
export class JointValues {
  readonly #ledger: Ledger<string, Transitions>;
  readonly #actionIndex: ReadonlyMap<Action, number>;
  readonly #table: ValueTable;
  /** Pairs whose counts changed since they were joined last. */
  readonly #stale = new Map<string, Transitions>();
  #scale: RewardScale = { typical: 0, bound: 0 };
  #updates = 0;
  /** The table holds exact values. */
  #isExact = true;
  /** Something was merged since it last did. */
  #isMerged = false;
  /** Something was merged that the table has not seen at all. */
  #isHeard = false;

  /** @param actionIndex - the place of each action in a row. */
  constructor(
    ledger: Ledger<string, Transitions>,
    actionIndex: ReadonlyMap<Action, number>,
    options: Omit<ValueTableOptions, 'actions'>,
  ) {
    this.#ledger = ledger;
    this.#actionIndex = actionIndex;
    this.#table = new ValueTable({ actions: actionIndex.size, ...options });
  }

  /** What agents saw of a pair, by agent id. */
  contributions(key: string): Transitions[] {
    const all: Transitions[] = [];
    for (const agentId of this.#ledger.agents()) {
      const entry = this.#ledger.entries(agentId)?.get(key);
      if (entry) all.push(entry.value);
    }
    return all;
  }

  /** This agent has seen one more transition of a pair. */
  updated(key: string, pair: Transitions): void {
    this.#stale.set(key, pair);
    this.#isExact = false;
    if (++this.#updates >= this.#table.size) this.#refresh();
  }

  /** Pairs came from others, at least one. */
  merged(pairs: Iterable<readonly [key: string, pair: Transitions]>): void {
    for (const [key, pair] of pairs) this.#stale.set(key, pair);
    this.#isExact = false;
    this.#isMerged = this.#isHeard = true;
  }

  /**
   * Exact values of a state's actions; `undefined` if it was never met. Here and below valid until
   * the next change.
   */
  exact(state: State): Float64Array | undefined {
    this.#solve();
    return this.#table.row(state);
  }

  /** Exact after a merge; between merges with every update in it, swept a little. */
  swept(state: State): Float64Array | undefined {
    if (this.#isMerged) this.#solve();
    else if (this.#stale.size > 0) this.#refresh();
    return this.#table.row(state);
  }

  /** As they were swept last, but never without what was merged: cheap enough for every step. */
  latest(state: State): Float64Array | undefined {
    if (this.#isHeard) this.#refresh();
    return this.#table.row(state);
  }

  #join(): void {
    this.#rescale();
    for (const [key, { state, action }] of this.#stale) {
      const model = joinTransitions(this.contributions(key), this.#scale);
      this.#table.set(state, this.#actionIndex.get(action)!, model);
    }
    this.#stale.clear();
    this.#updates = 0;
    this.#isHeard = false;
  }

  /** Looks at the size of rewards again; if it changed, everything must be joined anew. */
  #rescale(): void {
    const all = this.#ledger.agents().map((id) => [...this.#ledger.entries(id)!.values()]);
    const scale = rewardScale(all.map((pairs) => pairs.map(({ value }) => value)));
    if (scale.typical === this.#scale.typical && scale.bound === this.#scale.bound) return;
    this.#scale = scale;
    for (const pairs of all)
      for (const { value } of pairs) this.#stale.set(pairKey(value.state, value.action), value);
  }

  #refresh(): void {
    this.#join();
    this.#table.sweep(SWEEPS);
  }

  #solve(): void {
    if (this.#isExact) return;
    this.#join();
    this.#table.solve();
    this.#isExact = true;
    this.#isMerged = false;
  }
}
