import { HnswIndex } from '@ruvector/hnsw';
import { describe, expect, it } from 'vitest';
import { exactOf, gaussian, inOrder, moved, recallOf, row, shuffled, stacked } from './data.js';

/** A few points far away take up nearly all of the range of the codes. */
describe.each([100, 1e4])(
  'one cluster of two hundred lies %d away from three thousand',
  (offset) => {
    const near = gaussian(3_000, 16, 1);
    const all = stacked(near, moved(gaussian(200, 16, 2), offset));
    const mixed = inOrder(all, shuffled(all.count, 3));
    const queries = gaussian(60, 16, 4);

    it('inserted at once: recall is .95, on f32 where codes order badly', async () => {
      const index = new HnswIndex({ dimensions: 16, efConstruction: 100 });
      await index.insertMany(undefined, mixed.values);
      const { traversal, agreement } = index.stats();
      expect(recallOf(index, exactOf(mixed, 'l2'), queries)).toBeGreaterThanOrEqual(0.95);
      expect(traversal).toBe(agreement! < 0.98 ? 'f32' : 'codes');
    });

    it('inserted one by one, the far ones at the end: recall is .95', () => {
      const index = new HnswIndex({ efConstruction: 100 });
      for (let id = 0; id < all.count; id++) index.insert(id, row(all, id));
      expect(recallOf(index, exactOf(all, 'l2'), queries)).toBeGreaterThanOrEqual(0.95);
      const far = moved(gaussian(20, 16, 5), offset);
      expect(recallOf(index, exactOf(all, 'l2'), far)).toBeGreaterThanOrEqual(0.95);
    });

    it('inserted one by one, in any order: recall is .95', () => {
      const index = new HnswIndex({ efConstruction: 100 });
      for (let id = 0; id < mixed.count; id++) index.insert(id, row(mixed, id));
      expect(recallOf(index, exactOf(mixed, 'l2'), queries)).toBeGreaterThanOrEqual(0.95);
    });
  },
);

it('codes that order badly are noticed, and said', async () => {
  const all = stacked(gaussian(3_000, 16, 1), moved(gaussian(200, 16, 2), 1e4));
  const index = new HnswIndex({ dimensions: 16, efConstruction: 100 });
  await index.insertMany(undefined, all.values);
  expect(index.stats()).toMatchObject({ traversal: 'f32' });
  expect(index.stats().agreement).toBeLessThan(0.5);
  expect(HnswIndex.load(index.save()).stats()).toMatchObject({ traversal: 'f32' });
});

it('data that is well spread is walked on codes', async () => {
  const index = new HnswIndex({ dimensions: 16, efConstruction: 100 });
  await index.insertMany(undefined, gaussian(2_500, 16, 1).values);
  expect(index.stats()).toMatchObject({ traversal: 'codes' });
  expect(index.stats().agreement).toBeGreaterThanOrEqual(0.95);
});
