import {
  checkInteger,
  checkObject,
  type Metric,
  type SearchHit,
  type SearchOptions,
  type VectorId,
  type VectorIndex,
} from '@ruvector/core';
import { Collection, type VectorLike } from './collection.js';
import { joinParts, readParts, splitFile, writeParts } from './file.js';
import { checkFilter } from './filter.js';
import { hnswKernel } from './kernel.js';
import { checkEfSearch, checkOptions, type HnswIndexOptions } from './options.js';

/** How a `FlatIndex` is made. */
export type FlatIndexOptions = Pick<HnswIndexOptions, 'dimensions' | 'metric' | 'capacity'>;

/**
 * Exact nearest neighbours on the same kernels: every vector is compared, in 32 bits. For some
 * thousands of vectors, or for all that an approximation is measured by.
 *
 * @example
 * const index = new FlatIndex();
 * index.insert('origin', [0, 0]);
 * index.insert('far', [3, 4]);
 * index.search([0, 0], 2).map(({ distance }) => distance); // => [0, 5]
 */
export class FlatIndex implements VectorIndex {
  #collection: Collection;

  /** @throws TypeError or RangeError that names the option, the value and the rule. */
  constructor(options: FlatIndexOptions = {}) {
    checkObject('options', options, { keys: ['dimensions', 'metric', 'capacity'] });
    const { dimensions, shardBytes, ...rest } = checkOptions({ ...options, storage: 'f32' });
    const settings = { ...rest, kernel: hnswKernel(), graph: false, bytesMax: shardBytes };
    this.#collection = new Collection(settings, dimensions);
  }

  /** @throws MalformedError `ERR_MALFORMED` for bytes that `save` does not write. */
  static load(bytes: Uint8Array): FlatIndex {
    const index = new this();
    index.#collection = readParts(splitFile(bytes), hnswKernel(), false);
    return index;
  }

  get dimensions(): number | undefined {
    return this.#collection.dimensions;
  }

  get metric(): Metric {
    return this.#collection.options.metric;
  }

  get size(): number {
    return this.#collection.size;
  }

  /** @throws RangeError if the id is known, or for a vector that does not fit. */
  insert(id: VectorId, vector: VectorLike): void {
    this.#collection.insert(id, vector);
  }

  /** @throws RangeError for a vector that does not fit. */
  upsert(id: VectorId, vector: VectorLike): void {
    this.#collection.upsert(id, vector);
  }

  /** @returns whether the id was there. */
  delete(id: VectorId): boolean {
    return this.#collection.delete(id);
  }

  has(id: VectorId): boolean {
    return this.#collection.has(id);
  }

  /** A copy, or undefined for an unknown id. */
  get(id: VectorId): Float32Array | undefined {
    return this.#collection.get(id);
  }

  /**
   * @param k - at least 1.
   * @param options - of which `efSearch` changes nothing.
   */
  search(query: VectorLike, k: number, options: SearchOptions = {}): SearchHit[] {
    const given = checkObject('options', options, { keys: ['efSearch', 'filter'] });
    const { efSearch, filter } = given;
    checkInteger('k', k, { min: 1 });
    checkEfSearch(efSearch);
    const masks = filter === undefined ? undefined : this.#collection.masks(checkFilter(filter));
    return this.#collection.search(query, k, undefined, masks);
  }

  /** The ids, in no particular order. */
  [Symbol.iterator](): IterableIterator<VectorId> {
    return this.#collection.ids();
  }

  /** The whole index as bytes. */
  save(): Uint8Array {
    return joinParts(writeParts(this.#collection));
  }
}
