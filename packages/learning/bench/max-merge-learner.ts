import type { Random } from '@ruvector/core';

const ACTIONS = [0, 1, 2, 3] as const;
const ALPHA = 0.1;

/** Classic Q-learning on the lake whose merge takes the greater value: what not to do. */
export class MaxMergeLearner {
  #q = new Float64Array(64 * ACTIONS.length);
  readonly #gamma: number;
  readonly #epsilon: number;
  readonly #random: Random;

  constructor(gamma: number, epsilon: number, random: Random) {
    this.#gamma = gamma;
    this.#epsilon = epsilon;
    this.#random = random;
  }

  best(state: number): number {
    return this.#ties(state)[0]!;
  }

  choose(state: number): number {
    const among = this.#random.next() < this.#epsilon ? ACTIONS : this.#ties(state);
    return among[Math.floor(this.#random.next() * among.length)]!;
  }

  update(state: number, action: number, reward: number, next: number | undefined): void {
    const ahead = next === undefined ? 0 : Math.max(...this.#row(next));
    this.#row(state)[action]! += ALPHA * (reward + this.#gamma * ahead - this.#row(state)[action]!);
  }

  merge(other: MaxMergeLearner): void {
    this.#q = this.#q.map((q, i) => Math.max(q, other.#q[i]!));
  }

  /** A view, so that what is written to it is learnt. */
  #row(state: number): Float64Array {
    return this.#q.subarray(ACTIONS.length * state, ACTIONS.length * (state + 1));
  }

  #ties(state: number): number[] {
    const row = this.#row(state);
    const most = Math.max(...row);
    return ACTIONS.filter((action) => row[action] === most);
  }
}
