import type { OpenTask } from './open-task.js';

const PRIORITIES = 10;

/** Tasks without an executor: those that one has lost first, then by priority, then by age. */
export class WaitingTasks {
  readonly #lines: readonly Set<OpenTask>[] = Array.from(
    { length: PRIORITIES + 1 },
    () => new Set<OpenTask>(),
  );

  add(task: OpenTask): void {
    const line = task.strikes > 0 ? PRIORITIES : task.request.priority;
    this.#lines[line]!.add(task);
  }

  delete(task: OpenTask): void {
    for (const line of this.#lines) line.delete(task);
  }

  /** The lines that are not empty, the first to be served first; in each the oldest task first. */
  *lines(): IterableIterator<ReadonlySet<OpenTask>> {
    for (let i = PRIORITIES; i >= 0; i--) if (this.#lines[i]!.size > 0) yield this.#lines[i]!;
  }
}
