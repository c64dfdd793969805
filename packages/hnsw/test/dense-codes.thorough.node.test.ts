import { HnswIndex } from '@ruvector/hnsw';
import { expect, it } from 'vitest';
import { clustered, exactOf, matrix, recallOf } from './data.js';

it('five hundred narrow clusters of forty: recall is .95', async () => {
  const shape = { clusters: 500, spread: 0.01 };
  const data = clustered(20_000, 16, 1, shape);
  const index = new HnswIndex({ dimensions: 16, efConstruction: 100 });
  await index.insertMany(undefined, data.values);
  const recall = recallOf(index, exactOf(data, 'l2'), clustered(60, 16, 2, shape));
  expect(recall).toBeGreaterThanOrEqual(0.95);
});

it('one dimension in ascending order has a recall of .95', async () => {
  const data = matrix(3_000, 1, (i) => i);
  const index = new HnswIndex({ dimensions: 1 });
  await index.insertMany(undefined, data.values);
  const queries = matrix(100, 1, (i) => 30 * i + 0.3);
  expect(recallOf(index, exactOf(data, 'l2'), queries)).toBeGreaterThanOrEqual(0.95);
});
