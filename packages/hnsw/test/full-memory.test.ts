import { HnswIndex, type VectorStorage } from '@ruvector/hnsw';
import { describe, expect, it } from 'vitest';
import { clustered, exactOf, recallOf, row, rows, type Matrix } from './data.js';

const DIMENSIONS = 16;
const DATA = clustered(12_000, DIMENSIONS, 1);
const MEBIBYTE = 2 ** 20;
const STORAGES: readonly VectorStorage[] = ['f32+sq7', 'sq7', 'f32', 'bit'];

/** An index whose first memory is full. */
function full(storage: VectorStorage, options = {}): { index: HnswIndex; held: Matrix } {
  const settings = { dimensions: DIMENSIONS, shardBytes: MEBIBYTE, efConstruction: 20 };
  const index = new HnswIndex({ ...settings, storage, ...options });
  let count = 0;
  while (index.stats().shards < 2) index.insert(count, row(DATA, count++));
  return { index, held: { ...DATA, count, values: DATA.values.slice(0, count * DIMENSIONS) } };
}

const bytesPerMemory = (index: HnswIndex): number =>
  index.stats().memoryBytes / index.stats().shards;

describe('a memory that is full', () => {
  it.each(STORAGES)('is saved, loaded and compacted, of %s', (storage) => {
    const { index, held } = full(storage);
    expect(held.count).toBeGreaterThan(2_000);
    const loaded = HnswIndex.load(index.save());
    expect([...loaded]).toEqual([...index]);
    for (let id = 0; id < held.count; id += 3) loaded.delete(id);
    loaded.compact();
    expect(loaded.stats().deleted).toBe(0);
    expect(loaded.search(row(held, 1), 1)).toEqual(index.search(row(held, 1), 1));
    for (const each of [index, loaded]) expect(bytesPerMemory(each)).toBeLessThanOrEqual(MEBIBYTE);
  });

  it.each(STORAGES)('answers searches of any breadth within shardBytes, of %s', (storage) => {
    const { index, held } = full(storage);
    const known = index.search(row(held, 5), 20, { efSearch: 250 }).map(({ id }) => id);
    for (const k of [257, 1_000, 2_048, held.count]) {
      const hits = index.search(row(held, 5), k);
      expect(new Set(hits.map(({ id }) => id)).size).toBe(k);
      expect(hits.every(({ distance }, i) => distance >= (hits[i - 1]?.distance ?? 0))).toBe(true);
    }
    for (const efSearch of [300, 2_000, 65_536])
      expect(index.search(row(held, 5), 20, { efSearch }).map(({ id }) => id)).toEqual(known);
    const odd = index.search(row(held, 5), 300, { filter: (id) => Number(id) % 2 === 1 });
    expect(odd.length).toBe(300);
    expect(bytesPerMemory(index)).toBeLessThanOrEqual(MEBIBYTE);
  });

  it('is calibrated, connected and filled by insertMany, and again where vectors were', async () => {
    const index = new HnswIndex({ dimensions: DIMENSIONS, shardBytes: MEBIBYTE });
    await index.insertMany(undefined, DATA.values, { threads: 2 });
    for (let id = 0; id < 3_000; id++) index.delete(id);
    await index.insertMany(undefined, DATA.values.subarray(0, 3_000 * DIMENSIONS));
    expect(index.stats().efSearch).toBeGreaterThan(0);
    expect(bytesPerMemory(index)).toBeLessThanOrEqual(MEBIBYTE + 24 * DATA.count);
    const recall = recallOf(index, exactOf(DATA, 'l2'), clustered(40, DIMENSIONS, 2));
    expect(recall).toBeGreaterThanOrEqual(0.95);
    index.close();
  });

  it('takes vectors where workers and broad searches had their room', async () => {
    const options = { dimensions: DIMENSIONS, shardBytes: MEBIBYTE, efConstruction: 20 };
    const index = new HnswIndex(options);
    await index.insertMany(undefined, DATA.values.subarray(0, 1_000 * DIMENSIONS), { threads: 4 });
    index.search(row(DATA, 0), 1_000);
    for (let id = 1_000; index.stats().shards < 2; id++) index.insert(id, row(DATA, id));
    expect(index.size).toBe(full('f32+sq7').held.count);
    const some = rows(DATA).slice(0, 100);
    const hits = await index.searchMany(some, 1, { threads: 4 });
    expect(hits.map(([hit]) => hit!.id)).toEqual(some.map((_, id) => id));
    expect(bytesPerMemory(index)).toBeLessThanOrEqual(MEBIBYTE);
    index.close();
  });
});
