import { seededRandom } from '@ruvector/core';
import { FlatIndex, HnswIndex, type HnswIndexOptions } from '@ruvector/hnsw';

export const DIMENSIONS = 16;
/** Small enough to be quick, and above what a search compares with one by one. */
export const COUNT = 2_600;

/** Rows of a mixture of 40 overlapping clusters. */
export function rows(count: number, seed: number, dimensions = DIMENSIONS): Float32Array {
  const random = seededRandom(seed);
  const centres = Array.from({ length: 40 * dimensions }, () => 4 * random.next());
  const matrix = new Float32Array(count * dimensions);
  for (let row = 0; row < count; row++) {
    const centre = Math.floor(random.next() * 40) * dimensions;
    for (let j = 0; j < dimensions; j++)
      matrix[row * dimensions + j] =
        centres[centre + j]! + random.next() + random.next() + random.next();
  }
  return matrix;
}

export const row = (matrix: Float32Array, at: number, dimensions = DIMENSIONS): Float32Array =>
  matrix.subarray(at * dimensions, (at + 1) * dimensions);

export const MATRIX = rows(COUNT, 1);
export const QUERIES = rows(100, 1).map((value, i) => value + (i % 3) / 9);

/** An index that is built quickly and takes vectors of 16 dimensions. */
export const emptyIndex = (options: HnswIndexOptions = {}): HnswIndex =>
  new HnswIndex({ dimensions: DIMENSIONS, efConstruction: 50, M: 8, ...options });

/** The part of the 10 nearest that an index finds, of those whose ids are below a number. */
export function recallOf(index: HnswIndex, matrix: Float32Array, efSearch?: number): number {
  const exact = new FlatIndex({ dimensions: DIMENSIONS });
  for (let id = 0; id < matrix.length / DIMENSIONS; id++) exact.insert(id, row(matrix, id));
  let found = 0;
  const count = QUERIES.length / DIMENSIONS;
  for (let i = 0; i < count; i++) {
    const query = row(QUERIES, i);
    const wanted = new Set(exact.search(query, 10).map(({ id }) => id));
    const hits = index.search(query, 10, efSearch === undefined ? {} : { efSearch });
    found += hits.filter(({ id }) => wanted.has(id)).length;
  }
  return found / (10 * count);
}

/** The ids, from 0 up, that a search for their own vector does not find. */
export function lost(index: HnswIndex, matrix: Float32Array, count: number): number[] {
  const missing: number[] = [];
  for (let id = 0; id < count; id++) {
    const hits = index.search(row(matrix, id), 1, { efSearch: 100 });
    if (hits[0]?.id !== id) missing.push(id);
  }
  return missing;
}

/** What a promise is rejected with. */
export async function reasonOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it was not rejected');
}

/** A turn of the event loop, after all that waits now. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
