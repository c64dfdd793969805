import * as at from './memory-map.js';

/** Rows that are remembered. */
const ROWS = 256;

/**
 * The last vectors that came, as they came. Where codes alone are kept, a vector far from all
 * others is clipped, and what its code says is not where it was: new codes are trained on these.
 */
export class RecentRows {
  readonly #dimensions: number;
  readonly #metric: number;
  readonly #rows: Float32Array;
  #count = 0;

  constructor(dimensions: number, metric: number) {
    this.#dimensions = dimensions;
    this.#metric = metric;
    this.#rows = new Float32Array(ROWS * dimensions);
  }

  add(vector: Float32Array): void {
    this.#rows.set(vector, (this.#count++ % ROWS) * this.#dimensions);
  }

  /**
   * Writes as many rows as a training wants, one after the other and again from the first.
   *
   * @param to - whole rows of codes.
   * @param radius - of `dot`.
   */
  writeForTraining(to: Float32Array, codes: number, radius: number): void {
    const known = Math.min(this.#count, ROWS);
    for (let i = 0; i * codes < to.length && known > 0; i++) {
      const from = (i % known) * this.#dimensions;
      const values = this.#rows.subarray(from, from + this.#dimensions);
      const squared = values.reduce((sum, value) => sum + value ** 2, 0);
      const factor = this.#metric === at.COSINE ? 1 / Math.sqrt(squared) : 1;
      values.forEach((value, j) => (to[i * codes + j] = value * factor));
      if (this.#metric === at.DOT)
        to[i * codes + codes - 1] = Math.sqrt(Math.max(0, radius ** 2 - squared));
    }
  }
}
