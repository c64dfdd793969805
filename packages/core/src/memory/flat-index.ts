import { checkBytes, checkInteger, checkObject, checkVector } from '../argument.js';
import { ByteReader } from '../byte-reader.js';
import { ByteWriter } from '../byte-writer.js';
import type { Metric, SearchHit, SearchOptions, VectorId, VectorIndex } from '../vector-index.js';
import { distance, dotProduct } from './distance.js';
import { Nearest } from './nearest.js';
import { checkVectorId } from './vector-id.js';

const OPTIONS: readonly (keyof FlatIndexOptions)[] = ['metric', 'dimensions'];
const METRICS: readonly Metric[] = ['l2', 'cosine', 'dot'];
const DIMENSIONS_MAX = 65_536;
const ROWS_MIN = 16;

const MAGIC = 'RVFI';
const VERSION = 2;
const FLOAT32 = 1;
const NUMBER_ID = 0;
const STRING_ID = 1;

/** How a `FlatIndex` measures. */
export interface FlatIndexOptions {
  /** @default 'cosine' */
  metric?: Metric;
  /** From 1 to 65,536. @default that of the first vector */
  dimensions?: number;
}

/**
 * The reference `VectorIndex`: compares the query with every vector, so its answers are exact, and
 * its time grows with their number. Distances are computed in 64 bits from 32-bit values.
 *
 * Under `cosine` a vector of zeros has no direction: a `RangeError`, stored or asked for.
 *
 * @example
 * const index = new FlatIndex({ metric: 'l2' });
 * index.insert('origin', [0, 0]);
 * index.insert('far', [3, 4]);
 * index.search([0, 1], 1); // => [{ id: 'origin', distance: 1 }]
 * index.search([0, 0], 9, { filter: (id) => id !== 'origin' }); // => [{ id: 'far', distance: 5 }]
 */
export class FlatIndex implements VectorIndex {
  readonly metric: Metric;
  #dimensions: number | undefined;
  /** Row by row, without gaps: the last row moves into the place of a deleted one. */
  #rows = new Float32Array(0);
  #squares = new Float64Array(0);
  readonly #ids: VectorId[] = [];
  readonly #rowOf = new Map<VectorId, number>();

  constructor(options: FlatIndexOptions = {}) {
    const { metric = 'cosine', dimensions } = checkObject('options', options, { keys: OPTIONS });
    if (!METRICS.includes(metric))
      throw new RangeError(`metric must be one of ${METRICS.join(', ')}, got ${String(metric)}`);
    this.metric = metric;
    if (dimensions !== undefined)
      this.#dimensions = checkInteger('dimensions', dimensions, { min: 1, max: DIMENSIONS_MAX });
  }

  get dimensions(): number | undefined {
    return this.#dimensions;
  }

  get size(): number {
    return this.#ids.length;
  }

