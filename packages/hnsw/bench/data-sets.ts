import { seededRandom, type Random } from '../../../packages/core/src/random.js';

/** Rows to fill an index with, and what to ask it. All distances are Euclidean. */
export interface DataSet {
  readonly name: string;
  /** All that the values depend on: a part of the names of files in the cache. */
  readonly key: string;
  readonly dimensions: number;
  readonly rows: Float32Array;
  /** Drawn as the rows are, and not among them. */
  readonly queries: Float32Array;
  /** Drawn otherwise: out of distribution. */
  readonly strangers: Float32Array;
}

/** How much of a data set is wanted. */
export interface Amount {
  readonly count: number;
  readonly queryCount: number;
}

/** A draw that fills `row`, which is zero before. */
type Draw = (row: Float32Array) => void;

/**
 * A thousand Gaussians that overlap: each has variance 1 in every dimension, and so have their
 * centres, times the square of `spread`. It is hard, and found by trial: with .7 a native graph of
 * 100,000 rows needs a breadth of 38 for a recall of .95, and with .65 one of 170.
 */
export function gaussianMixture({ count, queryCount }: Amount): DataSet {
  const [dimensions, centres, spread] = [128, 1000, 0.67];
  const random = seededRandom(11);
  const gaussian = gaussianFrom(random);
  const around = (matrix: Float32Array): Draw => {
    const places = matrix.length / dimensions;
    return (row) => {
      const at = (random.uint32() % places) * dimensions;
      for (let i = 0; i < dimensions; i++) row[i] = matrix[at + i]! + gaussian();
    };
  };
  const drawCentres = (n: number) =>
    Float32Array.from({ length: n * dimensions }, () => spread * gaussian());
  const known = around(drawCentres(centres));
  return {
    name: 'mixture of 1000 Gaussians, 128-d',
    key: `mixture-${spread}-${count}-${queryCount}`,
    dimensions,
    rows: matrixOf(count, dimensions, known),
    queries: matrixOf(queryCount, dimensions, known),
    strangers: matrixOf(queryCount, dimensions, around(drawCentres(centres))),
  };
}

/**
 * What a model makes of texts, in character: directions of length 1 near a surface of few
 * dimensions, crowded about topics. Strangers are about topics that no row is about. For a recall
 * of .95 a native graph of 20,000 rows in 384 dimensions needs a breadth of 14 if topics are .9
 * wide, and of 80 if 1.5.
 */
export function textLike(dimensions: number, { count, queryCount }: Amount): DataSet {
  const [latent, topics, width, noise] = [48, 300, 1.5, 0.02];
  const random = seededRandom(dimensions);
  const gaussian = gaussianFrom(random);
  const basis = Float32Array.from({ length: latent * dimensions }, gaussian);
  const about = (centres: Float32Array): Draw => {
    const point = new Float32Array(latent);
    return (row) => {
      const at = (random.uint32() % topics) * latent;
      for (let j = 0; j < latent; j++) point[j] = Math.tanh(centres[at + j]! + width * gaussian());
      project(point, basis, row);
      for (let i = 0; i < dimensions; i++) row[i]! += noise * Math.sqrt(latent) * gaussian();
      normalise(row);
    };
  };
  const drawTopics = () => Float32Array.from({ length: topics * latent }, gaussian);
  const known = about(drawTopics());
  return {
    name: `text-like, ${dimensions}-d`,
    key: `text-${dimensions}-${latent}-${topics}-${width}-${noise}-${count}-${queryCount}`,
    dimensions,
    rows: matrixOf(count, dimensions, known),
    queries: matrixOf(queryCount, dimensions, known),
    strangers: matrixOf(queryCount, dimensions, about(drawTopics())),
  };
}

