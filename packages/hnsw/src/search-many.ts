import type { SearchHit } from '@ruvector/core';
import type { Collection, VectorLike } from './collection.js';
import type { Mask } from './filter.js';
import { compareHits } from './id-map.js';
import { AbortError, type InsertManyOptions } from './insert-many.js';
import type { CheckedCall } from './many-options.js';
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
  options: CheckedCall,
): Promise<SearchHit[][]> {
  const { queries, k } = asked;
  const { threads, signal, onProgress } = options;
  const segments = [...collection.segments]; // those that the masks are of
  const answers: SearchHit[][] = Array.from(queries, () => []);
  const total = queries.length;
  let answered = 0;
  let told = 0;
  const add = (first: number, hits: readonly SearchHit[][]): void => {
    hits.forEach((found, i) => {
      const before = answers[first + i]!;
      const all = before.length === 0 ? found : [...before, ...found].sort(compareHits);
      answers[first + i] = all.slice(0, k);
    });
    answered += hits.length; // by one segment each
    const done = Math.floor(answered / segments.length);
    if (done > told) onProgress?.((told = done), total);
    if (signal?.aborted && answered < total * segments.length)
      throw new AbortError(done, total, { cause: signal.reason });
  };
  if (signal?.aborted) throw new AbortError(0, total, { cause: signal.reason });
  for (const [i, query] of queries.entries()) collection.checkQuery(`queries[${i}]`, query);
  for (const [i, segment] of segments.entries()) {
    const search = { k, ef: asked.ef, mask: asked.masks?.[i] };
    const isLong = threads > 1 && total > CHUNK && segment.plan(search).way === 'graph';
    if (isLong && collection.isDuring('insertMany')) pool.forgo('insertMany is under way');
    else if (isLong && (await new Crew(segment, pool).search(queries, search, threads, add)))
      continue;
    for (let first = 0; first < total; first += CHUNK) {
      add(
        first,
        queries.slice(first, first + CHUNK).map((query) => segment.answer(query, search)),
      );
      await nextTurn();
    }
  }
  return answers;
}

interface Answers {
  readonly counts: Uint32Array;
  /** Candidates that passed the filter. */
  readonly passed: Uint32Array;
  readonly slots: Uint32Array;
  readonly distances: Float64Array;
}

/** Has workers search one segment. */
class Crew {
  readonly #segment: Segment;
  readonly #pool: WorkerPool;

  constructor(segment: Segment, pool: WorkerPool) {
    this.#segment = segment;
    this.#pool = pool;
  }

  /** @returns whether there were workers. */
  async search(
    queries: readonly VectorLike[],
    search: SegmentSearch,
    threads: number,
    add: (first: number, hits: readonly SearchHit[][]) => void,
  ): Promise<boolean> {
    const { shard } = this.#segment;
    return this.#pool.employ(shard, threads, 'searchMany', async (workers) => {
      let next = 0;
      const work = async (worker: WorkerThread, thread: number): Promise<void> => {
        if (search.mask) this.#segment.maskThread(search.mask, thread);
        while (next < queries.length) {
          const first = next;
          next += CHUNK;
          const some = queries.slice(first, next);
          add(first, await this.#ask(worker, thread, some, search));
        }
      };
      const all = workers.map((worker, i) => work(worker, i + 1));
      await Promise.allSettled(all.map((each) => each.catch(() => (next = queries.length))));
      await Promise.all(all);
    });
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
    const plan = this.#segment.plan(search);
    const { wanted, breadth } = plan;
    const job = this.#pool.job(shard, 'search', thread, {
      at: FIELDS,
      queries,
      dimensions,
      k: wanted,
      ef: breadth,
      filtered: search.mask === undefined ? 0 : 1,
      nobody: at.NOBODY,
    });
    const { counts, passed, slots, distances } = (await worker.run(job)) as Answers;
    return some.map((query, i) =>
      counts[i]! < wanted || !this.#segment.isEnough(plan, passed[i]!, search.mask)
        ? this.#segment.answer(query, search)
        : this.#segment.hitsOf(slots, distances, i * wanted, counts[i]!),
    );
  }
}

const FIELDS = {
  scratch: at.SCRATCH,
  scratchBytes: at.SCRATCH_BYTES,
  input: at.INPUT,
  found: at.FOUND,
};
