import { HnswIndex } from '@ruvector/hnsw';
import { describe, expect, it } from 'vitest';
import {
  clustered,
  gaussian,
  moved,
  row,
  shuffled,
  stacked,
  uniform,
  type Matrix,
} from './data.js';
import { graphIn, collectionOf, graphOf, unreached } from './graph.js';

const KINDS: Record<string, Matrix> = {
  'without structure': uniform(2_100, 8, 1),
  'in narrow clusters': clustered(2_100, 8, 1, { spread: 0.001 }),
  'in two clusters far from each other': stacked(
    gaussian(1_050, 8, 1),
    moved(gaussian(1_050, 8, 2), 1e3),
  ),
  'with one far away': stacked(gaussian(2_099, 8, 1), moved(gaussian(1, 8, 2), 1e5)),
  'along a line': { ...uniform(2_100, 1, 1) },
};

describe.each([3])('every vector is reached on level 0 from the entry point, M = %d', (M) => {
  it.each(Object.entries(KINDS))('after insertMany, %s', async (_, data) => {
    const index = new HnswIndex({ dimensions: data.dimensions, M, efConstruction: 30 });
    await index.insertMany(undefined, data.values);
    expect(unreached(graphOf(index))).toEqual([]);
  });

  it.each(Object.entries(KINDS))('after churn, once it was saved, %s', async (_, data) => {
    const index = new HnswIndex({ dimensions: data.dimensions, M, efConstruction: 30 });
    await index.insertMany(undefined, data.values);
    for (const id of shuffled(2_100, 1).slice(0, 900)) index.delete(id);
    expect(unreached(graphOf(index))).toEqual([]);
    for (let id = 0; id < 1_000; id++) index.upsert(`more-${id}`, row(data, 2 * id));
    expect(unreached(graphOf(index))).toEqual([]);
    index.compact();
    expect(unreached(graphIn(collectionOf(index.save()).segments[0]!.shard))).toEqual([]);
    const [some] = index;
    const hits = index.search(index.get(some!)!, 2_000, { efSearch: 2_000 });
    expect(hits.length).toBe(2_000);
  });
});

it('each is found by a search as broad as the index, when most were deleted', async () => {
  const data = clustered(6_000, 8, 1);
  const index = new HnswIndex({ dimensions: 8, efConstruction: 30 });
  await index.insertMany(undefined, data.values);
  const order = shuffled(6_000, 2);
  for (const id of order.slice(0, 3_700)) index.delete(id);
  index.save(); // which links what cannot be reached
  const left = order.slice(3_700);
  const lost = left
    .slice(0, 300)
    .filter((id) => index.search(row(data, id), 1, { efSearch: 6_000 })[0]!.distance > 0);
  expect(lost).toEqual([]);
});
