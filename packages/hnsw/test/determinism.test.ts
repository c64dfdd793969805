import { equalBytes } from '@ruvector/core';
import { compileKernel, type KernelBuild } from '@ruvector/core/wasm';
import { HnswIndex, type VectorStorage } from '@ruvector/hnsw';
import { describe, expect, it } from 'vitest';
import { Collection, type CollectionOptions } from '../src/collection.js';
import { joinParts, writeParts } from '../src/file.js';
import { BASE, RELAXED } from '../src/generated/kernel.js';
import { hnswKernel } from '../src/kernel.js';
import { clustered, METRICS, row, rows } from './data.js';

const DATA = clustered(2_400, 20, 1);
const STORAGES: VectorStorage[] = ['f32+sq7', 'sq7', 'f32'];

/** Inserts, replaces and deletes; then again some. */
function filled(options: ConstructorParameters<typeof HnswIndex>[0] = {}): HnswIndex {
  const index = new HnswIndex({ efConstruction: 40, ...options });
  rows(DATA).forEach((vector, id) => index.insert(id, vector));
  for (let id = 0; id < 300; id++) index.delete(3 * id);
  for (let id = 0; id < 200; id++) index.upsert(5 * id, row(DATA, id));
  return index;
}

describe('the same seed, vectors and order', () => {
  it.each(STORAGES)('make the same bytes, %s', (storage) => {
    expect(equalBytes(filled({ storage }).save(), filled({ storage }).save())).toBe(true);
  });

  it('make the same bytes in insertMany, whatever was searched meanwhile', async () => {
    const make = async (onProgress: (index: HnswIndex) => void) => {
      const index = new HnswIndex({ dimensions: 20, efConstruction: 40 });
      await index.insertMany(undefined, DATA.values, { onProgress: () => onProgress(index) });
      return index.save();
    };
    const quiet = await make(() => {});
    const asked = await make((index) => index.search(row(DATA, 5), 3, { efSearch: 50 }));
    expect(equalBytes(asked, quiet)).toBe(true);
  });

  it('and another seed make another graph with the same answers', () => {
    const [one, two] = [filled({ seed: 1 }), filled({ seed: 2 })];
    expect(equalBytes(one.save(), two.save())).toBe(false);
    const options = { efSearch: 2_400 };
    expect(one.search(row(DATA, 7), 10, options)).toEqual(two.search(row(DATA, 7), 10, options));
  });
});

describe('saving and loading', () => {
  it.each(STORAGES)('again gives the same bytes, and the same answers, %s', (storage) => {
    const index = filled({ storage });
    const saved = index.save();
    const loaded = HnswIndex.load(saved);
    expect(equalBytes(loaded.save(), saved)).toBe(true);
    for (let id = 0; id < 100; id++) {
      expect(loaded.search(row(DATA, id), 10)).toEqual(index.search(row(DATA, id), 10));
      expect(loaded.get(id)).toEqual(index.get(id));
    }
    expect(loaded.stats().agreement).toBe(index.stats().agreement);
  });

  it('does not change what comes after', () => {
    const index = filled();
    const loaded = HnswIndex.load(index.save());
    for (const each of [index, loaded])
      for (let id = 0; id < 200; id++) each.insert(`new-${id}`, row(DATA, id * 3));
    for (let id = 0; id < 50; id++) {
      const options = { efSearch: 40 };
      expect(loaded.search(row(DATA, id), 10, options)).toEqual(
        index.search(row(DATA, id), 10, options),
      );
    }
  });

  it('keeps the bytes of the caller apart from the index', () => {
    const index = filled();
    const saved = index.save();
    const loaded = HnswIndex.load(saved);
    const before = loaded.search(row(DATA, 1), 5);
    saved.fill(0);
    expect(loaded.search(row(DATA, 1), 5)).toEqual(before);
  });

  it('takes bytes that begin anywhere in their buffer', () => {
    const saved = filled().save();
    const shifted = new Uint8Array(saved.length + 3).subarray(3);
    shifted.set(saved);
    expect(equalBytes(HnswIndex.load(shifted).save(), saved)).toBe(true);
  });
});

/** Whether this engine knows relaxed SIMD, as Node does from 22 on. */
const hasRelaxed = hnswKernel().build === 'relaxed';

describe.skipIf(!hasRelaxed)('the base and the relaxed build', () => {
  const builds: KernelBuild[] = ['base', 'relaxed'];

  it.each(METRICS.flatMap((metric) => STORAGES.map((storage) => ({ metric, storage }))))(
    'find the same at the same distances and save the same bytes, $metric, $storage',
    ({ metric, storage }) => {
      const [base, relaxed] = builds.map((build) => {
        const kernel = compileKernel({ base: BASE, relaxed: RELAXED }, { build });
        expect(kernel.build).toBe(build);
        const options: CollectionOptions = {
          kernel,
          metric,
          storage,
          M: 16,
          efConstruction: 40,
          graph: true,
          capacity: 0,
          seed: 1,
          targetRecall: 0.95,
          bytesMax: 2 ** 32,
        };
        const collection = new Collection(options, undefined);
        rows(DATA).forEach((vector, id) => collection.insert(id, vector));
        for (let id = 0; id < 200; id++) collection.upsert(5 * id, row(DATA, id));
        const found = Array.from({ length: 50 }, (_, id) =>
          collection.search(row(DATA, id), 10, undefined),
        );
        return { found, saved: joinParts(writeParts(collection)) };
      });
      expect(relaxed!.found).toEqual(base!.found);
      expect(equalBytes(relaxed!.saved, base!.saved)).toBe(true);
    },
  );
});
