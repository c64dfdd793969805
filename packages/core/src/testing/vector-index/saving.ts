import type { VectorId, VectorIndex } from '../../vector-index.js';
import { isEdgeError } from '../../edge-error.js';
import { assertBytes, assertSame } from '../assertions.js';
import { noise } from '../noise.js';
import { assertIds, idsOf, randomVectors, type IndexBench } from './bench.js';
import type { VectorIndexCase } from './case.js';

const PLACES_TRIED = 400;

/** Bytes that hold a whole index, and what becomes of them when they are damaged. */
export const savingCases: readonly VectorIndexCase[] = [
  {
    title: 'a saved index that is loaded is the same: metric, dimensions, vectors and every answer',
    async run(bench) {
      const { index } = await bench.filled(randomVectors(300, 6, 41));
      for (let id = 0; id < 300; id += 7) index.delete(id);
      const loaded = await bench.load(index.save());
      assertSame(loaded.metric, index.metric, 'metric');
      assertSame(loaded.dimensions, index.dimensions, 'dimensions');
      assertSame(loaded.size, index.size, 'size');
      for (const query of randomVectors(20, 6, 42))
        assertSame(answer(loaded, query), answer(index, query), 'hits');
      for (let id = 0; id < 300; id++)
        assertSame(String(loaded.get(id)), String(index.get(id)), `get(${id})`);
    },
  },
  {
    title: 'many vectors are saved and loaded, all of them',
    async run(bench) {
      const { vectorCount } = bench.tolerances;
      const { index } = await bench.filled(randomVectors(vectorCount, 6, 40));
      const loaded = await bench.load(index.save());
      assertSame(loaded.size, vectorCount, 'size');
      for (let id = 0; id < vectorCount; id++)
        assertSame(String(loaded.get(id)), String(index.get(id)), `get(${id})`);
      for (const query of randomVectors(20, 6, 39))
        assertSame(answer(loaded, query), answer(index, query), 'hits');
    },
  },
  {
    title: 'an empty index is saved and loaded, with its dimensions or without',
    async run(bench) {
      for (const options of [{}, { dimensions: 3 }]) {
        const loaded = await bench.load((await bench.create(options)).save());
        assertSame(loaded.size, 0, 'size');
        assertSame(loaded.metric, bench.metric, 'metric');
        assertSame(loaded.dimensions, options.dimensions, 'dimensions');
        loaded.insert('a', [1, 2, 3]);
        assertIds(idsOf(loaded.search([1, 1, 1], 1)), ['a'], 'hits');
      }
    },
  },
  {
    title: 'ids keep their kind and their text through save and load',
    async run(bench) {
      const ids = [1, '1', 0, -7, Number.MAX_SAFE_INTEGER, '', 'a\0b', 'é', 'e\u0301', '💡'];
      const index = await bench.create();
      ids.forEach((id, i) => index.insert(id, [1, i]));
      const loaded = await bench.load(index.save());
      ids.forEach((id, i) => bench.assertHolds(loaded, id, [1, i]));
      assertIds(idsOf(loaded.search([1, 1], ids.length)), ids, 'hits');
    },
  },
  {
    title: 'a deleted id does not come back by save and load',
    async run(bench) {
      const { index } = await bench.filled(randomVectors(20, 3, 43));
      for (const id of [0, 10, 19]) index.delete(id);
      const loaded = await bench.load(index.save());
      for (const id of [0, 10, 19]) assertSame(loaded.has(id), false, `has(${id})`);
      assertSame(loaded.search([1, 1, 1], 20).length, 17, 'hits');
    },
  },
  {
    title: 'a loaded index takes changes, and the one it was saved from does not see them',
    async run(bench) {
      const { index } = await bench.filled(randomVectors(10, 3, 44));
      const loaded = await bench.load(index.save());
      loaded.insert('new', [1, 2, 3]);
      loaded.upsert(0, [3, 2, 1]);
      loaded.delete(1);
      const old = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
      const now: VectorId[] = [0, 2, 3, 4, 5, 6, 7, 8, 9, 'new'];
      assertIds(idsOf(loaded.search([1, 1, 1], 20)), now, 'hits of the loaded');
      assertIds(idsOf(index.search([1, 1, 1], 20)), old, 'hits of the original');
    },
  },
  {
    title: 'the bytes of save belong to the caller, and load keeps none of those it is given',
    async run(bench) {
      const { index } = await bench.filled(randomVectors(10, 3, 45));
      const before = answer(index, [1, 0, 0]);
      const bytes = index.save();
      const loaded = await bench.load(bytes);
      bytes.fill(0);
      assertSame(answer(index, [1, 0, 0]), before, 'hits once the bytes are overwritten');
      assertSame(answer(loaded, [1, 0, 0]), before, 'hits of the loaded');
      const again = index.save();
      assertSame((await bench.load(again)).size, 10, 'size, saved once more');
      const copy = new Uint8Array(again);
      index.insert('later', [1, 2, 3]);
      assertBytes(again, copy, 'the bytes after a later insert');
    },
  },
  {
    title: 'saved bytes are loaded from the midst of a larger buffer, at any offset',
    async run(bench) {
      const { index } = await bench.filled(randomVectors(10, 3, 46));
      const bytes = index.save();
      for (const offset of [1, 2, 3, 8]) {
        const larger = noise(bytes.length + 32, 47);
        larger.set(bytes, offset);
        const loaded = await bench.load(larger.subarray(offset, offset + bytes.length));
        assertSame(answer(loaded, [0, 1, 0]), answer(index, [0, 1, 0]), `hits, offset ${offset}`);
      }
    },
  },
  {
    title: 'saved bytes that were cut short are ERR_MALFORMED',
    async run(bench) {
      const bytes = await savedBytes(bench);
      for (const length of places(bytes.length))
        await assertMalformed(bench, bytes.subarray(0, length), `the first ${length} bytes`);
    },
  },
  {
    title: 'saved bytes of which one bit has flipped are ERR_MALFORMED',
    async run(bench) {
      const bytes = await savedBytes(bench);
      for (const at of places(bytes.length)) {
        const flipped = new Uint8Array(bytes);
        flipped[at]! ^= 1 << (at % 8);
        await assertMalformed(bench, flipped, `byte ${at} of ${bytes.length}, bit ${at % 8}`);
      }
    },
  },
  {
    title: 'bytes that are not those of an index, or more than those, are ERR_MALFORMED',
    async run(bench) {
      const bytes = await savedBytes(bench);
      const twice = new Uint8Array([...bytes, ...bytes]);
      await assertMalformed(bench, twice.subarray(0, bytes.length + 1), 'one byte more');
      await assertMalformed(bench, twice, 'the bytes twice');
      await assertMalformed(bench, noise(bytes.length, 48), 'noise');
      await assertMalformed(bench, new Uint8Array(1_000), 'zeros');
    },
  },
];

/** Ids and distances of the 10 nearest, as text that keeps every bit. */
const answer = (index: VectorIndex, query: readonly number[]): string =>
  JSON.stringify(index.search(query, 10));

async function savedBytes(bench: IndexBench): Promise<Uint8Array> {
  const { index } = await bench.filled(randomVectors(8, 4, 49));
  index.insert('text', [1, 2, 3, 4]);
  return index.save();
}

/** All places of a short file; of a long one the first, the last and some on a grid between. */
function places(length: number): number[] {
  const step = Math.max(1, Math.floor(length / PLACES_TRIED));
  const edge = Math.min(64, length);
  const chosen = new Set<number>();
  for (let i = 0; i < edge; i++) chosen.add(i).add(length - 1 - i);
  for (let i = 0; i < length; i += step) chosen.add(i);
  return [...chosen];
}

async function assertMalformed(bench: IndexBench, bytes: Uint8Array, what: string): Promise<void> {
  try {
    await bench.load(bytes);
  } catch (error) {
    if (isEdgeError(error, 'ERR_MALFORMED')) return;
    throw new Error(`${what}: expected ERR_MALFORMED, got ${String(error)}`, { cause: error });
  }
  throw new Error(`${what}: expected ERR_MALFORMED, it was loaded`);
}