/** Points of a Gaussian in 32 dimensions, seen in 128. Strangers are spread twice as wide. */
export function lowRank({ count, queryCount }: Amount): DataSet {
  const [dimensions, latent, noise] = [128, 32, 0.1];
  const random = seededRandom(32);
  const gaussian = gaussianFrom(random);
  const basis = Float32Array.from({ length: latent * dimensions }, gaussian);
  const wide = (scale: number): Draw => {
    const point = new Float32Array(latent);
    return (row) => {
      for (let j = 0; j < latent; j++) point[j] = scale * gaussian();
      project(point, basis, row);
      for (let i = 0; i < dimensions; i++) row[i]! += noise * gaussian();
    };
  };
  return {
    name: 'low rank, 128-d of 32',
    key: `low-rank-${latent}-${noise}-${count}-${queryCount}`,
    dimensions,
    rows: matrixOf(count, dimensions, wide(1)),
    queries: matrixOf(queryCount, dimensions, wide(1)),
    strangers: matrixOf(queryCount, dimensions, wide(2)),
  };
}

/**
 * With every hundredth row and query far away, where they are as near to each other as before: what
 * has one scale for all values has little of it left for the rest.
 */
export function withFarCluster(data: DataSet, offset = 100): DataSet {
  const moved = (matrix: Float32Array) =>
    matrix.map((value, i) =>
      Math.floor(i / data.dimensions) % 100 === 0 ? value + offset : value,
    );
  return {
    ...data,
    name: `${data.name}, one in 100 rows moved by ${offset}`,
    key: `${data.key}-far-${offset}`,
    rows: moved(data.rows),
    queries: moved(data.queries),
  };
}

/** Row number `i` of a matrix, without a copy. */
export const rowOf = (matrix: Float32Array, dimensions: number, i: number): Float32Array =>
  matrix.subarray(i * dimensions, (i + 1) * dimensions);

export const rowsOf = (matrix: Float32Array, dimensions: number): Float32Array[] =>
  Array.from({ length: matrix.length / dimensions }, (_, i) => rowOf(matrix, dimensions, i));

/** To length 1, in place; cosine and Euclidean distance then put rows in the same order. */
export function normalise(row: Float32Array): void {
  let square = 0;
  for (const value of row) square += value * value;
  const factor = 1 / Math.sqrt(square);
  for (let i = 0; i < row.length; i++) row[i]! *= factor;
}

/** Row numbers by distance from one row, the nearest first: a cluster first, and in a bad order. */
export function orderAround({ rows, dimensions }: DataSet, centre: number): Uint32Array {
  const from = rowOf(rows, dimensions, centre);
  const squares = rowsOf(rows, dimensions).map((row) => {
    let sum = 0;
    for (let i = 0; i < dimensions; i++) sum += (row[i]! - from[i]!) ** 2;
    return sum;
  });
  return Uint32Array.from(squares.keys()).sort((a, b) => squares[a]! - squares[b]!);
}

/** The order of `count` things, drawn by Fisher and Yates. */
export function permutation(count: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.uint32() % (i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** The rows in another order, as a copy. */
export function picked(
  matrix: Float32Array,
  dimensions: number,
  order: ArrayLike<number>,
): Float32Array {
  const copy = new Float32Array(order.length * dimensions);
  for (let i = 0; i < order.length; i++)
    copy.set(rowOf(matrix, dimensions, order[i]!), i * dimensions);
  return copy;
}

function matrixOf(count: number, dimensions: number, draw: Draw): Float32Array {
  const matrix = new Float32Array(count * dimensions);
  for (let i = 0; i < count; i++) draw(rowOf(matrix, dimensions, i));
  return matrix;
}

function project(point: Float32Array, basis: Float32Array, row: Float32Array): void {
  for (let j = 0; j < point.length; j++) {
    const [value, at] = [point[j]!, j * row.length];
    for (let i = 0; i < row.length; i++) row[i]! += value * basis[at + i]!;
  }
}

/** Box and Muller. */
function gaussianFrom(random: Random): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
    const angle = 2 * Math.PI * random.next();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
