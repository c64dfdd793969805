import {
  checkInteger,
  checkObject,
  type Metric,
  type SearchHit,
  type VectorId,
  type VectorIndex,
} from '@ruvector/core';
import { Collection, type VectorLike } from './collection.js';
import { readParts, splitFile, writeFile } from './file.js';
import { checkFilter, type IdFilter } from './filter.js';
import { hnswKernel } from './kernel.js';
import { checkOptions, type HnswIndexOptions } from './options.js';

/** How one search is done. */
export interface HnswSearchOptions {
  /**
   * How many candidates are kept, from 1 to 65,536, and never fewer than `k`: more find more, in
   * more time. @default what `targetRecall` takes
   */
  efSearch?: number;
  /** Only ids that pass may be found; as many of them as exist, up to `k`, are. */
  filter?: IdFilter;
}

const EF_SEARCH_MAX = 65_536;

export class HnswIndex implements VectorIndex {
  #collection: Collection;

  constructor(options: HnswIndexOptions = {}) {
    const { dimensions, shardBytes, ...rest } = checkOptions(options);
    const kernel = hnswKernel();
    this.#collection = new Collection(
      { ...rest, kernel, graph: true, bytesMax: shardBytes },
      dimensions,
    );
  }

  static withParams(M: number, efConstruction: number): HnswIndex {
    return new this({ M, efConstruction });
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

  insert(id: VectorId, vector: VectorLike): void {
    this.#collection.insert(id, vector);
  }

  upsert(id: VectorId, vector: VectorLike): void {
    this.#collection.upsert(id, vector);
  }

  delete(id: VectorId): boolean {
    return this.#collection.delete(id);
  }

  has(id: VectorId): boolean {
    return this.#collection.has(id);
  }

  get(id: VectorId): Float32Array | undefined {
    return this.#collection.get(id);
  }

  search(query: VectorLike, k: number, options: HnswSearchOptions = {}): SearchHit[] {
    const { efSearch, filter } = checkObject('options', options, { keys: ['efSearch', 'filter'] });
    checkInteger('k', k, { min: 1 });
    if (efSearch !== undefined) checkInteger('efSearch', efSearch, { min: 1, max: EF_SEARCH_MAX });
    const masks = filter === undefined ? undefined : this.#collection.masks(checkFilter(filter));
    return this.#collection.search(query, k, efSearch, masks);
  }

  save(): Uint8Array {
    this.#collection.checkWritable('save');
    return writeFile(this.#collection);
  }

  static load(bytes: Uint8Array): HnswIndex {
    const collection = readParts(splitFile(bytes), hnswKernel());
    const index = new this();
    index.#collection = collection;
    return index;
  }
}
