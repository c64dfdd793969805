import { checkInteger, checkObject, EdgeError, type VectorId } from '@ruvector/core';
import { checkVectorId } from '@ruvector/core/memory';
import { DIMENSIONS_MAX, type Collection } from './collection.js';
import { codesIn } from './layout.js';
import * as at from './memory-map.js';
import { mixed } from './levels.js';
import { checkMany, type CheckedCall } from './many-options.js';
import { normOf } from './norm.js';
import type { Segment } from './segment.js';
import type { Shard } from './shard.js';
import { trainingRows } from './training.js';
import { nextTurn } from './turn.js';
import { WorkerFailedError, type WorkerPool, type WorkerThread } from './worker-pool.js';

/** How many vectors are inserted at once. */
export interface InsertManyOptions {
  /**
   * Workers that link vectors at the same time, from 1 to 64. With more than one the graph depends
   * on which was faster. Where there can be no workers, this thread does it, and
   * `stats().singleThreaded` says why. @default 1, which needs no worker
   */
  threads?: number;
  /**
   * Told now and then how many vectors are inserted, and of how many: more each time, and in the
   * end all. It may search.
   */
  onProgress?: (inserted: number, total: number) => void;
  /** Ends it before its end: what was inserted by then stays. */
  signal?: AbortSignal;
}

/**
 * A call on many vectors was ended by its signal, whose reason is the `cause`.
 *
 * @example
 * new AbortError(10, 100).message; // => 'aborted after 10 of 100'
 */
export class AbortError extends EdgeError {
  override readonly name = 'AbortError';
  override readonly code = 'ERR_HNSW_ABORTED';
  /** How many were done, and stay so. */
  readonly done: number;
  constructor(done: number, total: number, options?: ErrorOptions) {
    super(`aborted after ${done} of ${total}`, { details: { done, total }, ...options });
    this.done = done;
  }
}

const KEYS = ['threads', 'onProgress', 'signal'];
/**
 * Vectors that are put in their places, and then linked: few enough that the first takes not long,
 * and enough that workers seldom wait for it.
 */
const CHUNK = 2_048;
/** Values in the vectors that are linked between two turns of the event loop, about. */
const SLICE_VALUES = 8_192;
/** Nodes that a worker links between two of its messages. */
const BATCH = 64;
/** Parts of a calibration between two turns. */
const PARTS = 64;

/** Rows of a matrix under their ids, all of them checked. */
interface Rows {
  readonly ids: readonly VectorId[] | undefined;
  readonly matrix: Float32Array;
  readonly count: number;
  readonly dimensions: number;
}

/**
 * Inserts the rows of a matrix: see `HnswIndex.insertMany`.
 *
 * @returns how many.
 */
export async function insertMany(
  collection: Collection,
  pool: WorkerPool,
  ids: readonly VectorId[] | undefined,
  matrix: Float32Array,
  options: InsertManyOptions,
): Promise<number> {
  const given = checkObject('options', options, { keys: KEYS });
  const many = checkMany(given);
  const rows = checkRows(collection, ids, matrix);
  return new BulkInsert(collection, rows, { ...many, pool }).run();
}

function checkRows(
  collection: Collection,
  ids: readonly VectorId[] | undefined,
  matrix: Float32Array,
): Rows {
  if (!(matrix instanceof Float32Array))
    throw new TypeError(`matrix must be a Float32Array, got ${typeof matrix}`);
  if (ids !== undefined && !Array.isArray(ids))
    throw new TypeError(`ids must be an array or undefined, got ${typeof ids}`);
  const dimensions =
    collection.dimensions ?? (ids && ids.length > 0 ? matrix.length / ids.length : undefined);
  if (dimensions === undefined) {
    if (matrix.length === 0) return { ids, matrix, count: 0, dimensions: 0 };
    throw new RangeError('dimensions must be given, or ids, for a matrix to have rows');
  }
  const count = ids?.length ?? matrix.length / dimensions;
  if (!Number.isInteger(count) || count * dimensions !== matrix.length)
    throw new RangeError(
      `matrix must have ${ids ? `${count} rows` : 'rows'} of ${dimensions}, got ${matrix.length} values`,
    );
  if (count > 0) checkInteger('matrix row length', dimensions, { min: 1, max: DIMENSIONS_MAX });
  return { ids: ids && checkNewIds(collection, ids), matrix, count, dimensions };
}

/** @returns the ids as they are kept, in the order in which they came. */
function checkNewIds(collection: Collection, ids: readonly unknown[]): readonly VectorId[] {
  const keys = new Set<VectorId>();
  for (const [i, id] of ids.entries()) {
    // a hole is undefined here, and would be skipped by forEach
    const key = checkVectorId(id, `ids[${i}]`);
    if (keys.has(key) || collection.has(key))
      throw new RangeError(`ids[${i}] ${JSON.stringify(key)} is known; upsert replaces`);
    keys.add(key);
  }
  return [...keys];
}

