import type { VectorId } from '@ruvector/core';
import { HnswIndex } from '@ruvector/hnsw';
import { seededRandom } from '@ruvector/core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  clustered,
  exactOf,
  gaussian,
  moved,
  recallOf,
  row,
  stacked,
  type Matrix,
} from './data.js';

const COUNT = 6_000;
const DATA = clustered(COUNT, 12, 1);
const QUERIES = clustered(50, 12, 2);

async function indexOf(data: Matrix): Promise<HnswIndex> {
  const index = new HnswIndex({ dimensions: data.dimensions, efConstruction: 60 });
  await index.insertMany(undefined, data.values);
  return index;
}

describe('filters', () => {
  let index: HnswIndex;
  const exact = exactOf(DATA, 'l2');

  beforeAll(async () => {
    index = await indexOf(DATA);
  });

  it.each([90, 50, 20, 5, 1])('that pass %d %% at random have a recall of .95', (percent) => {
    const random = seededRandom(percent);
    const filter = new Set<VectorId>();
    for (let id = 0; id < COUNT; id++) if (random.next() < percent / 100) filter.add(id);
    expect(recallOf(index, exact, QUERIES, { filter })).toBeGreaterThanOrEqual(0.95);
  });

  it('find k where k pass, and as many as pass where these are fewer', () => {
    for (const passing of [0, 1, 9, 10, 11, 100, 2_500]) {
      const hits = index.search(row(DATA, 3), 100, { filter: (id) => Number(id) < passing });
      expect(hits.length).toBe(Math.min(100, passing));
      expect(hits.every(({ id }) => Number(id) < passing)).toBe(true);
    }
  });

  it('are a function, a Set, or one that is kept ready, with one answer', () => {
    const passes = (id: VectorId) => Number(id) % 3 === 0;
    const set = new Set([...index].filter(passes));
    const ready = index.createFilter(passes);
    expect(ready.size).toBe(set.size);
    const answers = [passes, set, ready].map((filter) =>
      index.search(row(DATA, 5), 20, { filter }),
    );
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  it('may name ids that are not in the index', () => {
    const filter = new Set<VectorId>([1, 'nobody', -7, 1e15, 2.5]);
    expect(index.search(row(DATA, 5), 20, { filter }).map(({ id }) => id)).toEqual([1]);
  });

  it('that throw do so to the caller, and the index goes on', () => {
    const error = new Error('of the caller');
    const filter = () => {
      throw error;
    };
    expect(() => index.search(row(DATA, 5), 20, { filter })).toThrow(error);
    expect(() => index.createFilter(filter).size).toThrow(error);
    expect(index.search(row(DATA, 5), 1)[0]!.id).toBe(5);
    index.upsert(5, row(DATA, 5)); // nor is it busy
  });

  it('may search the index themselves, and may not change it', () => {
    const nearest = new Set(index.search(row(DATA, 9), 50).map(({ id }) => id));
    const filter = (id: VectorId) => Number(id) < 40 || index.search(row(DATA, 9), 1)[0]!.id === id;
    expect(index.search(row(DATA, 9), 1, { filter })[0]!.id).toBe(9);
    expect(nearest.has(9)).toBe(true);
    expect(() => index.search(row(DATA, 9), 1, { filter: (id) => index.delete(id) })).toThrow(
      'delete must wait until a filter is done',
    );
  });

  it('that are kept ready know of what came and went', () => {
    const few = new HnswIndex();
    few.insert('a1', [1]);
    const ready = few.createFilter((id) => String(id).startsWith('a'));
    expect(ready.size).toBe(1);
    few.insert('a2', [2]);
    few.insert('b1', [3]);
    expect(ready.size).toBe(2);
    few.delete('a1');
    expect(few.search([0], 9, { filter: ready })).toEqual([{ id: 'a2', distance: 2 }]);
    few.compact();
    expect(few.search([0], 9, { filter: ready })).toEqual([{ id: 'a2', distance: 2 }]);
  });

  it('that are kept ready belong to the index that made them', () => {
    const ready = new HnswIndex().createFilter(() => true);
    expect(() => index.search(row(DATA, 1), 1, { filter: ready })).toThrow(
      'filter must be made by the index that it is used with',
    );
  });
});

it('a filter for one far cluster has a recall of .95 from everywhere', async () => {
  const data = stacked(gaussian(5_000, 12, 1), moved(gaussian(300, 12, 2), 20));
  const index = await indexOf(data);
  const filter = new Set(Array.from({ length: 300 }, (_, i): VectorId => 5_000 + i));
  for (const queries of [gaussian(40, 12, 3), moved(gaussian(40, 12, 4), 20)])
    expect(recallOf(index, exactOf(data, 'l2'), queries, { filter })).toBeGreaterThanOrEqual(0.95);
});

it('a filter for a far cluster that is half of all has one too', async () => {
  const data = stacked(gaussian(3_000, 12, 1), moved(gaussian(3_000, 12, 2), 20));
  const index = await indexOf(data);
  const filter = new Set(Array.from({ length: 3_000 }, (_, i): VectorId => 3_000 + i));
  for (const queries of [gaussian(40, 12, 3), moved(gaussian(40, 12, 4), 20)])
    expect(recallOf(index, exactOf(data, 'l2'), queries, { filter })).toBeGreaterThanOrEqual(0.95);
});

it('a filter that is kept ready does not let pass what insertMany places meanwhile', async () => {
  const index = await indexOf(DATA);
  const ready = index.createFilter((id) => Number(id) < 3_000);
  index.search(row(DATA, 0), 10, { filter: ready });
  const found = new Set<VectorId>();
  const more = clustered(3_000, 12, 5);
  await index.insertMany(undefined, more.values, {
    onProgress(inserted) {
      if (inserted >= 3_000) return;
      index.search(row(more, 0), 10, { filter: () => true });
      for (const { id } of index.search(row(more, 0), 50, { filter: ready })) found.add(id);
    },
  });
  expect(found.size).toBeGreaterThan(0);
  expect([...found].filter((id) => Number(id) >= 3_000)).toEqual([]);
});
