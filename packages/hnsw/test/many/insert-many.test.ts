import { HnswIndex } from '@ruvector/hnsw';
import { describe, expect, it } from 'vitest';
import {
  COUNT,
  DIMENSIONS,
  emptyIndex,
  lost,
  MATRIX,
  reasonOf,
  recallOf,
  row,
  rows,
  turn,
} from './data.js';

const THREADS = [1, 2, 4];
/** Room for about 2,200 vectors. */
const SHARD = { shardBytes: 2 ** 20, M: 40 };

const oneByOne = emptyIndex();
for (let id = 0; id < COUNT; id++) oneByOne.insert(id, row(MATRIX, id));
const recall = recallOf(oneByOne, MATRIX, 40);

describe.each(THREADS)('insertMany with %d threads', (threads) => {
  it('inserts every row, each reachable, with the recall of single inserts within .01', async () => {
    const index = emptyIndex();
    expect(await index.insertMany(undefined, MATRIX, { threads })).toBe(COUNT);
    index.close();
    expect(index.size).toBe(COUNT);
    expect(lost(index, MATRIX, COUNT)).toEqual([]);
    expect(recallOf(index, MATRIX, 40)).toBeGreaterThan(recall - 0.01);
  });

  it('adds to what is there, in as many shards as it takes', async () => {
    const index = emptyIndex(SHARD);
    index.insert(
      'first',
      row(MATRIX, 0).map((value) => value + 100),
    );
    const ids = Array.from({ length: COUNT }, (_, i) => (i % 2 ? i : `s${i}`));
    await index.insertMany(ids, MATRIX, { threads });
    index.close();
    expect(index.stats().shards).toBe(2);
    expect(index.size).toBe(COUNT + 1);
    expect(new Set(index)).toEqual(new Set(['first', ...ids]));
    const found = ids.filter((id, i) => index.search(row(MATRIX, i), 1)[0]?.id === id);
    expect(found.length).toBe(COUNT);
    const loaded = HnswIndex.load(index.save());
    expect(loaded.search(row(MATRIX, 7), 5)).toEqual(index.search(row(MATRIX, 7), 5));
  });

  it('tells of progress that ascends and ends at the total', async () => {
    const index = emptyIndex();
    const told: number[] = [];
    const totals = new Set<number>();
    const onProgress = (inserted: number, total: number): void => {
      told.push(inserted);
      totals.add(total);
    };
    await index.insertMany(undefined, MATRIX, { threads, onProgress });
    index.close();
    expect(told.length).toBeGreaterThan(3);
    expect(told.every((inserted, i) => i === 0 || inserted > told[i - 1]!)).toBe(true);
    expect(told.at(-1)).toBe(COUNT);
    expect([...totals]).toEqual([COUNT]);
  });

  it('lets searches in meanwhile, filtered and broad ones too, and refuses changes', async () => {
    const index = emptyIndex();
    await index.insertMany(undefined, MATRIX.subarray(0, 2_200 * DIMENSIONS), { threads });
    const even = index.createFilter((id) => Number(id) % 2 === 0);
    let searches = 0;
    const onProgress = (): void => {
      const id = (2 * (searches += 7)) % 2_200;
      const query = row(MATRIX, id);
      expect(index.search(query, 1, { efSearch: 200 })[0]).toEqual({ id, distance: 0 });
      expect(
        index.search(query, 3, { filter: even }).every((hit) => Number(hit.id) % 2 === 0),
      ).toBe(true);
      expect(index.search(query, 3, { filter: (each) => each === id })).toEqual([
        { id, distance: 0 },
      ]);
      expect(index.search(query, 2_100).length).toBe(2_100);
      expect(index.search(query, 5, { efSearch: 2_500 })[0]).toEqual({ id, distance: 0 });
      expect(() => index.insert('other', query)).toThrow(
        expect.objectContaining({ code: 'ERR_HNSW_BUSY' }),
      );
    };
    const under = index.insertMany(undefined, MATRIX.subarray(2_200 * DIMENSIONS), {
      threads,
      onProgress,
    });
    const busy = expect.objectContaining({ code: 'ERR_HNSW_BUSY' });
    for (const change of [
      () => index.insert('x', row(MATRIX, 0)),
      () => index.upsert(1, row(MATRIX, 0)),
      () => index.delete(1),
      () => index.compact(),
      () => index.save(),
    ])
      expect(change).toThrow(busy);
    expect(await reasonOf(index.insertMany(undefined, MATRIX))).toEqual(busy);
    const [hits] = await index.searchMany([row(MATRIX, 4)], 1, { threads });
    expect(hits).toEqual([{ id: 4, distance: 0 }]);
    await under;
    index.close();
    expect(searches).toBeGreaterThan(0);
    expect(index.size).toBe(COUNT);
    index.insert('then', row(MATRIX, 0));
  });

  it('lets turns of the event loop through', async () => {
    const index = emptyIndex();
    let turns = 0;
    let isOver = false;
    const over = index.insertMany(undefined, MATRIX, { threads }).finally(() => (isOver = true));
    while (!isOver) {
      await turn();
      turns++;
    }
    await over;
    index.close();
    expect(turns).toBeGreaterThan(8);
  });

  it('trains the codes on what comes, and what was there before is found as well', async () => {
    for (const storage of ['f32+sq7', 'sq7', 'f32'] as const) {
      const index = emptyIndex({ storage });
      for (let id = 0; id < 100; id++) index.insert(id, row(MATRIX, id));
      await index.insertMany(undefined, MATRIX.subarray(100 * DIMENSIONS), { threads });
      index.close();
      const early = Array.from({ length: 100 }, (_, id) => index.search(row(MATRIX, id), 1)[0]?.id);
      expect(early.filter((id, i) => id === i).length).toBeGreaterThan(95);
    }
  });

  it('uses the slots of what was deleted', async () => {
    const index = emptyIndex(SHARD);
    await index.insertMany(undefined, MATRIX, { threads });
    const before = index.stats();
    for (let id = 0; id < COUNT; id += 3) index.delete(id);
    const gone = Array.from({ length: COUNT }, (_, id) => id).filter((id) => id % 3 === 0);
    const matrix = new Float32Array(gone.length * DIMENSIONS);
    gone.forEach((id, i) => matrix.set(row(MATRIX, id), i * DIMENSIONS));
    await index.insertMany(undefined, matrix, { threads });
    index.close();
    const after = index.stats();
    expect([after.size, after.deleted, after.shards]).toEqual([COUNT, 0, before.shards]);
    expect(lost(index, MATRIX, COUNT)).toEqual([]);
  });
});

