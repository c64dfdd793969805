import type { Random } from '@ruvector/edge/core';

/**
 * When the demo harms itself, by chance alone: the same seed makes the same plan.
 *
 * A worker is killed at the very moment at which it is given a task, so that it provably had work
 * that it could not finish.
 */
export class FaultPlan {
  /** Completed tasks before strangers are let loose. */
  readonly intrudeAfter: number;
  readonly #killAfter: number;
  readonly #anyoneAfter: number;
  readonly #victim: string;
  #assigned = 0;

  /** @param workers - ids of those who are there at the start, at least one. */
  constructor(random: Random, documents: number, workers: readonly string[]) {
    this.intrudeAfter = Math.floor(documents * (0.1 + 0.4 * random.next()));
    this.#killAfter = Math.floor(documents * (0.2 + 0.4 * random.next()));
    this.#anyoneAfter = this.#killAfter + Math.floor(documents / 5);
    this.#victim = workers[Math.floor(random.next() * workers.length)]!;
  }

  /**
   * A task is given to `executor`.
   * @returns whether to kill it now; the chosen one, unless it gets nothing for long.
   */
  killsAt(executor: string): boolean {
    this.#assigned += 1;
    if (this.#assigned <= this.#killAfter) return false;
    return executor === this.#victim || this.#assigned > this.#anyoneAfter;
  }
}
