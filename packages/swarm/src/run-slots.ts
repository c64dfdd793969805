import type { TaskRun } from './task-run.js';

/** The assignments that run at the moment, a bounded number side by side. */
export class RunSlots {
  readonly #max: number;
  readonly #runs = new Set<TaskRun>();
  #idle: (() => void)[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#runs.size;
  }

  get isFull(): boolean {
    return this.#runs.size >= this.#max;
  }

  /** Whether every slot is taken by an executor that ignores its signal. */
  get isStuck(): boolean {
    return this.isFull && this.#isAllStuck;
  }

  has(run: TaskRun): boolean {
    return this.#runs.has(run);
  }

  add(run: TaskRun): void {
    this.#runs.add(run);
  }

  delete(run: TaskRun): void {
    this.#runs.delete(run);
    this.#checkIdle();
  }

  /** It ignores its signal from now on, as far as anybody can tell. */
  markStuck(run: TaskRun): void {
    run.isStuck = true;
    this.#checkIdle();
  }

  sizeOf(assigner: string): number {
    let size = 0;
    for (const run of this.#runs) if (run.assignment.assigner === assigner) size += 1;
    return size;
  }

  /** Resolves when nothing runs that is worth waiting for: what is stuck may never end. */
  async idle(): Promise<void> {
    if (!this.#isAllStuck) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Nobody waits any longer for what runs. */
  close(): void {
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  *[Symbol.iterator](): IterableIterator<TaskRun> {
    yield* this.#runs;
  }

  get #isAllStuck(): boolean {
    return [...this.#runs].every((run) => run.isStuck);
  }

  #checkIdle(): void {
    if (this.#isAllStuck) this.close();
  }
}
