const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

/** A pause after each refusal, twice as long as the one before: 1 s to 60 s. */
export class BackOff {
  #ms = 0;
  #until = -Infinity;

  /** @param now - monotonic, ms, here and below. */
  isOver(now: number): boolean {
    return now >= this.#until;
  }

  /** Several refusals at once are one. */
  refused(now: number): void {
    if (!this.isOver(now)) return;
    this.#ms = Math.min(LONGEST_MS, 2 * this.#ms || FIRST_MS);
    this.#until = now + this.#ms;
  }

  /** The longest pause at once. */
  longest(now: number): void {
    this.#ms = LONGEST_MS;
    this.#until = now + LONGEST_MS;
  }

  /** This pause is over; the next one is longer all the same. */
  end(): void {
    this.#until = -Infinity;
  }

  reset(): void {
    this.#ms = 0;
    this.end();
  }
}