interface Settings extends CheckedCall {
  readonly pool: WorkerPool;
}

/** One call of `insertMany`. */
class BulkInsert {
  readonly #collection: Collection;
  readonly #rows: Rows;
  readonly #settings: Settings;
  /** Rows that are inserted. */
  #done = 0;
  #told = 0;
  #nextId = 0;
  /** What ends the call early: an error of `onProgress`, or of a worker. */
  #failure: { readonly error: unknown } | undefined;
  #hasNoWorkers = false;

  constructor(collection: Collection, rows: Rows, settings: Settings) {
    this.#collection = collection;
    this.#rows = rows;
    this.#settings = settings;
  }

  async run(): Promise<number> {
    const { count, dimensions } = this.#rows;
    this.#throwIfStopped();
    await this.#checkValues();
    while (this.#done < count) {
      const segment = this.#collection.segmentFor(dimensions);
      const { shard } = segment;
      if (shard.count > shard.live) await this.#fillGaps(segment);
      else {
        const end = Math.min(count, this.#done + shard.room);
        this.#prepare(segment, end);
        this.#collection.keep(segment);
        while (this.#done < end)
          await this.#insertChunk(segment, Math.min(end, this.#done + CHUNK));
      }
      for (const _ of shard.connecting()) await nextTurn();
      await this.#calibrate(segment);
    }
    return count;
  }

  /** A bad value is found before anything is changed. */
  async #checkValues(): Promise<void> {
    const { matrix, count, dimensions } = this.#rows;
    const rowsATurn = Math.max(1, Math.floor((64 * SLICE_VALUES) / Math.max(1, dimensions)));
    for (let row = 0; row < count; row++) {
      this.#collection.checkRow(`matrix row ${row}`, rowOf(matrix, row, dimensions));
      if (row % rowsATurn === rowsATurn - 1) await this.#turn();
    }
  }

  /** Slots of deleted vectors are used first, one by one: links may still lead to them. */
  async #fillGaps({ shard, ids }: Segment): Promise<void> {
    const { matrix, count, dimensions } = this.#rows;
    for (let i = 1; this.#done < count && shard.count > shard.live; i++) {
      shard.admit(rowOf(matrix, this.#done, dimensions));
      ids.set(shard.add(), this.#idOf(this.#done));
      this.#collection.version++;
      this.#done++;
      if (i % this.#slice === 0) {
        this.#tell(this.#done);
        await this.#turn();
      }
    }
    this.#tell(this.#done);
    if (this.#failure) this.#throwIfStopped();
  }

  /** Codes that are made for all, and room for all. */
  #prepare({ shard }: Segment, end: number): void {
    const { matrix, dimensions } = this.#rows;
    const { coding, options } = shard;
    const count = end - this.#done;
    if (options.metric === at.DOT) {
      let longest = 0;
      for (let row = this.#done; row < end; row++)
        longest = Math.max(longest, normOf(rowOf(matrix, row, dimensions)));
      shard.widenRadius(longest);
    }
    if (coding !== undefined && !coding.isTrained && count >= coding.trainedFrom)
      coding.foresee(this.#sample(shard.memory.getFloat(at.RADIUS), end, options.metric), end);
    shard.reserve(shard.count + count);
  }

  /** Rows as a training wants them, spread over all. */
  #sample(radius: number, end: number, metric: number): Float32Array {
    const { matrix, dimensions } = this.#rows;
    const codes = codesIn({ dimensions, metric });
    const wanted = Math.min(end - this.#done, trainingRows(codes));
    const stretch = (end - this.#done) / wanted;
    const sample = new Float32Array(wanted * codes);
    for (let i = 0; i < wanted; i++) {
      const row = this.#done + Math.floor((i + mixed(1, i) / 4_294_967_296) * stretch);
      const values = rowOf(matrix, row, dimensions);
      const norm = normOf(values);
      for (let j = 0; j < dimensions; j++)
        sample[i * codes + j] = metric === at.COSINE ? values[j]! / norm : values[j]!;
      if (metric === at.DOT)
        sample[i * codes + dimensions] = Math.sqrt(Math.max(0, radius ** 2 - norm ** 2));
    }
    return sample;
  }

  /** Puts rows in their places and links them, or as many as it may: the others are taken back. */
  async #insertChunk({ shard, ids }: Segment, end: number): Promise<void> {
    const { matrix, dimensions } = this.#rows;
    const begun = this.#done;
    const first = shard.count;
    const levels = Array.from({ length: end - begun }, () => shard.drawLevel());
    highestFirst(levels);
    for (let row = begun; row < end; row++) {
      shard.admit(rowOf(matrix, row, dimensions));
      ids.set(shard.append(levels[row - begun]!), this.#idOf(row));
    }
    this.#collection.version++;
    shard.coding?.maintain(end - begun);
    shard.link(first); // the highest, which is the entry to all others
    this.#done = begun + (await this.#linkRest(shard, first));
    const { count } = shard;
    shard.truncate(first + this.#done - begun);
    ids.drop(first + this.#done - begun, count);
    this.#collection.version++;
    shard.calibration?.afterInserts(this.#done - begun);
    this.#tell(this.#done);
    if (this.#done < end || this.#failure) this.#throwIfStopped();
  }

  /** Links what follows a slot that is linked. @returns how many are, with that one. */
  async #linkRest(shard: Shard, first: number): Promise<number> {
    const { threads, pool } = this.#settings;
    const { count, memory } = shard;
    if (threads > 1 && !this.#hasNoWorkers) {
      const task = (workers: readonly WorkerThread[]): Promise<void> =>
        this.#linkByWorkers(shard, first, workers);
      if (await pool.employ(shard, threads, 'insertMany', task)) return memory.get(at.NEXT) - first;
      this.#hasNoWorkers = true;
    }
    const begun = this.#done;
    let slot = first + 1;
    for (; slot < count && !this.#isStopped; slot++) {
      shard.link(slot);
      if ((slot - first) % this.#slice !== 0) continue;
      this.#tell(begun + slot + 1 - first);
      await nextTurn();
    }
    return slot - first;
  }

  /**
   * Slots below `NEXT` are linked afterwards, and nobody has seen the others: what a worker has
   * taken it links before it looks at `STOP` again, and what one has left that died is linked here.
   */
  async #linkByWorkers(
    shard: Shard,
    first: number,
    workers: readonly WorkerThread[],
  ): Promise<void> {
    const { memory } = shard;
    const { signal, pool } = this.#settings;
    const stop = (): void => memory.set(at.STOP, 1);
    memory.set(at.NEXT, first + 1);
    memory.set(at.END, shard.count);
    memory.set(at.STOP, this.#isStopped ? 1 : 0);
    signal?.addEventListener('abort', stop);
    let linked = this.#done + 1;
    const hear = (some: number): void => {
      this.#tell((linked += some));
      if (this.#failure) stop();
    };
    const left: number[] = [];
    const work = async (worker: WorkerThread, thread: number): Promise<void> => {
      try {
        await worker.run(pool.job(shard, 'link', thread, { batch: BATCH }), hear);
      } catch (error) {
        this.#failure ??= { error };
        stop();
        left.push(...shard.abandon(thread));
      }
    };
    await Promise.all(workers.map((worker, i) => work(worker, i + 1)));
    signal?.removeEventListener('abort', stop);
    for (const slot of left) if (slot < memory.get(at.NEXT)) shard.link(slot);
  }

  async #calibrate({ shard }: Segment): Promise<void> {
    const { calibration } = shard;
    for (let part = 1; calibration?.advance() && !this.#isStopped; part++)
      if (part % PARTS === 0) await nextTurn();
  }

  #idOf(row: number): VectorId {
    const { ids } = this.#rows;
    if (ids) return ids[row]!;
    while (this.#collection.has(this.#nextId)) this.#nextId++;
    return this.#nextId++;
  }

  /** Vectors that are linked between two turns. */
  get #slice(): number {
    return Math.max(1, Math.floor(SLICE_VALUES / this.#rows.dimensions));
  }

  get #isStopped(): boolean {
    return this.#failure !== undefined || this.#settings.signal?.aborted === true;
  }

  #tell(inserted: number): void {
    if (inserted <= this.#told || this.#failure) return;
    this.#told = inserted;
    try {
      this.#settings.onProgress?.(inserted, this.#rows.count);
    } catch (error) {
      this.#failure = { error };
    }
  }

  async #turn(): Promise<void> {
    await nextTurn();
    if (this.#done < this.#rows.count) this.#throwIfStopped();
  }

  #throwIfStopped(): void {
    const { signal } = this.#settings;
    const [done, total] = [this.#done, this.#rows.count];
    const cause = this.#failure?.error;
    if (cause instanceof WorkerFailedError)
      throw new WorkerFailedError(String(cause.details['reason']), { done, cause });
    if (this.#failure) throw cause;
    if (signal?.aborted) throw new AbortError(done, total, { cause: signal.reason });
  }
}

const rowOf = (matrix: Float32Array, row: number, dimensions: number): Float32Array =>
  matrix.subarray(row * dimensions, (row + 1) * dimensions);

/** The node that is linked first is the way to all others. */
function highestFirst(levels: number[]): void {
  let highest = 0;
  for (let i = 1; i < levels.length; i++) if (levels[i]! > levels[highest]!) highest = i;
  [levels[0], levels[highest]] = [levels[highest]!, levels[0]!];
}
