import { seededRandom, type Metric, type SearchHit, type VectorId } from '@ruvector/core';
import { FlatIndex as ExactIndex } from '@ruvector/core/memory';

/** Vectors of one length in one piece, as `insertMany` takes them. */
export interface Matrix {
  readonly values: Float32Array;
  readonly dimensions: number;
  readonly count: number;
}

export const METRICS: readonly Metric[] = ['l2', 'cosine', 'dot'];

export function matrix(
  count: number,
  dimensions: number,
  valueOf: (row: number, column: number) => number,
): Matrix {
  const values = new Float32Array(count * dimensions);
  for (let i = 0; i < values.length; i++)
    values[i] = valueOf(Math.floor(i / dimensions), i % dimensions);
  return { values, dimensions, count };
}

export const row = ({ values, dimensions }: Matrix, i: number): Float32Array =>
  values.subarray(i * dimensions, (i + 1) * dimensions);

export const rows = (all: Matrix): Float32Array[] =>
  Array.from({ length: all.count }, (_, i) => row(all, i));

/** Values from -1 to 1, without structure. */
export function uniform(count: number, dimensions: number, seed: number): Matrix {
  const random = seededRandom(seed);
  return matrix(count, dimensions, () => 2 * random.next() - 1);
}

export function gaussian(count: number, dimensions: number, seed: number): Matrix {
  const normal = normalNumbers(seed);
  return matrix(count, dimensions, normal);
}

/** Overlapping clusters, as embeddings have them. The centres depend on the dimensions alone. */
export function clustered(
  count: number,
  dimensions: number,
  seed: number,
  { clusters = 40, spread = 0.3 } = {},
): Matrix {
  const centres = gaussian(clusters, dimensions, 7);
  const random = seededRandom(seed);
  const normal = normalNumbers(seed + 1);
  const of = Array.from({ length: count }, () => Math.floor(clusters * random.next()));
  return matrix(count, dimensions, (i, j) => row(centres, of[i]!)[j]! + spread * normal());
}

function normalNumbers(seed: number): () => number {
  const random = seededRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** The rows of the one, then those of the other. */
export function stacked(a: Matrix, b: Matrix): Matrix {
  const values = new Float32Array(a.values.length + b.values.length);
  values.set(a.values);
  values.set(b.values, a.values.length);
  return { ...a, values, count: a.count + b.count };
}

export const moved = ({ values, ...rest }: Matrix, by: number): Matrix => ({
  ...rest,
  values: values.map((value) => value + by),
});

export function inOrder(all: Matrix, order: readonly number[]): Matrix {
  return matrix(order.length, all.dimensions, (i, j) => row(all, order[i]!)[j]!);
}

/** The numbers below `count`, shuffled. */
export function shuffled(count: number, seed: number): number[] {
  const random = seededRandom(seed);
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor((i + 1) * random.next());
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** The same vectors in core's exact index, with the numbers of their rows as ids. */
export function exactOf(all: Matrix, metric: Metric): ExactIndex {
  const exact = new ExactIndex({ metric });
  rows(all).forEach((vector, id) => exact.insert(id, vector));
  return exact;
}

interface Searched {
  search(
    query: Float32Array,
    k: number,
    options?: { efSearch?: number; filter?: ReadonlySet<VectorId> },
  ): SearchHit[];
}

/**
 * The part of the `k` nearest that is found, over all queries. What is as near as the last of them
 * counts, to within what 32 bits leave of a distance.
 */
export function recallOf(
  index: Searched,
  exact: ExactIndex,
  queries: Matrix,
  { k = 10, ...options }: { k?: number; efSearch?: number; filter?: ReadonlySet<VectorId> } = {},
): number {
  let [found, wanted] = [0, 0];
  const { filter } = options;
  for (const query of rows(queries)) {
    const nearest = exact.search(query, k, filter ? { filter } : {});
    const reach = nearest.at(-1)?.distance ?? 0;
    const within = reach + 1e-6 * Math.abs(reach);
    const right = new Set(nearest.map(({ id }) => id));
    const ids = index.search(query, k, options);
    found += ids.filter(({ id, distance }) => right.has(id) || distance <= within).length;
    wanted += nearest.length;
  }
  return found / wanted;
}
