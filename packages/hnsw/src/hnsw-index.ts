import {
  checkInteger,
  checkObject,
  type Metric,
  type SearchHit,
  type Storage,
  type VectorId,
  type VectorIndex,
} from '@ruvector/core';
import { Collection, type VectorLike } from './collection.js';
import { joinParts, readParts, splitFile, writeParts } from './file.js';
import { checkFilter, type IdFilter, type Mask } from './filter.js';
import { IndexFilter } from './index-filter.js';
import { insertMany, type InsertManyOptions } from './insert-many.js';
import { hnswKernel } from './kernel.js';
import { checkMany } from './many-options.js';
import { checkEfSearch, checkOptions, type HnswIndexOptions } from './options.js';
import { checkQueries, searchMany, type ManyOptions } from './search-many.js';
import { statsOf, type IndexStats } from './stats.js';
import { fetchParts, store } from './stored.js';
import { WorkerPool } from './worker-pool.js';

/** How one search is done. */
export interface HnswSearchOptions {
  /**
   * How many candidates are kept, from 1 to 65,536, and never fewer than `k`: more find more, in
   * more time. @default what `targetRecall` takes, as the index has measured it
   */
  efSearch?: number;
  /** Only ids that pass may be found; as many of them as exist, up to `k`, are. */
  filter?: IdFilter | IndexFilter;
  /** Whether each hit comes with its vector. @default false */
  includeVectors?: boolean;
}

/** A hit, with its vector if `includeVectors` asked for it. */
export interface HnswHit extends SearchHit {
  /** As `get` gives it. */
  vector?: Float32Array;
}

/** How many searches are done at once. */
export interface SearchManyOptions extends HnswSearchOptions, ManyOptions {}

const SEARCH_KEYS: readonly (keyof HnswSearchOptions)[] = ['efSearch', 'filter', 'includeVectors'];
const MANY_KEYS: readonly (keyof SearchManyOptions)[] = [
  'efSearch',
  'filter',
  'includeVectors',
  'threads',
  'signal',
  'onProgress',
];

/**
 * Approximate nearest neighbours by a hierarchical navigable small world graph, in WebAssembly.
 *
 * Searches walk through the graph on codes of 7 bits a value and look at the best once more in 32
 * bits. Distances are Euclidean under `l2`, 1 − cos under `cosine`, −⟨a, b⟩ under `dot`. What a
 * search finds is deterministic: it depends on the seed, the vectors and the order of the inserts,
 * unless `insertMany` used several threads.
 *
 * @see Malkov, Yashunin, "Efficient and robust approximate nearest neighbor search using
 *   Hierarchical Navigable Small World graphs" (2018)
 * @example
 * const index = new HnswIndex({ metric: 'cosine' });
 * index.insert('rust-agent', [0.9, 0.1, 0]);
 * index.insert('python-agent', [0.1, 0.9, 0]);
 * index.search([1, 0, 0], 1)[0]?.id; // => 'rust-agent'
 */
export class HnswIndex implements VectorIndex {
  #collection: Collection;
  readonly #pool = new WorkerPool();

  /** @throws TypeError or RangeError that names the option, the value and the rule. */
  constructor(options: HnswIndexOptions = {}) {
    const { dimensions, shardBytes, ...rest } = checkOptions(options);
    const settings = { ...rest, kernel: hnswKernel(), graph: true, bytesMax: shardBytes };
    this.#collection = new Collection(settings, dimensions);
  }

  /** An index of Euclidean distances with these two parameters, and defaults for all others. */
  static withParams(M: number, efConstruction: number): HnswIndex {
    return new this({ M, efConstruction });
  }

  /**
   * Reads what `save` wrote. The bytes are copied.
   *
   * @throws MalformedError `ERR_MALFORMED` for any other bytes.
   */
  static load(bytes: Uint8Array): HnswIndex {
    return this.#of(readParts(splitFile(bytes), hnswKernel(), true));
  }

  /**
   * Reads what `saveTo` wrote. Who saves meanwhile does not matter: it is the index of before or of
   * after.
   *
   * @returns undefined if nothing is under the key.
   * @throws MalformedError `ERR_MALFORMED` if something else is, or parts that do not belong
   *   together, also after some readings.
   */
  static async loadFrom(storage: Storage, key: string): Promise<HnswIndex | undefined> {
    const parts = await fetchParts(storage, key);
    return parts && this.#of(readParts(parts, hnswKernel(), true));
  }

  static #of(collection: Collection): HnswIndex {
    const index = new this();
    index.#collection = collection;
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

  /**
   * @throws RangeError if the id is known, or for a vector that does not fit; BusyError
   *   `ERR_HNSW_BUSY` while `insertMany` or `searchMany` is under way. Nothing changes then.
   */
  insert(id: VectorId, vector: VectorLike): void {
    this.#collection.insert(id, vector);
  }

  /** @throws as `insert` does, but for a known id, whose vector is replaced. */
  upsert(id: VectorId, vector: VectorLike): void {
    this.#collection.upsert(id, vector);
  }

