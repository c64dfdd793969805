/** 1 and '1' are two ids. Numbers are safe integers. */
export type VectorId = string | number;

/** `l2`: Euclidean distance; `cosine`: 1 − cos; `dot`: −⟨a, b⟩. Smaller is nearer in all three. */
export type Metric = 'l2' | 'cosine' | 'dot';

/** One vector that was found. */
export interface SearchHit {
  id: VectorId;
  /** From the query, in the unit of the index's `Metric`. Smaller is nearer. */
  distance: number;
}

/** How one search is done. */
export interface SearchOptions {
  /** Breadth of an approximate search; exact indexes ignore it. */
  efSearch?: number;
  /** Only ids that pass may be returned; as many of them as exist, up to `k`, are. */
  filter?: ((id: VectorId) => boolean) | ReadonlySet<VectorId>;
}

/**
 * Nearest-neighbour search over vectors of one length.
 *
 * The law: dimensions are fixed by the first vector unless given, and stay when all are deleted;
 * vectors are copied on the way in and out; a mistake changes nothing: what is of a wrong type, be
 * it a vector, one of its values, an id, `k` or a filter, is a `TypeError`, and what is of a wrong
 * value a `RangeError`: NaN and ±Infinity, other dimensions, a vector of zeros under `cosine`,
 * which has no direction, an id that is a number and no safe integer, a `k` that is no integer of
 * at least 1. `has`, `get` and `delete` check an id as `insert` does. An index may also refuse,
 * with a `RangeError`, a string that it could not save: a very long one or half a character.
 *
 * Every hit is held and at its distance, and comes once; hits ascend by distance, ties by id
 * (numbers before strings, strings by UTF-16 code units). A search finds `k`, and with `k` above
 * `size` all, whatever `efSearch` is; which of them, may be approximate. A deleted id never
 * returns; what a filter throws reaches the caller and leaves the index as it was.
 */
export interface VectorIndex {
  /** Numbers in a vector; `undefined` until it is given or the first vector says so. */
  readonly dimensions: number | undefined;
  readonly metric: Metric;
  /** Vectors held. */
  readonly size: number;
  /** @throws RangeError if the id is known; `upsert` replaces. */
  insert(id: VectorId, vector: Float32Array | readonly number[]): void;
  /** Adds the vector, or puts it in place of the one with this id. */
  upsert(id: VectorId, vector: Float32Array | readonly number[]): void;
  /** @returns whether the id was there. */
  delete(id: VectorId): boolean;
  /** Whether a vector with this id is held; 1 and '1' are two ids. */
  has(id: VectorId): boolean;
  /** A copy, or `undefined` for an unknown id. */
  get(id: VectorId): Float32Array | undefined;
  /**
   * The `k` vectors nearest to the query, nearest first; fewer if fewer are held or pass the
   * filter.
   */
  search(query: Float32Array | readonly number[], k: number, options?: SearchOptions): SearchHit[];
  /**
   * The whole index as bytes that its own `load` reads: a new array at each call. Once loaded, it
   * answers as before; bytes that were cut or changed are `ERR_MALFORMED`.
   */
  save(): Uint8Array;
}