  /**
   * @throws RangeError if the id is known, or for a vector that does not fit; nothing changes then.
   */
  insert(id: VectorId, vector: Float32Array | readonly number[]): void {
    if (this.#rowOf.has(checkVectorId(id)))
      throw new RangeError(`id ${JSON.stringify(id)} is known; upsert replaces`);
    this.upsert(id, vector);
  }

  /** @throws RangeError for a vector that does not fit; nothing changes then. */
  upsert(id: VectorId, vector: Float32Array | readonly number[]): void {
    const key = checkVectorId(id);
    const values = this.#checked('vector', vector);
    this.#dimensions = values.length;
    let row = this.#rowOf.get(key);
    if (row === undefined) {
      row = this.#ids.length;
      this.#reserve(row + 1);
      this.#ids.push(key);
      this.#rowOf.set(key, row);
    }
    this.#rows.set(values, row * values.length);
    this.#squares[row] = dotProduct(values, 0, values);
  }

  /** @returns whether the id was there. */
  delete(id: VectorId): boolean {
    const row = this.#rowOf.get(checkVectorId(id));
    if (row === undefined) return false;
    const dimensions = this.#dimensions!;
    const last = this.#ids.length - 1;
    const moved = this.#ids[last]!;
    this.#rows.copyWithin(row * dimensions, last * dimensions, (last + 1) * dimensions);
    this.#squares[row] = this.#squares[last]!;
    this.#ids[row] = moved;
    this.#rowOf.set(moved, row);
    this.#ids.pop();
    this.#rowOf.delete(id);
    return true;
  }

  has(id: VectorId): boolean {
    return this.#rowOf.has(checkVectorId(id));
  }

  /** A copy, or `undefined` for an unknown id. */
  get(id: VectorId): Float32Array | undefined {
    const row = this.#rowOf.get(checkVectorId(id));
    const dimensions = this.#dimensions ?? 0;
    return row === undefined
      ? undefined
      : this.#rows.slice(row * dimensions, (row + 1) * dimensions);
  }

  /**
   * @param k - at least 1; above `size` all are returned.
   * @param options - a `filter` is asked about every id before the first distance is computed.
   */
  search(
    query: Float32Array | readonly number[],
    k: number,
    options: SearchOptions = {},
  ): SearchHit[] {
    checkObject('options', options, { keys: ['efSearch', 'filter'] });
    checkInteger('k', k, { min: 1 });
    const values = this.#checked('query', query);
    const square = dotProduct(values, 0, values);
    const nearest = new Nearest(k);
    const consider = (row: number): void => {
      const at = row * values.length;
      const rowSquare = this.#squares[row]!;
      nearest.offer(
        this.#ids[row]!,
        distance(this.metric, this.#rows, at, rowSquare, values, square),
      );
    };
    if (options.filter !== undefined) this.#matching(options.filter).forEach(consider);
    else for (let row = 0; row < this.#ids.length; row++) consider(row);
    return nearest.sorted();
  }

  /**
   * The whole index: magic, version, element type, metric, dimensions, id and vector by row,
   * CRC-32.
   */
  save(): Uint8Array {
    const dimensions = this.#dimensions ?? 0;
    const writer = new ByteWriter(64 + this.#ids.length * (16 + 4 * dimensions));
    writer.header(MAGIC, VERSION).u8(FLOAT32).u8(METRICS.indexOf(this.metric)).u32(dimensions);
    writer.u32(this.#ids.length);
    this.#ids.forEach((id, row) => {
      if (typeof id === 'number') writer.u8(NUMBER_ID).f64(id);
      else writer.u8(STRING_ID).text(id);
      for (let i = row * dimensions; i < (row + 1) * dimensions; i++) writer.f32(this.#rows[i]!);
    });
    return writer.checksum().bytes();
  }

  /**
   * Reads what `save` wrote.
   *
   * @throws MalformedError `ERR_MALFORMED` for any other bytes.
   */
  static load(bytes: Uint8Array): FlatIndex {
    const reader = new ByteReader(checkBytes('bytes', bytes), 'flat index');
    reader.header(MAGIC, VERSION);
    reader.checksum();
    const element = reader.u8();
    if (element !== FLOAT32) reader.fail(`element type ${element} is unknown`);
    const metric = METRICS[reader.u8()] ?? reader.fail('the metric is unknown');
    const dimensions = reader.u32();
    if (dimensions > DIMENSIONS_MAX) reader.fail(`${dimensions} dimensions are too many`);
    const count = reader.count(5 + 4 * dimensions);
    if (count > 0 && dimensions === 0) reader.fail('vectors without dimensions');
    const index = new this(dimensions === 0 ? { metric } : { metric, dimensions });
    index.#reserve(count);
    const vector = new Float32Array(dimensions);
    for (let row = 0; row < count; row++) {
      const id = readId(reader);
      for (let i = 0; i < dimensions; i++) vector[i] = reader.f32();
      try {
        index.insert(id, vector);
      } catch (error) {
        reader.fail(error instanceof Error ? error.message : String(error));
      }
    }
    reader.end();
    return index;
  }

  #checked(name: string, vector: Float32Array | readonly number[]): Float32Array {
    if (Array.isArray(vector) || vector instanceof Float32Array)
      checkInteger(`${name}.length`, vector.length, { min: 1, max: DIMENSIONS_MAX });
    const values = checkVector(name, vector, this.#dimensions);
    if (this.metric === 'cosine' && values.every((value) => value === 0))
      throw new RangeError(`${name} must not be all zero under cosine: it has no direction`);
    return values;
  }

  /** Rows of the ids that pass. The ids are collected first: a filter may even change the index. */
  #matching(filter: NonNullable<SearchOptions['filter']>): number[] {
    let ids: Iterable<VectorId>;
    if (typeof filter === 'function') ids = [...this.#ids].filter((id) => filter(id));
    else if (filter instanceof Set) ids = filter;
    else throw new TypeError(`filter must be a function or a Set, got ${typeof filter}`);
    return [...ids].map((id) => this.#rowOf.get(id)).filter((row) => row !== undefined);
  }

  #reserve(rows: number): void {
    if (rows <= this.#squares.length) return;
    const capacity = Math.max(rows, 2 * this.#squares.length, ROWS_MIN);
    const grownRows = new Float32Array(capacity * (this.#dimensions ?? 0));
    const grownSquares = new Float64Array(capacity);
    grownRows.set(this.#rows);
    grownSquares.set(this.#squares);
    this.#rows = grownRows;
    this.#squares = grownSquares;
  }
}

function readId(reader: ByteReader): VectorId {
  const kind = reader.u8();
  if (kind === NUMBER_ID) return reader.f64();
  if (kind === STRING_ID) return reader.text();
  return reader.fail(`id kind ${kind} is unknown`);
}
