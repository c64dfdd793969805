import { FlatIndex as ExactIndex } from '@ruvector/core/memory';
import { HnswIndex, type VectorStorage } from '@ruvector/hnsw';
import { describe, expect, it } from 'vitest';
import {
  exactOf,
  gaussian,
  inOrder,
  matrix,
  recallOf,
  row,
  rows,
  shuffled,
  uniform,
} from './data.js';

const STORAGES: VectorStorage[] = ['f32+sq7', 'f32'];

describe.each(STORAGES)('odd shapes, stored as %s', (storage) => {
  it.each([1, 2, 3])('%d dimensions have a recall of .95', async (dimensions) => {
    const data = uniform(3_000, dimensions, 1);
    const index = new HnswIndex({ dimensions, storage });
    await index.insertMany(undefined, data.values);
    const recall = recallOf(index, exactOf(data, 'l2'), uniform(100, dimensions, 2));
    expect(recall).toBeGreaterThanOrEqual(0.95);
  });

  it('a grid, where a great many distances are equal, has a recall of .95', async () => {
    const data = inOrder(
      matrix(2_500, 2, (i, j) => (j ? i % 50 : Math.floor(i / 50))),
      shuffled(2_500, 1),
    );
    const index = new HnswIndex({ dimensions: 2, storage });
    await index.insertMany(undefined, data.values);
    const queries = uniform(60, 2, 2);
    queries.values.forEach((value, i) => (queries.values[i] = 25 * (1 + value)));
    const recall = recallOf(index, exactOf(data, 'l2'), queries, { efSearch: 30 });
    expect(recall).toBeGreaterThanOrEqual(0.95);
  });

  it('4,096 dimensions are exact while they are few', () => {
    const data = gaussian(40, 4_096, 1);
    const index = new HnswIndex({ storage });
    rows(data).forEach((vector, id) => index.insert(id, vector));
    expect(recallOf(index, exactOf(data, 'l2'), gaussian(3, 4_096, 2))).toBe(1);
    expect(index.get(7)).toEqual(row(data, 7));
  });

  it.each([1, 5, 13, 16, 17, 31, 64, 127, 128])('%d dimensions come back as they were', (d) => {
    const index = new HnswIndex({ storage });
    const data = gaussian(300, d, d);
    rows(data).forEach((vector, id) => index.insert(id, vector));
    expect(rows(data).every((vector, id) => index.get(id)!.every((v, j) => v === vector[j]))).toBe(
      true,
    );
  });
});

it('65,535 dimensions are the most', () => {
  const index = new HnswIndex();
  index.insert('ones', new Float32Array(65_535).fill(1));
  const [hit] = index.search(new Float32Array(65_535), 1);
  expect(hit!.distance).toBeCloseTo(Math.sqrt(65_535), 3);
  expect(() => new HnswIndex().insert('a', new Float32Array(65_536))).toThrow(
    'vector.length must be an integer from 1 to 65535, got 65536',
  );
});

describe('few vectors', () => {
  it('an empty index finds nothing, and has no entry point to trip over', () => {
    const index = new HnswIndex();
    expect(index.search([1, 2], 5)).toEqual([]);
    expect(index.size).toBe(0);
    expect([...index]).toEqual([]);
    index.compact();
    expect(HnswIndex.load(index.save()).size).toBe(0);
  });

  it('one vector is found whatever k, and is its own neighbour', () => {
    const index = new HnswIndex();
    index.insert('only', [1, 2]);
    for (const k of [1, 2, 10_000, Number.MAX_SAFE_INTEGER])
      expect(index.search([1, 2], k)).toEqual([{ id: 'only', distance: 0 }]);
  });

  it('k above the size returns all, sorted, above 2,000 vectors too', async () => {
    const data = uniform(2_300, 4, 1);
    const index = new HnswIndex({ dimensions: 4, efConstruction: 40 });
    await index.insertMany(undefined, data.values);
    const hits = index.search([0, 0, 0, 0], 5_000);
    expect(new Set(hits.map(({ id }) => id)).size).toBe(2_300);
    expect(hits).toEqual(hits.toSorted((a, b) => a.distance - b.distance));
  });
});

describe('a vector of zeros', () => {
  it.each(['l2', 'dot'] as const)('is one as any other under %s', async (metric) => {
    const data = uniform(2_300, 4, 1);
    data.values.fill(0, 0, 4 * 20);
    const index = new HnswIndex({ dimensions: 4, metric, efConstruction: 60 });
    await index.insertMany(undefined, data.values);
    expect([...index.get(3)!]).toEqual([0, 0, 0, 0]);
    const exact = exactOf(data, metric);
    expect(recallOf(index, exact, uniform(60, 4, 2))).toBeGreaterThanOrEqual(0.95);
    const zeros = index.search([0, 0, 0, 0], 20, { efSearch: 500 });
    expect(zeros.every(({ distance }) => distance === 0)).toBe(true);
  });

  it('first of all under dot, and nothing else for a while, is one too', () => {
    const [index, exact] = [new HnswIndex({ metric: 'dot' }), new ExactIndex({ metric: 'dot' })];
    for (let id = 0; id < 300; id++) for (const each of [index, exact]) each.insert(id, [0, 0]);
    for (let id = 300; id < 400; id++)
      for (const each of [index, exact]) each.insert(id, [id, -id]);
    expect(index.search([1, 0], 5)).toEqual(exact.search([1, 0], 5));
  });

  it('has no direction under cosine, and is refused, stored or asked for', () => {
    const index = new HnswIndex({ metric: 'cosine' });
    expect(() => index.insert('a', [0, 0])).toThrow('vector must not be all zero under cosine');
    expect(() => index.search([0, 0], 1)).toThrow('query must not be all zero under cosine');
    expect(index.size).toBe(0);
  });
});

describe('under dot, norms that grow as vectors come', () => {
  it('a thousandfold, one by one: recall is .95', () => {
    const drawn = gaussian(2_500, 8, 3);
    const data = matrix(2_500, 8, (i, j) => row(drawn, i)[j]! * 1_000 ** (i / 2_500));
    const index = new HnswIndex({ metric: 'dot' });
    rows(data).forEach((vector, id) => index.insert(id, vector));
    expect(recallOf(index, exactOf(data, 'dot'), gaussian(80, 8, 4))).toBeGreaterThanOrEqual(0.95);
  });

  it('in a second insertMany, whose vectors are all longer: recall is .95', async () => {
    const data = gaussian(3_000, 8, 3);
    data.values.forEach((value, i) => (data.values[i] = i < 8 * 1_500 ? value : 30 * value));
    const index = new HnswIndex({ metric: 'dot', dimensions: 8 });
    await index.insertMany(undefined, data.values.slice(0, 8 * 1_500));
    await index.insertMany(undefined, data.values.slice(8 * 1_500));
    expect(recallOf(index, exactOf(data, 'dot'), gaussian(80, 8, 4))).toBeGreaterThanOrEqual(0.95);
  });
});
