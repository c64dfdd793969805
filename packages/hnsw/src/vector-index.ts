import type { Metric, SearchHit, SearchOptions, VectorId, VectorIndex } from '@ruvector/core';
import { FlatIndex, type FlatIndexOptions } from '@ruvector/core/memory';

/**
 * An index that compares every vector: a beginning that keeps the law. Give one method after the
 * other a way of its own, and the compliance suite says when the law breaks.
 *
 * @example
 * const index = new HnswIndex({ metric: 'l2' });
 * index.insert('origin', [0, 0]);
 * index.search([0, 1], 1); // => [{ id: 'origin', distance: 1 }]
 */
export class HnswIndex implements VectorIndex {
  readonly #inner: FlatIndex;

  constructor(options: FlatIndexOptions | FlatIndex = {}) {
    this.#inner = options instanceof FlatIndex ? options : new FlatIndex(options);
  }

  /** @throws MalformedError for bytes that `save` does not write. */
  static load(bytes: Uint8Array): HnswIndex {
    return new this(FlatIndex.load(bytes));
  }

  get dimensions(): number | undefined {
    return this.#inner.dimensions;
  }

  get metric(): Metric {
    return this.#inner.metric;
  }

  get size(): number {
    return this.#inner.size;
  }

  insert(id: VectorId, vector: Float32Array | readonly number[]): void {
    this.#inner.insert(id, vector);
  }

  upsert(id: VectorId, vector: Float32Array | readonly number[]): void {
    this.#inner.upsert(id, vector);
  }

  delete(id: VectorId): boolean {
    return this.#inner.delete(id);
  }

  has(id: VectorId): boolean {
    return this.#inner.has(id);
  }

  get(id: VectorId): Float32Array | undefined {
    return this.#inner.get(id);
  }

  search(
    query: Float32Array | readonly number[],
    k: number,
    options: SearchOptions = {},
  ): SearchHit[] {
    return this.#inner.search(query, k, options);
  }

  save(): Uint8Array {
    return this.#inner.save();
  }
}
