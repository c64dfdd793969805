import { HnswIndex, type VectorStorage } from '@ruvector/hnsw';
import { describe, expect, it } from 'vitest';
import {
  clustered,
  exactOf,
  gaussian,
  inOrder,
  matrix,
  METRICS,
  recallOf,
  row,
  shuffled,
  stacked,
  uniform,
  type Matrix,
} from './data.js';

const COUNT = 2_200;

async function filled(
  data: Matrix,
  options: ConstructorParameters<typeof HnswIndex>[0] = {},
): Promise<HnswIndex> {
  const index = new HnswIndex({ dimensions: data.dimensions, efConstruction: 100, ...options });
  await index.insertMany(undefined, data.values);
  return index;
}

/** Values that are far from zero in few places only. */
const sparse = (count: number, seed: number): Matrix => {
  const drawn = uniform(count, 60, seed);
  return matrix(count, 60, (i, j) => ((i * 7 + j * 13 + seed) % 11 ? 0 : row(drawn, i)[j]!));
};

/** The norm of the i-th vector grows with i. */
const growing = (count: number, seed: number): Matrix => {
  const drawn = gaussian(count, 12, seed);
  return matrix(count, 12, (i, j) => row(drawn, i)[j]! * (1 + (20 * i) / count));
};

/** Near a plane in many dimensions. */
const flat = (count: number, seed: number): Matrix => {
  const [two, noise] = [uniform(count, 2, seed), uniform(count, 40, seed + 1)];
  return matrix(count, 40, (i, j) => row(two, i)[j % 2]! * Math.cos(j) + 0.01 * row(noise, i)[j]!);
};

const KINDS: Record<string, (count: number, seed: number) => Matrix> = {
  'vectors without structure': (count, seed) => uniform(count, 24, seed),
  'overlapping clusters': (count, seed) => clustered(count, 24, seed),
  'narrow clusters': (count, seed) => clustered(count, 24, seed, { spread: 0.01 }),
  'sparse vectors': sparse,
  'vectors near a plane': flat,
  'vectors of growing length': growing,
  'vectors that are all positive': (count, seed) => {
    const drawn = gaussian(count, 24, seed);
    return { ...drawn, values: drawn.values.map((value) => 5 + Math.abs(value)) };
  },
  'places of very different scale': (count, seed) => {
    const drawn = gaussian(count, 16, seed);
    return matrix(count, 16, (i, j) => row(drawn, i)[j]! * 1.6 ** j);
  },
};

describe.each(Object.entries(KINDS))('recall@10 of %s is at least .95 by default', (_, make) => {
  const data = make(COUNT, 1);
  const queries = make(80, 99);

  it.each(METRICS)('under %s', async (metric) => {
    const index = new HnswIndex({ dimensions: data.dimensions, metric });
    await index.insertMany(undefined, data.values);
    expect(recallOf(index, exactOf(data, metric), queries)).toBeGreaterThanOrEqual(0.95);
  });
});

it('recall@1 and recall@100 are at least .95 too', async () => {
  const data = clustered(COUNT, 24, 1);
  const [index, exact] = [await filled(data), exactOf(data, 'l2')];
  const queries = clustered(60, 24, 2);
  expect(recallOf(index, exact, queries, { k: 1 })).toBeGreaterThanOrEqual(0.95);
  expect(recallOf(index, exact, queries, { k: 100 })).toBeGreaterThanOrEqual(0.95);
});

it('queries from elsewhere have a recall of .8, and .99 at efSearch 400', async () => {
  const data = clustered(COUNT, 24, 1);
  const [index, exact, queries] = [await filled(data), exactOf(data, 'l2'), uniform(60, 24, 2)];
  expect(recallOf(index, exact, queries)).toBeGreaterThanOrEqual(0.8);
  expect(recallOf(index, exact, queries, { efSearch: 400 })).toBeGreaterThanOrEqual(0.99);
});

it.each<[VectorStorage, number]>([
  ['f32', 0.995],
  ['f32+sq7', 0.99],
  ['sq7', 0.9],
])('%s has a recall of %d at efSearch 300', async (storage, floor) => {
  const data = clustered(COUNT, 24, 1);
  const [index, exact] = [await filled(data, { storage }), exactOf(data, 'l2')];
  const queries = clustered(60, 24, 2);
  expect(recallOf(index, exact, queries, { efSearch: 300 })).toBeGreaterThanOrEqual(floor);
});

describe('the order of the inserts', () => {
  const data = clustered(COUNT, 12, 1);
  const queries = clustered(80, 12, 2);

  it.each([
    ['by the first value', (a: number, b: number) => row(data, a)[0]! - row(data, b)[0]!],
    [
      'by norm',
      (a: number, b: number) => Math.hypot(...row(data, a)) - Math.hypot(...row(data, b)),
    ],
  ])('sorted %s loses at most .01 of the recall of the shuffled', async (_, compare) => {
    const order = Array.from({ length: COUNT }, (__, i) => i).sort(compare);
    const sorted = inOrder(data, order);
    const mixed = inOrder(data, shuffled(COUNT, 3));
    for (const efSearch of [20, 60]) {
      const of = async (all: Matrix) =>
        recallOf(await filled(all), exactOf(all, 'l2'), queries, { efSearch });
      expect(await of(sorted)).toBeGreaterThanOrEqual((await of(mixed)) - 0.01);
    }
  });

  it('cluster by cluster, one by one, keeps a recall of .95', () => {
    const parts = [0, 1, 2].map((i) => {
      const part = gaussian(900, 12, 10 + i);
      return { ...part, values: part.values.map((value) => value + 8 * i) };
    });
    const all = stacked(stacked(parts[0]!, parts[1]!), parts[2]!);
    const index = new HnswIndex({ efConstruction: 100 });
    for (let id = 0; id < all.count; id++) index.insert(id, row(all, id));
    const asked = inOrder(all, shuffled(all.count, 4).slice(0, 80));
    expect(recallOf(index, exactOf(all, 'l2'), asked)).toBeGreaterThanOrEqual(0.95);
  });
});

it('values whose range grows a hundredfold as they come keep a recall of .95', () => {
  const drawn = gaussian(COUNT, 12, 5);
  const data = matrix(COUNT, 12, (i, j) => row(drawn, i)[j]! * 100 ** (i / COUNT));
  const index = new HnswIndex({ efConstruction: 100 });
  for (let id = 0; id < COUNT; id++) index.insert(id, row(data, id));
  const asked = inOrder(data, shuffled(COUNT, 6).slice(0, 80));
  expect(recallOf(index, exactOf(data, 'l2'), asked)).toBeGreaterThanOrEqual(0.95);
});
