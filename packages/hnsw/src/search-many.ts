import { checkInteger, checkObject, checkSignal, type SearchHit } from '@ruvector/core';
import type { Collection, VectorLike } from './collection.js';
import type { Mask } from './filter.js';
import { compareHits } from './id-map.js';
import { AbortError, THREADS_MAX, type InsertManyOptions } from './insert-many.js';
import * as at from './memory-map.js';
import type { Segment, SegmentSearch } from './segment.js';
import { nextTurn } from './turn.js';
import type { WorkerPool, WorkerThread } from './worker-pool.js';

/** Queries that are answered between two turns, and that a worker gets at once. */
const CHUNK = 32;

/** Queries of one call, checked. */
export interface ManyQueries {
  readonly queries: readonly VectorLike[];
  readonly k: number;
  readonly ef: number | undefined;
  readonly masks: readonly Mask[] | undefined;
}

/** How the queries of one call are answered. */
export interface ManyOptions extends Pick<InsertManyOptions, 'threads' | 'signal'> {
  /** Told now and then how many queries are answered, and of how many. */
  onProgress?: (answered: number, total: number) => void;
}

export function checkMany({ threads = 1, signal, onProgress }: ManyOptions): ManyOptions {
  checkInteger('threads', threads, { min: 1, max: THREADS_MAX });
  checkSignal('options.signal', signal);
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw new TypeError(`onProgress must be a function, got ${typeof onProgress}`);
  return { threads, ...(signal && { signal }), ...(onProgress && { onProgress }) };
}

/** Rows of a matrix, or vectors one by one. */
export function checkQueries(
  queries: Float32Array | readonly VectorLike[],
  dimensions: number | undefined,
): readonly VectorLike[] {
  if (Array.isArray(queries)) return queries as readonly VectorLike[];
  if (!(queries instanceof Float32Array))
    throw new TypeError(`queries must be a Float32Array or an array, got ${typeof queries}`);
  const width = dimensions ?? queries.length;
  if (width > 0 && queries.length % width !== 0)
    throw new RangeError(`queries must have rows of ${width}, got ${queries.length} values`);
  return Array.from({ length: queries.length / (width || 1) }, (_, i) =>
    queries.subarray(i * width, (i + 1) * width),
  );
}

/** Answers many queries: see `HnswIndex.searchMany`. */
export async function searchMany(
  collection: Collection,
  pool: WorkerPool,
  asked: ManyQueries,
  options: ManyOptions,
): Promise<SearchHit[][]> {
  const { queries, k } = asked;
  const { threads = 1, signal, onProgress } = options;
  const answers: SearchHit[][] = queries.map(() => []);
  const total = queries.length;
  let answered = 0;
  const add = (first: number, hits: readonly SearchHit[][]): void => {
    hits.forEach((found, i) => {
      const before = answers[first + i]!;
      const all = before.length === 0 ? found : [...before, ...found].sort(compareHits);
      answers[first + i] = all.slice(0, k);
    });
    answered += hits.length / collection.segments.length;
    onProgress?.(Math.floor(answered), total);
    if (signal?.aborted) throw new AbortError(Math.floor(answered), total, { cause: signal.reason });
  };
  if (signal?.aborted) throw new AbortError(0, total, { cause: signal.reason });
  for (const query of queries) collection.checkQuery(query);
  for (const [i, segment] of collection.segments.entries()) {
    const search = { k, ef: asked.ef, mask: asked.masks?.[i] };
    const isLong = threads > 1 && total > CHUNK && segment.plan(search).way === 'graph';
    const workers = isLong ? await pool.crew(segment.shard, threads) : [];
    if (workers.length > 0) await new Crew(segment, pool, workers).search(queries, search, add);
    else
      for (let first = 0; first < total; first += CHUNK) {
        add(first, queries.slice(first, first + CHUNK).map((query) => segment.answer(query, search)));
        await nextTurn();
      }
  }
  return answers;
}

interface Answers {
  readonly counts: Uint32Array;
  readonly slots: Uint32Array;
  readonly distances: Float64Array;
}

/** Workers that search one segment. */
class Crew {
  readonly #segment: Segment;
  readonly #pool: WorkerPool;
  readonly #workers: readonly WorkerThread[];

  constructor(segment: Segment, pool: WorkerPool, workers: readonly WorkerThread[]) {
    this.#segment = segment;
    this.#pool = pool;
    this.#workers = workers;
  }

  async search(
    queries: readonly VectorLike[],
    search: SegmentSearch,
    add: (first: number, hits: readonly SearchHit[][]) => void,
  ): Promise<void> {
    const { memory } = this.#segment.shard;
    this.#segment.shard.widenTo(this.#segment.plan(search).breadth);
    this.#maskAll(search.mask);
    memory.pinnedBy = 'searchMany';
    let next = 0;
    const work = async (worker: WorkerThread, thread: number): Promise<void> => {
      while (next < queries.length) {
        const first = next;
        next += CHUNK;
        const some = queries.slice(first, next);
        add(first, await this.#ask(worker, thread, some, search));
      }
    };
    const all = this.#workers.map((worker, i) => work(worker, i + 1));
    try {
      await Promise.all(all);
    } finally {
      next = queries.length;
      await Promise.allSettled(all);
      memory.pinnedBy = undefined;
    }
  }

  async #ask(
    worker: WorkerThread,
    thread: number,
    some: readonly VectorLike[],
    search: SegmentSearch,
  ): Promise<SearchHit[][]> {
    const { shard } = this.#segment;
    const { dimensions } = shard.options;
    const queries = new Float32Array(some.length * dimensions);
    some.forEach((query, i) => queries.set(query, i * dimensions));
    const { wanted, breadth } = this.#segment.plan(search);
    const job = this.#pool.job(shard, 'search', thread, {
      at: FIELDS,
      queries,
      dimensions,
      k: wanted,
      ef: breadth,
      filtered: search.mask === undefined ? 0 : 1,
      nobody: at.NOBODY,
    });
    const { counts, slots, distances } = (await worker.run(job)) as Answers;
    return some.map((query, i) =>
      counts[i]! < wanted
        ? this.#segment.answer(query, search)
        : this.#segment.hitsOf(slots, distances, i * wanted, counts[i]!),
    );
  }

  #maskAll(mask: Mask | undefined): void {
    if (mask === undefined) return;
    const { memory } = this.#segment.shard;
    for (let thread = 1; thread <= this.#workers.length; thread++)
      memory.bytes.set(mask.bits, memory.scratch(at.PASSING, thread));
  }
}

const FIELDS = {
  scratch: at.SCRATCH,
  scratchBytes: at.SCRATCH_BYTES,
  input: at.INPUT,
  found: at.FOUND,
};
