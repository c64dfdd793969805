import { MemoryStorage } from '@ruvector/core/memory';
import { HnswIndex } from '@ruvector/hnsw';
import { beforeAll, describe, expect, it } from 'vitest';
import { clustered, exactOf, recallOf, row, rows, type Matrix } from './data.js';
import { graphOf, unreached } from './graph.js';

// What users of other libraries for vectors in JavaScript complain of.

const DATA: Matrix = clustered(3_000, 10, 1);

describe('a complaint about others that is none here', () => {
  let index: HnswIndex;

  beforeAll(async () => {
    index = new HnswIndex({ dimensions: 10, efConstruction: 60 });
    await index.insertMany(undefined, DATA.values);
  });

  it('"only number[]": a Float32Array does as well, and vectors come back as one', () => {
    const few = new HnswIndex();
    few.insert('array', [1, 2]);
    few.insert('typed', Float32Array.of(1, 2));
    expect(few.get('array')).toEqual(Float32Array.of(1, 2));
    expect(few.search(Float32Array.of(1, 2), 2)).toEqual(few.search([1, 2], 2));
    const [hit] = few.search([1, 2], 1, { includeVectors: true });
    expect(hit!.vector).toEqual(Float32Array.of(1, 2));
  });

  it('"it keeps my array": what the caller writes into it later does not count', () => {
    const few = new HnswIndex();
    const vector = Float32Array.of(1, 2);
    few.insert('a', vector);
    vector.fill(9);
    few.get('a')!.fill(7);
    expect([...few.get('a')!]).toEqual([1, 2]);
  });

  it('"deleted vectors come back as ghosts"', () => {
    const few = new HnswIndex();
    rows(DATA)
      .slice(0, 50)
      .forEach((vector, id) => few.insert(id, vector));
    for (let id = 0; id < 49; id++) few.delete(id);
    expect(few.search(row(DATA, 0), 50).map(({ id }) => id)).toEqual([49]);
    expect(
      HnswIndex.load(few.save())
        .search(row(DATA, 0), 50)
        .map(({ id }) => id),
    ).toEqual([49]);
  });

  it('"it crashes in the filter callback"', () => {
    for (const bad of [() => undefined, () => 'yes', () => NaN, () => ({})])
      expect(() => index.search(row(DATA, 0), 3, { filter: bad as never })).not.toThrow();
    const thrower = () => {
      throw new TypeError('mine');
    };
    for (let i = 0; i < 3; i++)
      expect(() => index.search(row(DATA, 0), 3, { filter: thrower })).toThrow('mine');
    expect(index.search(row(DATA, 0), 1)[0]!.id).toBe(0);
  });

  it('"a filter gives no rows although some match"', () => {
    for (let only = 0; only < 3_000; only += 150)
      expect(
        index.search(row(DATA, 1), 5, { filter: (id) => id === only }).map(({ id }) => id),
      ).toEqual([only]);
  });

  it('"k is capped by ef"', () => {
    expect(index.search(row(DATA, 0), 100, { efSearch: 1 }).length).toBe(100);
    expect(index.search(row(DATA, 0), 2_999, { efSearch: 10 }).length).toBe(2_999);
  });

  it('"ef is ignored"', () => {
    const [exact, queries] = [exactOf(DATA, 'l2'), clustered(60, 10, 2)];
    const low = recallOf(index, exact, queries, { efSearch: 10 });
    expect(recallOf(index, exact, queries, { efSearch: 300 })).toBeGreaterThan(low);
    expect(recallOf(index, exact, queries, { efSearch: 3_000 })).toBe(1);
  });

  it('"6 to 12 % of the rows cannot be reached"', () => {
    expect(unreached(graphOf(index))).toEqual([]);
    const lost = rows(DATA).filter(
      (vector, id) => !index.search(vector, 1, { efSearch: 100 }).some((hit) => hit.id === id),
    );
    expect(lost).toEqual([]);
  });

  it('"the index is empty after a restart"', async () => {
    const storage = new MemoryStorage();
    await index.saveTo(storage, 'documents');
    const restarted = await HnswIndex.loadFrom(storage, 'documents');
    expect(restarted!.size).toBe(3_000);
    expect(restarted!.search(row(DATA, 7), 5)).toEqual(index.search(row(DATA, 7), 5));
    expect(await HnswIndex.loadFrom(storage, 'another')).toBeUndefined();
  });

  it('"ids are BigInts, or start at 0 anew after loading"', () => {
    const loaded = HnswIndex.load(index.save());
    expect(typeof loaded.search(row(DATA, 7), 1)[0]!.id).toBe('number');
    expect(() => loaded.insert(7, row(DATA, 7))).toThrow('id 7 is known');
  });

  it('"the number of elements must be known beforehand"', () => {
    const few = new HnswIndex({ capacity: 1, efConstruction: 40 });
    rows(DATA)
      .slice(0, 500)
      .forEach((vector, id) => few.insert(id, vector));
    expect(few.size).toBe(500);
  });
});
