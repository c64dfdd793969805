import { AbortError, HnswIndex } from '@ruvector/hnsw';
import { describe, expect, it } from 'vitest';
import { COUNT, DIMENSIONS, emptyIndex, lost, MATRIX, reasonOf, row } from './data.js';

/** What holds of an index in which the first rows are, and after the rest has come too. */
async function expectFirstRows(index: HnswIndex, done: number, threads: number): Promise<void> {
  expect(index.size).toBe(done);
  expect(index.has(done - 1)).toBe(true);
  expect(index.has(done)).toBe(false);
  expect(index.get(done)).toBeUndefined();
  expect(lost(index, MATRIX, done)).toEqual([]);
  const loaded = HnswIndex.load(index.save());
  expect(loaded.size).toBe(done);
  for (const each of [index, loaded]) {
    await each.insertMany(undefined, MATRIX.subarray(done * DIMENSIONS), { threads });
    each.close();
    expect(each.size).toBe(COUNT);
  }
  expect(lost(index, MATRIX, COUNT)).toEqual([]);
}

describe.each([1, 3])('insertMany with %d threads', (threads) => {
  it('inserts nothing if it is aborted before', async () => {
    const index = emptyIndex();
    const signal = AbortSignal.abort('no');
    const reason = await reasonOf(index.insertMany(undefined, MATRIX, { threads, signal }));
    expect(reason).toMatchObject({ code: 'ERR_HNSW_ABORTED', done: 0, cause: 'no' });
    expect(index.size).toBe(0);
    await index.insertMany(undefined, MATRIX, { threads });
    index.close();
    expect(index.size).toBe(COUNT);
  });

  it('keeps the first rows if it is aborted in the midst, and says how many', async () => {
    const index = emptyIndex();
    const controller = new AbortController();
    const onProgress = (inserted: number): void => {
      if (inserted > 900) controller.abort('enough');
    };
    const { signal } = controller;
    const reason = (await reasonOf(
      index.insertMany(undefined, MATRIX, { threads, signal, onProgress }),
    )) as AbortError;
    expect(reason).toBeInstanceOf(AbortError);
    expect(reason.cause).toBe('enough');
    expect(reason.done).toBeGreaterThan(900);
    expect(reason.done).toBeLessThan(COUNT);
    await expectFirstRows(index, reason.done, threads);
  });

  it('keeps the first rows if onProgress throws, and passes that on', async () => {
    const index = emptyIndex();
    const error = new Error('of the caller');
    const onProgress = (inserted: number): void => {
      if (inserted > 500) throw error;
    };
    expect(await reasonOf(index.insertMany(undefined, MATRIX, { threads, onProgress }))).toBe(
      error,
    );
    expect(index.size).toBeGreaterThan(500);
    expect(index.size).toBeLessThan(COUNT);
    await expectFirstRows(index, index.size, threads);
  });

  it('is not aborted after its end', async () => {
    const index = emptyIndex();
    const controller = new AbortController();
    const onProgress = (inserted: number, total: number): void => {
      if (inserted === total) controller.abort();
    };
    const { signal } = controller;
    expect(await index.insertMany(undefined, MATRIX, { threads, signal, onProgress })).toBe(COUNT);
    index.close();
    expect(index.size).toBe(COUNT);
  });

  it('is aborted while it fills the slots of what was deleted', async () => {
    const index = emptyIndex();
    await index.insertMany(undefined, MATRIX, { threads });
    for (let id = 0; id < COUNT - 100; id++) index.delete(id);
    const controller = new AbortController();
    const onProgress = (): void => controller.abort();
    const { signal } = controller;
    const reason = (await reasonOf(
      index.insertMany(undefined, MATRIX.subarray(0, (COUNT - 100) * DIMENSIONS), {
        threads,
        signal,
        onProgress,
      }),
    )) as AbortError;
    index.close();
    expect(index.size).toBe(100 + reason.done);
    expect(index.has(reason.done - 1)).toBe(true);
    expect(index.has(reason.done)).toBe(false);
    expect(lost(index, MATRIX, reason.done)).toEqual([]);
  });

  it('stops searchMany at its signal, which changes nothing', async () => {
    const index = emptyIndex();
    await index.insertMany(undefined, MATRIX, { threads });
    const controller = new AbortController();
    const onProgress = (): void => controller.abort();
    const { signal } = controller;
    const reason = await reasonOf(index.searchMany(MATRIX, 3, { threads, signal, onProgress }));
    expect(reason).toBeInstanceOf(AbortError);
    const before = await reasonOf(index.searchMany(MATRIX, 3, { threads, signal }));
    expect(before).toMatchObject({ done: 0 });
    index.insert('then', row(MATRIX, 0));
    expect(
      (await index.searchMany(MATRIX.subarray(0, 50 * DIMENSIONS), 3, { threads })).length,
    ).toBe(50);
    index.close();
  });
});
