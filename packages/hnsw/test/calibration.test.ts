import { HnswIndex } from '@ruvector/hnsw';
import { describe, expect, it } from 'vitest';
import {
  clustered,
  exactOf,
  gaussian,
  matrix,
  recallOf,
  row,
  uniform,
  type Matrix,
} from './data.js';

async function indexOf(data: Matrix, options: object = {}): Promise<HnswIndex> {
  const index = new HnswIndex({ dimensions: data.dimensions, efConstruction: 60, ...options });
  await index.insertMany(undefined, data.values);
  return index;
}

/** Of 32 dimensions, all but a little in 16 of them. */
function latent(count: number, seed: number): Matrix {
  const [some, noise] = [gaussian(count, 16, seed), gaussian(count, 16, seed + 7)];
  return matrix(count, 32, (i, j) =>
    j < 16 ? row(some, i)[j]! : 0.5 * row(some, i)[j - 16]! + 0.1 * row(noise, i)[j - 16]!,
  );
}

describe('the breadth of a search that does not say its efSearch', () => {
  const data = gaussian(3_000, 20, 1);
  const [exact, queries] = [exactOf(data, 'l2'), gaussian(150, 20, 2)];

  it.each([0.8, 0.95, 0.99])(
    'is found such that the recall is at least %d',
    async (targetRecall) => {
      const index = await indexOf(data, { targetRecall });
      expect(index.stats().efSearch).toBeGreaterThan(0);
      // of 1,500 neighbours that are asked for, chance may cost a few
      expect(recallOf(index, exact, queries)).toBeGreaterThanOrEqual(targetRecall - 0.005);
    },
  );

  it('grows with the recall that is wanted, and with how hard the data is', async () => {
    const of = async (all: Matrix, targetRecall: number) =>
      (await indexOf(all, { targetRecall })).stats().efSearch!;
    const [low, middle, high] = [await of(data, 0.8), await of(data, 0.95), await of(data, 0.99)];
    expect(low).toBeLessThan(middle);
    expect(middle).toBeLessThan(high);
    expect(await of(uniform(3_000, 4, 1), 0.95)).toBeLessThan(middle);
  });

  it('is the same for the same vectors in the same order, another seed is near', async () => {
    const efs = [1, 1, 2].map(async (seed) => (await indexOf(data, { seed })).stats().efSearch!);
    const [first, second, other] = await Promise.all(efs);
    expect(second).toBe(first);
    expect(other! / first!).toBeGreaterThan(0.6);
    expect(other! / first!).toBeLessThan(1.7);
  });

  it('is kept in the file', async () => {
    const index = await indexOf(data);
    const loaded = HnswIndex.load(index.save());
    expect(loaded.stats().efSearch).toBe(index.stats().efSearch);
    expect(recallOf(loaded, exact, queries)).toBe(recallOf(index, exact, queries));
  });

  it('is measured again as the index grows', async () => {
    const growing = new HnswIndex({ dimensions: 20, efConstruction: 60 });
    await growing.insertMany(undefined, clustered(2_000, 20, 1, { clusters: 5 }).values);
    const before = growing.stats().efSearch!;
    await growing.insertMany(undefined, data.values);
    expect(growing.stats().efSearch).toBeGreaterThan(before);
  });

  it('is measured by single inserts too, a part at each', () => {
    const index = new HnswIndex({ efConstruction: 60 });
    for (let id = 0; id < data.count; id++) index.insert(id, row(data, id));
    expect(index.stats().efSearch).toBeGreaterThan(0);
    expect(recallOf(index, exact, queries)).toBeGreaterThanOrEqual(0.945);
  });

  it('is not judged too low while vectors come, which take the place of those missed', () => {
    const index = new HnswIndex({ metric: 'dot', efConstruction: 60 });
    const [all, asked] = [latent(6_700, 1), latent(400, 2)];
    for (let id = 0; id < 5_300; id++) index.insert(id, row(all, id));
    const first = { ...all, count: 5_300 };
    expect(recallOf(index, exactOf(first, 'dot'), asked)).toBeGreaterThanOrEqual(0.95);
    const before = index.stats().efSearch!;
    for (let id = 5_300; id < 6_700; id++) index.insert(id, row(all, id));
    expect(index.stats().efSearch).toBeGreaterThan(before); // before it is measured again
    expect(recallOf(index, exactOf(all, 'dot'), asked)).toBeGreaterThanOrEqual(0.95);
  });

  it('that was not measured to the end before saving is measured after loading', () => {
    const index = new HnswIndex({ efConstruction: 60 });
    for (let id = 0; id < 2_100; id++) index.insert(id, row(data, id));
    expect(index.stats().efSearch).toBeUndefined();
    const loaded = HnswIndex.load(index.save());
    for (let id = 2_100; id < 2_900; id++) loaded.insert(id, row(data, id));
    expect(loaded.stats().efSearch).toBeGreaterThan(0);
  });

  it('is the largest that is tried where no breadth suffices', async () => {
    // efConstruction 1 and M 2 make a graph that hardly leads anywhere
    const index = await indexOf(data, { M: 2, efConstruction: 1, targetRecall: 0.999 });
    expect(index.stats().efSearch).toBeGreaterThan(1_000);
    expect(index.search(row(data, 0), 10).length).toBe(10);
  });

  it('is never below k, and grows with k', async () => {
    const index = await indexOf(data);
    expect(index.search(row(data, 0), 500).length).toBe(500);
    expect(recallOf(index, exact, queries, { k: 50 })).toBeGreaterThanOrEqual(0.945);
  });
});
