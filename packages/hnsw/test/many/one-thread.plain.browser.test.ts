import { expect, it } from 'vitest';
import { COUNT, emptyIndex, lost, MATRIX, QUERIES, row } from './data.js';

it('a page that is not isolated has one thread, whatever is asked for, and stats says why', async () => {
  expect(globalThis.crossOriginIsolated).toBe(false);
  const index = emptyIndex();
  const told: number[] = [];
  const onProgress = (inserted: number): void => void told.push(inserted);
  expect(index.stats()).toMatchObject({ sharedMemory: false, singleThreaded: undefined });
  expect(await index.insertMany(undefined, MATRIX, { threads: 4, onProgress })).toBe(COUNT);
  const because = expect.stringContaining('not cross-origin isolated');
  expect(index.stats()).toMatchObject({ sharedMemory: false, singleThreaded: because });
  expect(told.at(-1)).toBe(COUNT);
  expect(lost(index, MATRIX, COUNT)).toEqual([]);
  const answers = await index.searchMany(QUERIES, 5, { threads: 4 });
  expect(answers[7]).toEqual(index.search(row(QUERIES, 7), 5));
  expect(index.stats().singleThreaded).toEqual(because);
  index.close();
});
