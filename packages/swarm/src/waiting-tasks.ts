import type { OpenTask } from './open-task.js';

const PRIORITIES = 10;

/** Tasks without an executor: those taken back from one first, then by priority, then by age. */
export class WaitingTasks implements Iterable<OpenTask> {
  readonly #lines: readonly Set<OpenTask>[] = Array.from(
    { length: PRIORITIES + 1 },
    () => new Set<OpenTask>(),
  );

  get size(): number {
    return this.#lines.reduce((sum, line) => sum + line.size, 0);
  }

  add(task: OpenTask): void {
    const line = task.attempt > 0 ? PRIORITIES : task.request.priority;
    this.#lines[line]!.add(task);
  }

  delete(task: OpenTask): void {
    for (const line of this.#lines) line.delete(task);
  }

  /** A copy, so that the line may change while it is walked. */
  *[Symbol.iterator](): Iterator<OpenTask> {
    for (let i = PRIORITIES; i >= 0; i--) yield* [...this.#lines[i]!];
  }
}