  /**
   * Inserts the rows of a matrix. Before anything is inserted all of it is checked. Searches may be
   * done meanwhile: they find what is inserted by then, and may find some of the rows that are
   * being inserted; these count as there (`size`, `has`, `get`), and are gone again if the call
   * ends early. Changes may not: they throw. The event loop gets its turns all the time.
   *
   * However the call ends, the index is whole: what it says is inserted is the first rows of the
   * matrix, linked, found, saved, and more can be inserted.
   *
   * @param ids - one for each row, or undefined for the next free integers from 0.
   * @param matrix - row by row; it is read until the call returns, and must stay as it is.
   * @returns how many were inserted: all.
   * @throws TypeError or RangeError for a known id, an id that is there twice, and whatever
   *   `insert` refuses; BusyError `ERR_HNSW_BUSY` during another call on all of the index: nothing
   *   has changed then. AbortError `ERR_HNSW_ABORTED` if the signal fires before all is inserted,
   *   WorkerFailedError `ERR_HNSW_WORKER` if a worker dies: `done` rows are inserted then, and stay
   *   so. What `onProgress` throws ends the call in the same way.
   */
  async insertMany(
    ids: readonly VectorId[] | undefined,
    matrix: Float32Array,
    options: InsertManyOptions = {},
  ): Promise<number> {
    this.#collection.checkWritable('insertMany');
    return this.#collection.during('insertMany', () =>
      this.#pool.during(() => insertMany(this.#collection, this.#pool, ids, matrix, options)),
    );
  }

  /**
   * The graph is mended around the vector, and its place is given to another one later.
   *
   * @returns whether the id was there.
   */
  delete(id: VectorId): boolean {
    const wasThere = this.#collection.delete(id);
    // workers would keep memory that is given up
    if (wasThere && this.size === 0) this.#pool.close();
    return wasThere;
  }

  has(id: VectorId): boolean {
    return this.#collection.has(id);
  }

  /** A copy; where only codes are kept, what those say. Undefined for an unknown id. */
  get(id: VectorId): Float32Array | undefined {
    return this.#collection.get(id);
  }

  /**
   * The nearest to a query: nearest first, ties by id, as many as there are up to `k`.
   *
   * @param k - at least 1.
   * @throws TypeError or RangeError that names the parameter, the value and the rule.
   */
  search(query: VectorLike, k: number, options: HnswSearchOptions = {}): HnswHit[] {
    const { efSearch, masks, includeVectors } = this.#checkedSearch(k, options, SEARCH_KEYS);
    const hits = this.#collection.search(query, k, efSearch, masks);
    return includeVectors ? hits.map((hit) => this.#withVector(hit)) : hits;
  }

  /**
   * Answers many queries, on several threads if that is asked for. Other searches may be done
   * meanwhile, changes throw; during `insertMany` there is one thread for it. Calls with threads
   * wait for each other.
   *
   * @param queries - row by row, or one by one; they are read until the call returns.
   * @returns for each query what `search` returns.
   * @throws AbortError `ERR_HNSW_ABORTED` if the signal fires before all are answered,
   *   WorkerFailedError `ERR_HNSW_WORKER` if a worker dies; what `onProgress` throws.
   */
  async searchMany(
    queries: Float32Array | readonly VectorLike[],
    k: number,
    options: SearchManyOptions = {},
  ): Promise<HnswHit[][]> {
    const { efSearch, masks, includeVectors } = this.#checkedSearch(k, options, MANY_KEYS);
    const many = checkMany(options);
    const rows = checkQueries(queries, this.dimensions);
    const asked = { queries: rows, k, ef: efSearch, masks };
    const hits = await this.#collection.during('searchMany', () =>
      this.#pool.during(() => searchMany(this.#collection, this.#pool, asked, many)),
    );
    return includeVectors ? hits.map((each) => each.map((hit) => this.#withVector(hit))) : hits;
  }

  /** Keeps a filter ready for many searches. */
  createFilter(filter: IdFilter): IndexFilter {
    return new IndexFilter(this.#collection, checkFilter(filter));
  }

  /** The ids, in no particular order, which `compact` changes: not while they are asked for. */
  [Symbol.iterator](): IterableIterator<VectorId> {
    return this.#collection.ids();
  }

  /** What the index is made of at the moment. */
  stats(): IndexStats {
    return statsOf(this.#collection, this.#pool.reason);
  }

  /** Gives up the places of deleted vectors, and memory that is not used. */
  compact(): void {
    this.#collection.compact();
    this.#pool.close();
  }

  /**
   * The whole index as bytes: a new array at each call.
   *
   * @throws RangeError if it is larger than an array can be; `saveTo` has no such limit.
   */
  save(): Uint8Array {
    this.#collection.checkWritable('save');
    return joinParts(writeParts(this.#collection));
  }

  /**
   * Puts the index in place of what is under the key, all of it or nothing. What lies beyond one
   * memory comes under keys of its own, `key.segment-1` and so on: nothing else may be put there.
   */
  async saveTo(storage: Storage, key: string): Promise<void> {
    this.#collection.checkWritable('saveTo');
    await store(this.#collection, storage, key);
  }

  /**
   * Ends the workers, if there are any: now, or when the calls that are under way have returned.
   * The index goes on without, and starts new ones if asked. Workers keep no process alive, but
   * their memory: so close an index that is not used any more.
   */
  close(): void {
    this.#pool.close();
  }

  #checkedSearch(
    k: number,
    options: HnswSearchOptions,
    keys: readonly string[],
  ): { efSearch: number | undefined; masks: readonly Mask[] | undefined; includeVectors: boolean } {
    const { efSearch, filter, includeVectors = false } = checkObject('options', options, { keys });
    checkInteger('k', k, { min: 1 });
    checkEfSearch(efSearch);
    return {
      efSearch,
      masks: filter === undefined ? undefined : this.#masks(filter),
      includeVectors,
    };
  }

  #masks(filter: IdFilter | IndexFilter): readonly Mask[] {
    if (filter instanceof IndexFilter) return filter.masksFor(this.#collection);
    return this.#collection.masks(checkFilter(filter));
  }

  #withVector(hit: SearchHit): HnswHit {
    return { ...hit, vector: this.#collection.get(hit.id)! };
  }
}
