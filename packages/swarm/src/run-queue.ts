import type { TaskRun } from './task-run.js';

/** Assignments that wait for a slot. Assigners take turns, so that none fills a runner alone. */
export class RunQueue {
  /** By assigner, whose turn it is first. */
  readonly #lines = new Map<string, Set<TaskRun>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(run: TaskRun): boolean {
    return this.#lines.get(run.assignment.assigner)?.has(run) ?? false;
  }

  add(run: TaskRun): void {
    const { assigner } = run.assignment;
    const line = this.#lines.get(assigner) ?? new Set();
    this.#lines.set(assigner, line);
    line.add(run);
    this.#size += 1;
  }

  delete(run: TaskRun): void {
    const { assigner } = run.assignment;
    const line = this.#lines.get(assigner);
    if (!line?.delete(run)) return;
    this.#size -= 1;
    if (line.size === 0) this.#lines.delete(assigner);
  }

  /** Those who have tasks here. */
  assigners(): string[] {
    return [...this.#lines.keys()];
  }

  sizeOf(assigner: string): number {
    return this.#lines.get(assigner)?.size ?? 0;
  }

  /** Takes out the one of this assigner that came last. */
  takeLast(assigner: string): TaskRun | undefined {
    const run = [...(this.#lines.get(assigner) ?? [])].at(-1);
    if (run) this.delete(run);
    return run;
  }

  /** Takes the next one out. */
  next(): TaskRun | undefined {
    for (const [assigner, line] of this.#lines) {
      const [run] = line;
      this.#lines.delete(assigner);
      this.#lines.set(assigner, line); // its next turn comes after all others
      this.delete(run!);
      return run;
    }
    return undefined;
  }

  /** Takes all out. */
  drain(): TaskRun[] {
    const runs = [...this];
    this.#lines.clear();
    this.#size = 0;
    return runs;
  }

  *[Symbol.iterator](): IterableIterator<TaskRun> {
    for (const line of this.#lines.values()) yield* line;
  }
}