describe('before it changes anything, insertMany refuses', () => {
  const small = (): HnswIndex => {
    const index = emptyIndex();
    index.insert(5, row(MATRIX, 0));
    return index;
  };
  const withNaN = rows(300, 2);
  withNaN[withNaN.length - 1] = NaN;
  const ids = Array.from({ length: 300 }, (_, i) => i + 10);
  it.each<[string, (string | number)[] | undefined, Float32Array, object, string]>([
    ['a known id', [...ids.slice(1), 5], rows(300, 2), {}, 'ids[299] 5 is known'],
    ['an id that is there twice', [...ids.slice(1), 11], rows(300, 2), {}, 'ids[299] 11'],
    ['NaN in the last row', undefined, withNaN, {}, 'matrix row 299'],
    ['a length that is no whole number of rows', undefined, withNaN.subarray(1), {}, 'got 4799'],
    ['more rows than ids', ids.slice(1), rows(300, 2), {}, '299 rows of 16'],
    ['0 threads', ids, rows(300, 2), { threads: 0 }, 'threads'],
    ['65 threads', ids, rows(300, 2), { threads: 65 }, 'threads'],
    ['an unknown option', ids, rows(300, 2), { thread: 2 }, 'thread'],
  ])('%s', async (_, given, matrix, options, message) => {
    const index = small();
    const reason = (await reasonOf(index.insertMany(given, matrix, options))) as Error;
    expect(reason.message).toContain(message);
    expect([...index]).toEqual([5]);
    await index.insertMany(ids, rows(300, 2));
    expect(index.size).toBe(301);
  });
});

describe('ids that are left out', () => {
  it('are the next free integers from 0', async () => {
    const index = emptyIndex();
    for (const id of [0, 2, '1', 3]) index.insert(id, row(MATRIX, 0));
    await index.insertMany(undefined, rows(3, 3));
    expect(new Set(index)).toEqual(new Set([0, 1, '1', 2, 3, 4, 5]));
  });

  it('come to none for an empty matrix', async () => {
    const index = new HnswIndex();
    expect(await index.insertMany(undefined, new Float32Array(0))).toBe(0);
    expect(index.dimensions).toBeUndefined();
    expect(await index.insertMany([], new Float32Array(0), { threads: 2 })).toBe(0);
  });
});
