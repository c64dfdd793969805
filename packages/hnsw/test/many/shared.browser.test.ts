import { expect, it } from 'vitest';
import { emptyIndex, MATRIX } from './data.js';

it('an isolated page has workers: insertMany.test.ts and others show here what they do', async () => {
  expect(globalThis.crossOriginIsolated).toBe(true);
  const index = emptyIndex();
  await index.insertMany(undefined, MATRIX, { threads: 2 });
  expect(index.stats()).toMatchObject({ sharedMemory: true, singleThreaded: undefined });
  index.close();
});
