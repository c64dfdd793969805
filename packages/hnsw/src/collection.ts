import {
  checkInteger,
  checkVector,
  type Metric,
  type SearchHit,
  type VectorId,
} from '@ruvector/core';
import { checkVectorId } from '@ruvector/core/memory';
import { BusyError } from './errors.js';
import { maskOf, type IdFilter, type Mask } from './filter.js';
import { compareHits } from './id-map.js';
import { normOf } from './norm.js';
import { Segment } from './segment.js';
import type { ShardOptions } from './shard-options.js';

/** A vector of an index, as callers have them. */
export type VectorLike = Float32Array | readonly number[];

/** As many dimensions as a vector may have. */
export const DIMENSIONS_MAX = 65_535;

/** What a collection is made with: all of a shard's options but the dimensions. */
export type CollectionOptions = Omit<ShardOptions, 'dimensions' | 'metric'> & {
  readonly metric: Metric;
};

export const METRICS: readonly Metric[] = ['l2', 'cosine', 'dot'];

/**
 * Vectors by id, in as many segments as memories are needed: what all indexes of this package have
 * in common.
 */
export class Collection {
  readonly options: CollectionOptions;
  readonly segments: Segment[] = [];
  #dimensions: number | undefined;
  /** The calls that are under way, during which nothing is written. */
  readonly #underWay: string[] = [];
  /** Changes with each change. */
  version = 0;

  constructor(options: CollectionOptions, dimensions: number | undefined) {
    this.options = options;
    this.#dimensions = dimensions;
  }

  get dimensions(): number | undefined {
    return this.#dimensions;
  }

  get size(): number {
    return this.segments.reduce((sum, { shard }) => sum + shard.live, 0);
  }

  insert(id: VectorId, vector: VectorLike): void {
    this.checkWritable('insert');
    const key = checkVectorId(id);
    if (this.#segmentOf(key))
      throw new RangeError(`id ${JSON.stringify(key)} is known; upsert replaces`);
    this.#add(key, this.#checked('vector', vector));
  }

  upsert(id: VectorId, vector: VectorLike): void {
    this.checkWritable('upsert');
    const key = checkVectorId(id);
    const values = this.#checked('vector', vector);
    const segment = this.#segmentOf(key);
    if (segment) {
      this.#admit(segment, 'vector', values); // before anything is lost
      this.#remove(segment, key);
    }
    this.#add(key, values, segment); // where there is room now, which elsewhere is to be had first
  }

  delete(id: VectorId): boolean {
    this.checkWritable('delete');
    const key = checkVectorId(id);
    const segment = this.#segmentOf(key);
    if (segment) this.#remove(segment, key);
    return segment !== undefined;
  }

  has(id: VectorId): boolean {
    return this.#segmentOf(checkVectorId(id)) !== undefined;
  }

  get(id: VectorId): Float32Array | undefined {
    const key = checkVectorId(id);
    const segment = this.#segmentOf(key);
    return segment?.shard.vector(segment.ids.slotOf(key)!);
  }

  compact(): void {
    this.checkWritable('compact');
    for (const segment of this.segments) segment.compact();
    this.version++;
  }

  *ids(): IterableIterator<VectorId> {
    for (const { shard, ids } of this.segments)
      for (let slot = 0; slot < shard.count; slot++) if (!shard.isDead(slot)) yield ids.idOf(slot);
  }

  /** What a filter lets pass, in each segment; nothing is written while a predicate is asked. */
  masks(filter: IdFilter): Mask[] {
    return this.during('a filter', () => this.segments.map((segment) => maskOf(segment, filter)));
  }

  /**
   * @param k - was checked.
   * @param masks - of the present segments.
   */
  search(
    query: VectorLike,
    k: number,
    ef: number | undefined,
    masks?: readonly Mask[],
  ): SearchHit[] {
    const values = this.#checked('query', query);
    const hits: SearchHit[][] = [];
    this.segments.forEach((segment, i) => {
      this.#admit(segment, 'query', values);
      hits.push(segment.search({ k, ef, mask: masks?.[i] }));
    });
    if (hits.length === 0) this.#refuseIfOdd('query', values);
    return hits.length === 1 ? hits[0]! : hits.flat().sort(compareHits).slice(0, k);
  }

  /**
   * A segment with room for a vector; a new one is not kept yet.
   *
   * @param room - whether a slot that was used before will do.
   */
  segmentFor(dimensions: number): Segment {
    const segment = this.segments.find(({ shard }) => shard.room > 0);
    return segment ?? new Segment(this.shardOptions(dimensions));
  }

  /** From now on the segment is one of the collection, whose dimensions are fixed. */
  keep(segment: Segment): void {
    if (!this.segments.includes(segment)) this.segments.push(segment);
    this.#dimensions = segment.shard.options.dimensions;
  }

  /** @throws TypeError or RangeError for what no search takes. */
  checkQuery(name: string, query: VectorLike): void {
    this.#refuseIfOdd(name, this.#checked(name, query));
  }

  /** @throws RangeError for a row that an insert would refuse. */
  checkRow(name: string, values: Float32Array): void {
    this.#refuseIfOdd(name, values);
  }

  /** What a segment of this collection is made with. */
  shardOptions(dimensions: number): ShardOptions {
    return { ...this.options, dimensions, metric: METRICS.indexOf(this.options.metric) };
  }

  /** @throws BusyError `ERR_HNSW_BUSY` during a call that nothing may be written in. */
  checkWritable(wanted: string): void {
    const [first] = this.#underWay;
    if (first !== undefined) throw new BusyError(wanted, first);
  }

  /** Whether such a call is under way. */
  isDuring(name: string): boolean {
    return this.#underWay.includes(name);
  }

  /** Nothing is written until the function returns, or what it returns settles. */
  during<T>(name: string, run: () => T): T {
    this.#underWay.push(name);
    const end = (): void => void this.#underWay.splice(this.#underWay.indexOf(name), 1);
    let result: T;
    try {
      result = run();
    } catch (error) {
      end();
      throw error;
    }
    if (!(result instanceof Promise)) {
      end();
      return result;
    }
    return result.finally(end) as T;
  }

  #segmentOf(id: VectorId): Segment | undefined {
    return this.segments.find(({ ids }) => ids.slotOf(id) !== undefined);
  }

