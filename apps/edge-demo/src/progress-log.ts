/**
 * The progress that workers publish: each number of each worker may come once, and only upwards.
 */
export class ProgressLog {
  readonly #done = new Map<string, number>();
  #repeated = 0;

  /** @returns whether it is news. */
  hear(from: string, progress: unknown): boolean {
    const { done } = (progress ?? {}) as { done?: unknown };
    const isNews = Number.isSafeInteger(done) && (done as number) > (this.#done.get(from) ?? 0);
    if (isNews) this.#done.set(from, done as number);
    else this.#repeated += 1;
    return isNews;
  }

  /** Messages that were no news: repeated, or nothing that a worker says. */
  get repeated(): number {
    return this.#repeated;
  }
}
