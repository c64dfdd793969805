import { cached } from '../../../tools/bench/cached.js';
import { rowsOf, type DataSet } from './data-sets.js';

/** Queries that share one pass over the rows: eight sums stay in registers. */
const LANES = 8;

/** So deep are the neighbours that are kept. */
export const DEPTH = 100;

/** The true neighbours of each query. */
export interface Truth {
  /** The nearest first; ids are row numbers. */
  of(query: number, k: number): Uint32Array;
}

/** Queries with their true neighbours. */
export interface Asked {
  readonly queries: readonly Float32Array[];
  readonly truth: Truth;
}

/** The queries of a data set, with what an earlier run found, or is found now, of `DEPTH`. */
export function asked(data: DataSet, part: 'queries' | 'strangers' = 'queries'): Asked {
  const bytes = cached(
    `truth-${data.key}-${part}`,
    () => new Uint8Array(search(data.rows, data[part], data.dimensions, DEPTH).buffer),
  );
  const ids = new Uint32Array(bytes.buffer);
  return { queries: rowsOf(data[part], data.dimensions), truth: truthOf(ids, DEPTH) };
}

/** The neighbours among rows that only one bench has: every query is compared with every row. */
export const nearestRows = (
  rows: Float32Array,
  queries: Float32Array,
  dimensions: number,
  k: number,
): Truth => truthOf(search(rows, queries, dimensions, k), k);

const truthOf = (ids: Uint32Array, depth: number): Truth => ({
  of: (query, k) => ids.subarray(query * depth, query * depth + k),
});

function search(
  rows: Float32Array,
  queries: Float32Array,
  dimensions: number,
  depth: number,
): Uint32Array {
  const [count, queryCount] = [rows.length / dimensions, queries.length / dimensions];
  const ids = new Uint32Array(queryCount * depth);
  const distances = new Float64Array(queryCount * depth).fill(Infinity);
  const lanes = new Float64Array(LANES * dimensions);
  const sums = new Float64Array(LANES);
  for (let first = 0; first < queryCount; first += LANES) {
    const present = Math.min(LANES, queryCount - first);
    for (let lane = 0; lane < present; lane++)
      for (let i = 0; i < dimensions; i++)
        lanes[i * LANES + lane] = queries[(first + lane) * dimensions + i]!;
    for (let id = 0; id < count; id++) {
      squaresTo(rows, id * dimensions, lanes, dimensions, sums);
      for (let lane = 0; lane < present; lane++) {
        const at = (first + lane) * depth;
        if (sums[lane]! < distances[at + depth - 1]!)
          put(ids, distances, at, depth, id, sums[lane]!);
      }
    }
  }
  return ids;
}

/** The squared distances of one row from eight queries, whose values lie side by side. */
function squaresTo(
  rows: Float32Array,
  at: number,
  lanes: Float64Array,
  dimensions: number,
  sums: Float64Array,
): void {
  let [a, b, c, d, e, f, g, h] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0, j = 0; i < dimensions; i++, j += LANES) {
    const value = rows[at + i]!;
    a += (value - lanes[j]!) ** 2;
    b += (value - lanes[j + 1]!) ** 2;
    c += (value - lanes[j + 2]!) ** 2;
    d += (value - lanes[j + 3]!) ** 2;
    e += (value - lanes[j + 4]!) ** 2;
    f += (value - lanes[j + 5]!) ** 2;
    g += (value - lanes[j + 6]!) ** 2;
    h += (value - lanes[j + 7]!) ** 2;
  }
  sums[0] = a;
  sums[1] = b;
  sums[2] = c;
  sums[3] = d;
  sums[4] = e;
  sums[5] = f;
  sums[6] = g;
  sums[7] = h;
}

/** Insertion from the far end; equal distances keep the order of ids. */
function put(
  ids: Uint32Array,
  distances: Float64Array,
  at: number,
  depth: number,
  id: number,
  distance: number,
): void {
  let place = at + depth - 1;
  for (; place > at && distances[place - 1]! > distance; place--) {
    distances[place] = distances[place - 1]!;
    ids[place] = ids[place - 1]!;
  }
  distances[place] = distance;
  ids[place] = id;
}
