import { HnswIndex } from '@ruvector/hnsw';
import { describe, expect, it } from 'vitest';
import { clustered, row } from './data.js';

const DATA = clustered(2_000, 8, 1);

async function filled(): Promise<HnswIndex> {
  const index = new HnswIndex({ dimensions: 8, efConstruction: 40 });
  await index.insertMany(undefined, DATA.values);
  return index;
}

const changes: Record<string, (index: HnswIndex) => unknown> = {
  insert: (index) => index.insert('new', row(DATA, 0)),
  upsert: (index) => index.upsert(0, row(DATA, 0)),
  delete: (index) => index.delete(0),
  compact: (index) => index.compact(),
  save: (index) => index.save(),
};

describe('while a call on many vectors is under way', () => {
  it.each(Object.entries(changes))(
    '%s is refused with ERR_HNSW_BUSY, and then done',
    async (name, change) => {
      for (const call of [
        (index: HnswIndex) => index.insertMany(undefined, DATA.values.slice(0, 8 * 100)),
        (index: HnswIndex) => index.searchMany(DATA.values.slice(0, 8 * 100), 3),
      ]) {
        const index = await filled();
        const underWay = call(index);
        expect(() => change(index)).toThrow(expect.objectContaining({ code: 'ERR_HNSW_BUSY' }));
        expect(() => change(index)).toThrow(`${name} must wait until`);
        await underWay;
        expect(() => change(index)).not.toThrow();
      }
    },
  );

  it('a second insertMany and saveTo are refused too', async () => {
    const index = await filled();
    const first = index.insertMany(undefined, DATA.values.slice(0, 800));
    const refusals = [
      index.insertMany(undefined, DATA.values.slice(0, 8)),
      index.saveTo({} as never, 'k'),
    ];
    const reasons = await Promise.allSettled(refusals);
    expect(reasons.map((each) => String((each as PromiseRejectedResult).reason))).toEqual([
      'BusyError: insertMany must wait until insertMany is done',
      'BusyError: saveTo must wait until insertMany is done',
    ]);
    expect(await first).toBe(100);
    expect(index.size).toBe(2_100);
  });

  it('searches see what is inserted by then, and has, get and stats go on', async () => {
    const index = await filled();
    const sizes: number[] = [];
    await index.insertMany(undefined, clustered(2_000, 8, 5).values, {
      onProgress: () => {
        expect(index.search(row(DATA, 3), 1)[0]!.distance).toBe(0);
        sizes.push(index.size);
      },
    });
    expect(sizes.length).toBeGreaterThan(1);
    expect(index.has(0)).toBe(true);
  });

  it('of several searchMany each has its answer, and the last one ends the wait', async () => {
    const index = await filled();
    const [long, short] = [
      index.searchMany(DATA.values.slice(0, 8 * 300), 3),
      index.searchMany(DATA.values.slice(0, 8 * 10), 3),
    ];
    expect((await short).length).toBe(10);
    expect(() => index.delete(0)).toThrow('delete must wait until searchMany is done');
    expect((await long).length).toBe(300);
    expect(index.delete(0)).toBe(true);
  });

  it('a call that fails ends the wait as well', async () => {
    const index = await filled();
    await expect(index.insertMany(undefined, new Float32Array(3))).rejects.toThrow(RangeError);
    await expect(index.searchMany(new Float32Array(3), 1)).rejects.toThrow(RangeError);
    index.insert('new', row(DATA, 0));
    expect(index.size).toBe(2_001);
  });
});

describe('a call on many vectors that is aborted', () => {
  it('keeps the first rows, says how many, and leaves an index that works', async () => {
    const index = await filled();
    const abort = new AbortController();
    const more = clustered(3_000, 8, 6);
    const call = index.insertMany(undefined, more.values, {
      signal: abort.signal,
      onProgress: () => abort.abort(new Error('enough')),
    });
    const error = await call.then(undefined, (reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'ERR_HNSW_ABORTED', cause: new Error('enough') });
    const { done } = error as { done: number };
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(3_000);
    expect(index.size).toBe(2_000 + done);
    expect(index.search(row(more, done - 1), 1)[0]!.id).toBe(2_000 + done - 1);
    expect(index.has(2_000 + done)).toBe(false);
    await index.insertMany(undefined, more.values.subarray(8 * done));
    expect(index.size).toBe(5_000);
    expect(HnswIndex.load(index.save()).search(row(more, 2_999), 1)[0]!.id).toBe(4_999);
  });

  it('before it begins inserts nothing, not even the dimensions', async () => {
    const index = new HnswIndex();
    const call = index.insertMany(['a'], Float32Array.of(1, 2), { signal: AbortSignal.abort() });
    await expect(call).rejects.toMatchObject({ done: 0 });
    expect([index.size, index.dimensions]).toEqual([0, undefined]);
  });
});