  #add(id: VectorId, values: VectorLike, segment = this.segmentFor(values.length)): void {
    this.#admit(segment, 'vector', values);
    segment.ids.set(segment.shard.add(), id);
    this.keep(segment);
    this.version++;
  }

  #remove(segment: Segment, id: VectorId): void {
    const slot = segment.ids.slotOf(id)!;
    segment.shard.remove(slot);
    segment.ids.delete(slot);
    if (segment.shard.live === 0) segment.ids.clear();
    this.version++;
  }

  /** Right in type and length; whether its values are finite, the kernel says. */
  #checked(name: string, vector: VectorLike): VectorLike {
    if (Array.isArray(vector) || vector instanceof Float32Array)
      checkInteger(`${name}.length`, vector.length, { min: 1, max: DIMENSIONS_MAX });
    if (vector instanceof Float32Array && vector.length === this.#dimensions) return vector;
    // before they are converted, which would say so in other words
    if (Array.isArray(vector)) checkNumbers(name, vector);
    return checkVector(name, vector, this.#dimensions);
  }

  #admit(segment: Segment, name: string, values: VectorLike): void {
    const refusal = segment.shard.admit(values);
    if (refusal) this.#refuse(name, values, refusal);
  }

  /** What the kernel does, while there is none. */
  #refuseIfOdd(name: string, vector: VectorLike): void {
    const values = checkVector(name, vector);
    const norm = normOf(values);
    if (norm > NORM_MAX) this.#refuse(name, values, 2);
    if (this.options.metric === 'cosine' && norm < NORM_MIN) this.#refuse(name, values, 3);
  }

  #refuse(name: string, values: VectorLike, refusal: number): never {
    if (refusal === 1) checkVector(name, values);
    if (refusal === 2)
      throw new RangeError(`${name} must have a norm of at most 2^62, got a longer one`);
    const what = values.every((value) => value === 0) ? 'all zero' : 'shorter than 2^-62';
    throw new RangeError(`${name} must not be ${what} under cosine: it has no direction`);
  }
}

const NORM_MAX = 2 ** 62;
const NORM_MIN = 2 ** -62;

function checkNumbers(name: string, values: readonly unknown[]): void {
  const i = values.findIndex((value) => typeof value !== 'number');
  if (i >= 0) throw new TypeError(`${name}[${i}] must be a number, got a ${typeof values[i]}`);
}
