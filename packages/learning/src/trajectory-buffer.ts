import { checkInteger, checkNumber, checkObject, type Random } from '@ruvector/core';
import { type Action, checkState, type State } from './state.js';
import { REWARD_MAX } from './transitions.js';

/** One step of an episode, as `QLearner.update` and `QTable.update` take it. */
export interface TrajectoryStep {
  readonly state: State;
  readonly action: Action;
  /** From −1e12 to 1e12, as `QLearner.update` takes it. */
  readonly reward: number;
  /** `undefined`: the episode ended. */
  readonly next: State | undefined;
}

/** How the episodes held went. */
export interface TrajectoryStats {
  /** Episodes held. */
  readonly trajectories: number;
  /** Steps of all of them together. */
  readonly steps: number;
  /** Undiscounted sums of rewards; 0 if there is no trajectory. */
  readonly meanReturn: number;
  /** Highest undiscounted sum of rewards; 0 if there is no trajectory. */
  readonly bestReturn: number;
}

/** Bounds of a `TrajectoryBuffer`. */
export interface TrajectoryBufferOptions {
  /** Trajectories held; the oldest makes room. @default 1_000 */
  capacity?: number;
  /** Steps of one trajectory. @default 10_000 */
  stepsMax?: number;
}

/**
 * The latest episodes, oldest first, in a ring: adding and dropping cost the same however many are
 * held. Used to learn from the same experience again, and to see how it goes.
 *
 * @example
 * const buffer = new TrajectoryBuffer({ capacity: 2 });
 * for (const reward of [1, 2, 3])
 *   buffer.add([{ state: 's', action: 'go', reward, next: undefined }]);
 * buffer.size; // => 2
 * buffer.stats(); // => { trajectories: 2, steps: 2, meanReturn: 2.5, bestReturn: 3 }
 * @see Lin, "Self-improving reactive agents based on reinforcement learning" (1992): replay
 */
export class TrajectoryBuffer {
  /** Trajectories held at most. */
  readonly capacity: number;
  /** Steps of one trajectory at most. */
  readonly stepsMax: number;
  readonly #ring: (readonly TrajectoryStep[])[] = [];
  /** Place of the oldest, once the ring is full. */
  #oldest = 0;

  constructor(options: TrajectoryBufferOptions = {}) {
    const { capacity = 1000, stepsMax = 10_000 } = checkObject('options', options, {
      keys: ['capacity', 'stepsMax'],
    });
    this.capacity = checkInteger('capacity', capacity, { min: 1, max: 1_000_000 });
    this.stepsMax = checkInteger('stepsMax', stepsMax, { min: 1 });
  }

  /** Trajectories held. */
  get size(): number {
    return this.#ring.length;
  }

  /** Adds a finished episode; steps are copied. @throws TypeError, RangeError for a bad step. */
  add(steps: readonly TrajectoryStep[]): void {
    if (!Array.isArray(steps)) throw new TypeError(`steps must be an array, got ${typeof steps}`);
    checkInteger('steps.length', steps.length, { min: 1, max: this.stepsMax });
    const copy = steps.map(copyStep);
    if (this.#ring.length < this.capacity) this.#ring.push(copy);
    else {
      this.#ring[this.#oldest] = copy;
      this.#oldest = (this.#oldest + 1) % this.capacity;
    }
  }

  /** One of those held, each with the same probability; `undefined` if there is none. */
  sample(random: Random): readonly TrajectoryStep[] | undefined {
    checkObject('random', random, { methods: ['next'] });
    return this.#ring[Math.floor(random.next() * this.#ring.length)];
  }

  /** Over the trajectories held; takes time in proportion to their steps. */
  stats(): TrajectoryStats {
    const returns = this.#ring.map((steps) => steps.reduce((sum, { reward }) => sum + reward, 0));
    const trajectories = returns.length;
    const total = returns.reduce((sum, x) => sum + x, 0);
    return {
      trajectories,
      steps: this.#ring.reduce((sum, steps) => sum + steps.length, 0),
      meanReturn: trajectories === 0 ? 0 : total / trajectories,
      bestReturn: trajectories === 0 ? 0 : returns.reduce((a, b) => Math.max(a, b)),
    };
  }

  /** Oldest first. */
  *[Symbol.iterator](): IterableIterator<readonly TrajectoryStep[]> {
    for (let i = 0; i < this.#ring.length; i++)
      yield this.#ring[(this.#oldest + i) % this.#ring.length]!;
  }
}

function copyStep(step: TrajectoryStep, i: number): TrajectoryStep {
  const { state, action, reward, next } = checkObject(`steps[${i}]`, step);
  return Object.freeze({
    state: checkState('state', state),
    action: checkState('action', action),
    reward: checkNumber('reward', reward, { min: -REWARD_MAX, max: REWARD_MAX }),
    next: next === undefined ? undefined : checkState('next', next),
  });
}
