import { beforeAll, describe, expect, it } from 'vitest';
import { COUNT, DIMENSIONS, emptyIndex, MATRIX, QUERIES, reasonOf, row, rows } from './data.js';

const queries = Array.from({ length: QUERIES.length / DIMENSIONS }, (_, i) => row(QUERIES, i));

describe.each([1, 3])('searchMany with %d threads', (threads) => {
  const index = emptyIndex();
  const sharded = emptyIndex({ shardBytes: 2 ** 20, M: 40 });
  const ids = Array.from({ length: COUNT }, (_, i) => (i % 2 ? i : `s${i}`));
  const isString = (id: string | number): boolean => typeof id === 'string';
  beforeAll(async () => {
    await index.insertMany(ids, MATRIX);
    await sharded.insertMany(ids, MATRIX);
  });

  it.each([
    ['as they are', {}],
    ['by their efSearch', { efSearch: 15 }],
    ['through a function', { filter: isString }],
    ['through a set of few', { filter: new Set(ids.slice(0, 40)) }],
    ['with vectors', { includeVectors: true }],
  ])('answers as single searches do: %s', async (_, options) => {
    for (const each of [index, sharded]) {
      const single = queries.map((query) => each.search(query, 10, options));
      expect(await each.searchMany(QUERIES, 10, { ...options, threads })).toEqual(single);
      expect(await each.searchMany(queries, 10, { ...options, threads })).toEqual(single);
      each.close();
    }
  });

  it.each([300, 2_200])('answers as single searches do for k = %d, above ef', async (k) => {
    for (const each of [index, sharded]) {
      const some = queries.slice(0, 40);
      const single = some.map((query) => each.search(query, k, { efSearch: 10 }));
      expect(await each.searchMany(some, k, { efSearch: 10, threads })).toEqual(single);
      expect(single[0]!.length).toBe(k);
      each.close();
    }
  });

  it('keeps the filters of calls apart that are under way at once, and writes out', async () => {
    const filters = [isString, (id: string | number) => !isString(id), () => true];
    const calls = filters.map((filter) => index.searchMany(QUERIES, 5, { threads, filter }));
    const insert = (): void => index.insert('new', row(MATRIX, 0));
    const busy = expect.objectContaining({ code: 'ERR_HNSW_BUSY' });
    const [first] = await Promise.all(calls.slice(0, 1));
    expect(insert).toThrow(busy);
    const all = [first, ...(await Promise.all(calls.slice(1)))];
    filters.forEach((filter, i) =>
      expect(all[i]).toEqual(queries.map((query) => index.search(query, 5, { filter }))),
    );
    expect(await Promise.all([insert(), index.delete('new')])).toEqual([undefined, true]);
    index.close();
  });

  it('lets broad searches in meanwhile', async () => {
    const own = emptyIndex();
    await own.insertMany(undefined, MATRIX);
    const call = own.searchMany(MATRIX.subarray(0, 500 * DIMENSIONS), 5, {
      threads,
      onProgress: () => {
        expect(own.search(row(MATRIX, 9), 2_000)[0]).toEqual({ id: 9, distance: 0 });
        expect(own.search(row(MATRIX, 9), 2_500, { efSearch: 5_000 }).length).toBe(2_500);
      },
    });
    expect((await call).length).toBe(500);
    own.close();
  });

  it('tells of progress that ascends and ends at the total', async () => {
    for (const each of [index, sharded]) {
      const told: number[] = [];
      const onProgress = (answered: number, total: number): void => void told.push(answered, total);
      await each.searchMany(QUERIES, 5, { threads, onProgress });
      each.close();
      expect(told.slice(-2)).toEqual([100, 100]);
      const answered = told.filter((_, i) => i % 2 === 0);
      expect(answered).toEqual([...new Set(answered)].sort((a, b) => a - b));
    }
  });

  it('fails with what onProgress throws', async () => {
    const error = new Error('of the caller');
    const onProgress = (): void => {
      throw error;
    };
    expect(await reasonOf(index.searchMany(QUERIES, 5, { threads, onProgress }))).toBe(error);
    expect((await index.searchMany(QUERIES, 5, { threads })).length).toBe(100);
    index.close();
  });

  it('works in a memory that has grown since the workers saw it, and after compact', async () => {
    const own = emptyIndex();
    await own.insertMany(undefined, MATRIX, { threads });
    await own.searchMany(QUERIES, 5, { threads });
    const more = rows(2 * COUNT, 9);
    await own.insertMany(undefined, more, { threads });
    const single = (): object => queries.map((query) => own.search(query, 10));
    expect(await own.searchMany(QUERIES, 10, { threads })).toEqual(single());
    for (let id = 0; id < COUNT; id++) own.delete(id);
    own.compact();
    expect(await own.searchMany(QUERIES, 10, { threads })).toEqual(single());
    own.close();
  });

  it('answers none for no queries, and nothing in an empty index', async () => {
    expect(await index.searchMany([], 3, { threads })).toEqual([]);
    expect(await emptyIndex().searchMany(queries.slice(0, 2), 3, { threads })).toEqual([[], []]);
  });
});
