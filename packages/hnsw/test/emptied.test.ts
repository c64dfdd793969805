import { equalBytes } from '@ruvector/core';
import { HnswIndex } from '@ruvector/hnsw';
import { describe, expect, it } from 'vitest';
import { clustered, exactOf, moved, recallOf, row, type Matrix } from './data.js';

const DIMENSIONS = 512;
/** Codes of a thousand fit into the memory, vectors of a thousand do not. */
const OPTIONS = { dimensions: DIMENSIONS, shardBytes: 2 ** 20, efConstruction: 20 };
const DATA = clustered(1_000, DIMENSIONS, 1);
const ELSEWHERE = moved(clustered(300, DIMENSIONS, 2), 50);

async function filled(): Promise<HnswIndex> {
  const index = new HnswIndex({ ...OPTIONS, storage: 'sq7' });
  await index.insertMany(undefined, DATA.values);
  expect(index.stats()).toMatchObject({ shards: 1, traversal: 'codes' });
  return index;
}

/** That the index takes vectors as a new one does, and finds them. */
function expectNew(index: HnswIndex, data: Matrix): void {
  const fresh = new HnswIndex({ ...OPTIONS, storage: 'sq7' });
  for (let id = 0; id < data.count; id++) fresh.insert(id, row(data, id));
  for (let id = 0; id < data.count; id++) index.upsert(id, row(data, id));
  expect(equalBytes(index.save(), fresh.save())).toBe(true);
  expect(index.stats().memoryBytes).toBeLessThanOrEqual(fresh.stats().memoryBytes + 2 ** 16);
  expect(recallOf(index, exactOf(data, 'l2'), data)).toBeGreaterThanOrEqual(0.9);
}

describe('an index of codes alone that has become empty', () => {
  it('takes less memory than before, and begins as a new one does', async () => {
    const index = await filled();
    const { memoryBytes } = index.stats();
    for (let id = 0; id < DATA.count; id++) expect(index.delete(id)).toBe(true);
    expect(index.stats().memoryBytes).toBeLessThan(memoryBytes);
    expect(index.stats()).toMatchObject({ size: 0, deleted: 0, topLevel: 0, traversal: 'f32' });
    expect([...index]).toEqual([]);
    expect(index.search(row(DATA, 0), 3)).toEqual([]);
    expectNew(index, ELSEWHERE);
  });

  it('does so too when its only vector is replaced', async () => {
    const index = await filled();
    for (let id = 1; id < DATA.count; id++) index.delete(id);
    index.upsert(0, row(ELSEWHERE, 0));
    expect(index.get(0)).toEqual(row(ELSEWHERE, 0));
    expect(index.search(row(ELSEWHERE, 0), 3)).toEqual([{ id: 0, distance: 0 }]);
    index.delete(0);
    expectNew(index, ELSEWHERE);
  });

  it('does so after insertMany that was aborted, and is filled by workers again', async () => {
    const index = new HnswIndex({ ...OPTIONS, storage: 'sq7' });
    const stop = new AbortController();
    const onProgress = (): void => stop.abort();
    const call = index.insertMany(undefined, DATA.values, { signal: stop.signal, onProgress });
    await expect(call).rejects.toMatchObject({ code: 'ERR_HNSW_ABORTED' });
    expect(index.size).toBeLessThan(DATA.count);
    for (const id of [...index]) index.delete(id);
    await index.insertMany(undefined, ELSEWHERE.values, { threads: 2 });
    for (const id of [...index]) index.delete(id);
    expectNew(index, ELSEWHERE);
    index.close();
  });
});
