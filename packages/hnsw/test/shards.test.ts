import { HnswIndex } from '@ruvector/hnsw';
import { equalBytes } from '@ruvector/core';
import { MemoryStorage } from '@ruvector/core/memory';
import { describe, expect, it } from 'vitest';
import { clustered, exactOf, recallOf, row, rows } from './data.js';

const DIMENSIONS = 64;
const OPTIONS = { dimensions: DIMENSIONS, shardBytes: 2 ** 20, efConstruction: 40 };
const DATA = clustered(6_000, DIMENSIONS, 1);

async function filled(): Promise<HnswIndex> {
  const index = new HnswIndex(OPTIONS);
  await index.insertMany(undefined, DATA.values);
  return index;
}

describe('an index that is larger than one memory may be', () => {
  it('goes on in another, each within shardBytes, and finds what is in all', async () => {
    const index = await filled();
    const { shards, memoryBytes } = index.stats();
    expect(shards).toBeGreaterThan(2);
    expect(memoryBytes).toBeLessThanOrEqual(shards * (2 ** 20 + 65_536));
    const recall = recallOf(index, exactOf(DATA, 'l2'), clustered(40, DIMENSIONS, 2));
    expect(recall).toBeGreaterThanOrEqual(0.95);
    expect(
      rows(DATA)
        .slice(0, 20)
        .map((vector) => index.search(vector, 1)[0]!.id),
    ).toEqual(Array.from({ length: 20 }, (_, id) => id));
  });

  it('does so one by one, and ties between memories are in order of ids', () => {
    const index = new HnswIndex(OPTIONS);
    for (let id = 4_999; id >= 0; id--) index.insert(id, new Float32Array(DIMENSIONS).fill(id % 2));
    expect(index.stats().shards).toBeGreaterThan(1);
    const ids = index.search(new Float32Array(DIMENSIONS), 2_400).map(({ id }) => id);
    expect(ids).toEqual(Array.from({ length: 2_400 }, (_, i) => 2 * i));
  });

  it('upserts and deletes wherever an id is, filters in all, loaded too', async () => {
    const index = await filled();
    for (let id = 0; id < 6_000; id += 7) index.delete(id);
    for (let id = 1; id < 6_000; id += 700) index.upsert(id, row(DATA, 0));
    for (const each of [index, HnswIndex.load(index.save())]) {
      expect(each.has(7)).toBe(false);
      const same = each.search(row(DATA, 0), 9).map(({ id }) => id);
      expect(same).toEqual([1, 701, 1_401, 2_101, 2_801, 3_501, 4_201, 4_901, 5_601]);
      const odd = each.search(row(DATA, 0), 3_000, { filter: (id) => Number(id) % 2 === 1 });
      expect(odd.length).toBe(3_000 - 429);
      expect(new Set(each).size).toBe(each.size);
    }
    index.compact();
    expect(index.stats().deleted).toBe(0);
    expect(new Set(index.search(row(DATA, 0), 9_999).map(({ id }) => id)).size).toBe(index.size);
  });

  it('gives insertMany slots that nobody was in, where deleted ones are free', async () => {
    const index = await filled();
    const { shards } = index.stats();
    for (let id = 0; id < 1_000; id++) index.delete(id);
    await index.insertMany(undefined, DATA.values.subarray(0, 2_000 * DIMENSIONS));
    expect(index.size).toBe(7_000);
    for (let id = 0; id < 1_000; id++) expect(index.has(id)).toBe(true);
    const all = index.search(row(DATA, 0), 9_000);
    expect(new Set(all.map(({ id }) => id)).size).toBe(7_000);
    expect(index.stats().shards).toBeGreaterThanOrEqual(shards);
    expect(HnswIndex.load(index.save()).size).toBe(7_000);
  });

  it('leaves no segment behind in a storage when it has shrunk', async () => {
    const [index, storage] = [await filled(), new MemoryStorage()];
    await index.saveTo(storage, 'i');
    const few = new HnswIndex(OPTIONS);
    few.insert('a', row(DATA, 0));
    await few.saveTo(storage, 'i');
    expect([...(await HnswIndex.loadFrom(storage, 'i'))!]).toEqual(['a']);
    const keys: string[] = [];
    for await (const key of storage.keys()) keys.push(key);
    expect(keys).toEqual(['i']);
  });

  it('is loaded as it was before or after another one is saved in its place', async () => {
    const storage = new MemoryStorage();
    const [old, fresh] = [await filled(), await filled()];
    for (let id = 0; id < 6_000; id += 2) fresh.delete(id);
    fresh.compact(); // in fewer places of each memory
    await old.saveTo(storage, 'i');
    const [loaded] = await Promise.all([
      HnswIndex.loadFrom(storage, 'i'),
      fresh.saveTo(storage, 'i'),
    ]);
    expect([6_000, 3_000]).toContain(loaded!.size);
    const saved = loaded!.size === 3_000 ? fresh : old;
    expect(equalBytes(loaded!.save(), saved.save())).toBe(true);
    await old.saveTo(storage, 'other');
    await storage.put('i.segment-1', (await storage.get('other.segment-1'))!);
    const mixed = HnswIndex.loadFrom(storage, 'i');
    await expect(mixed).rejects.toThrow('segment 1 is of another saving');
    await storage.delete('i.segment-1');
    await expect(HnswIndex.loadFrom(storage, 'i')).rejects.toThrow('segment 1 is missing');
  });

  it('has one vector a memory where there is no room for two', async () => {
    const index = new HnswIndex({ shardBytes: 2 ** 20, dimensions: 65_535 });
    const vector = (value: number) => new Float32Array(65_535).fill(value);
    for (const id of [0, 1]) index.insert(id, vector(id));
    await index.insertMany(undefined, vector(2));
    expect(index.stats().shards).toBe(3);
    expect(
      HnswIndex.load(index.save())
        .search(vector(2), 3)
        .map(({ id }) => id),
    ).toEqual([2, 1, 0]);
  });
});
