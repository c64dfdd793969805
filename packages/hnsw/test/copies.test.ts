import { HnswIndex } from '@ruvector/hnsw';
import { describe, expect, it } from 'vitest';
import {
  clustered,
  inOrder,
  METRICS,
  row,
  shuffled,
  stacked,
  matrix,
  type Matrix,
} from './data.js';
import { graphOf, unreached } from './graph.js';

/** So many copies of one point among others, in an order in which nobody is first. */
function withCopies(others: number, copies: number): { data: Matrix; ids: number[] } {
  const around = clustered(others, 8, 1);
  const same = matrix(copies, 8, (_, j) => row(around, 0)[j]!);
  const order = shuffled(others + copies, 2);
  const data = inOrder(stacked(around, same), order);
  const ids = order.flatMap((from, id) => (from === 0 || from >= others ? [id] : []));
  return { data, ids };
}

const numbersOf = (hits: { id: string | number }[]): number[] =>
  hits.map(({ id }) => Number(id)).sort((a, b) => a - b);

describe.each(METRICS)('copies of one point, under %s', (metric) => {
  it.each([100, 3_000])('of %d every one is found at efSearch = n', async (copies) => {
    const { data, ids } = withCopies(2_500, copies);
    const index = new HnswIndex({ dimensions: 8, metric, efConstruction: 60 });
    await index.insertMany(undefined, data.values);
    const k = Math.min(ids.length, 2_000); // above 2,048 all are compared
    const hits = index.search(row(data, ids[0]!), k, { efSearch: data.count });
    const first = hits[0]!.distance;
    // under dot longer vectors come first, and the copies somewhere behind them
    const found =
      metric === 'dot' ? hits.length : hits.filter((hit) => hit.distance <= first + 1e-6).length;
    expect(found).toBe(k);
    expect(unreached(graphOf(index))).toEqual([]);
  });
});

it('3,000 copies do not hide their neighbourhood from a search with efSearch 50', async () => {
  const { data, ids } = withCopies(2_500, 3_000);
  const index = new HnswIndex({ dimensions: 8, efConstruction: 60 });
  await index.insertMany(undefined, data.values);
  const isCopy = new Set(ids);
  const asked = Array.from({ length: data.count }, (_, id) => id).filter((id) => !isCopy.has(id));
  const lost = asked.slice(0, 300).filter((id) => {
    const [hit] = index.search(row(data, id), 1, { efSearch: 50 });
    return hit!.id !== id;
  });
  expect(lost.length).toBeLessThanOrEqual(3);
});

it.each([1, 2_500])(
  'an index of nothing but %d equal vectors finds k of them, by id',
  async (count) => {
    const index = new HnswIndex({ dimensions: 3, efConstruction: 60 });
    await index.insertMany(undefined, matrix(count, 3, () => 0.5).values);
    const hits = index.search([0.5, 0.5, 0.5], 10);
    expect(hits.length).toBe(Math.min(10, count));
    expect(hits.every(({ distance }) => distance === 0)).toBe(true);
    const all = index.search([0.5, 0.5, 0.5], count, { efSearch: count });
    expect(numbersOf(all)).toEqual(Array.from({ length: count }, (_, i) => i));
  },
);

it('every point twice: both are found', async () => {
  const once = clustered(1_500, 8, 3);
  const data = stacked(once, once);
  const index = new HnswIndex({ dimensions: 8, efConstruction: 60 });
  await index.insertMany(undefined, data.values);
  const lost = Array.from({ length: 300 }, (_, i) => i).filter((i) => {
    const found = numbersOf(index.search(row(data, i), 2, { efSearch: 100 }));
    return found[0] !== i || found[1] !== i + 1_500;
  });
  expect(lost).toEqual([]);
});
