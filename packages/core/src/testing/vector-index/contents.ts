import { assertSame } from '../assertions.js';
import { assertMistake } from '../mistakes.js';
import { assertIds, idsOf, randomVectors, visible } from './bench.js';
import type { VectorIndexCase } from './case.js';

/** Ids and their vectors: what is in, and whose memory is whose. */
export const contentCases: readonly VectorIndexCase[] = [
  {
    title: 'a new index is empty: it knows no id and every search finds nothing',
    async run(bench) {
      for (const options of [{}, { dimensions: 2 }]) {
        const index = await bench.create(options);
        assertSame(index.size, 0, 'size');
        assertSame(index.metric, bench.metric, 'metric');
        assertSame(index.dimensions, options.dimensions, 'dimensions');
        assertSame(index.has('a'), false, "has('a')");
        assertSame(index.get('a'), undefined, "get('a')");
        assertSame(index.delete('a'), false, "delete('a')");
        assertSame(index.search([1, 2], 3).length, 0, 'hits');
        assertSame(index.search([1, 2], 3, { filter: () => true }).length, 0, 'filtered hits');
      }
    },
  },
  {
    title: 'get gives back what was inserted, from a Float32Array or from an array of numbers',
    async run(bench) {
      const index = await bench.create();
      const vectors = [...randomVectors(20, 5, 1), [0.1, -0.2, 1 / 3, 1, 0]];
      for (const [i, vector] of vectors.entries())
        index.insert(i, i % 2 ? vector : Float32Array.from(vector));
      assertSame(index.size, vectors.length, 'size');
      for (const [i, vector] of vectors.entries()) bench.assertHolds(index, i, vector);
    },
  },
  {
    title: 'the first vector fixes the dimensions, unless they were given',
    async run(bench) {
      const index = await bench.create();
      index.insert('a', [1, 2, 3]);
      assertSame(index.dimensions, 3, 'dimensions');
      const given = await bench.create({ dimensions: 2 });
      assertMistake(() => given.insert('a', [1, 2, 3]), RangeError, 'insert() of 3 dimensions');
      assertSame(given.dimensions, 2, 'dimensions');
      given.insert('a', [1, 2]);
    },
  },
  {
    title: 'insert of a known id is a RangeError and leaves its vector',
    async run(bench) {
      const index = await bench.create();
      for (const id of ['a', 0, '']) {
        index.insert(id, [1, 2]);
        const before = visible(index, [id]);
        for (const vector of [
          [3, 4],
          [1, 2],
        ]) {
          assertMistake(() => index.insert(id, vector), RangeError, `insert('${id}') again`);
          assertSame(visible(index, [id]), before, 'the index afterwards');
        }
      }
    },
  },
  {
    title:
      'upsert adds an unknown id and replaces a known one: the old vector is not found any more',
    async run(bench) {
      const index = await bench.create();
      index.upsert('moves', [1, 0, 0]);
      index.upsert('stays', [0, 1, 0]);
      index.upsert('moves', [0, 0, 1]);
      assertSame(index.size, 2, 'size');
      bench.assertHolds(index, 'moves', [0, 0, 1]);
      assertIds(idsOf(index.search([0, 0, 1], 1)), ['moves'], 'nearest to the new vector');
      assertIds(idsOf(index.search([1, 0.1, 0], 1)), ['stays'], 'nearest to the old vector');
      assertIds(idsOf(index.search([1, 1, 1], 9)), ['moves', 'stays'], 'all');
    },
  },
  {
    title: '1 and "1" are two ids',
    async run(bench) {
      const index = await bench.create();
      index.insert(1, [1, 0]);
      assertSame(index.has('1'), false, "has('1')");
      assertSame(index.get('1'), undefined, "get('1')");
      assertSame(index.delete('1'), false, "delete('1')");
      index.insert('1', [0, 1]);
      assertSame(index.size, 2, 'size');
      assertIds(idsOf(index.search([1, 1], 2)), [1, '1'], 'hits');
      index.delete(1);
      bench.assertHolds(index, '1', [0, 1]);
      assertIds(idsOf(index.search([1, 1], 2)), ['1'], 'hits after delete(1)');
    },
  },
  {
    title: 'any string and any safe integer is an id',
    async run(bench) {
      const { MAX_SAFE_INTEGER: most, MIN_SAFE_INTEGER: least } = Number;
      const ids = [most, least, 0, -1, 2 ** 32, '', ' ', '__proto__', 'constructor', 'é', '💡'];
      const index = await bench.create();
      ids.forEach((id, i) => index.insert(id, [1, i]));
      ids.forEach((id, i) => bench.assertHolds(index, id, [1, i]));
      assertIds(idsOf(index.search([1, 1], ids.length)), ids, 'hits');
    },
  },
  {
    title: 'insert and upsert copy: the caller may reuse its vector',
    async run(bench) {
      const index = await bench.create();
      const [typed, plain] = [Float32Array.of(1, 2, 3), [1, 2, 3]];
      index.insert('typed', typed);
      index.insert('plain', plain);
      typed.fill(9);
      plain.fill(9);
      for (const id of ['typed', 'plain']) bench.assertHolds(index, id, [1, 2, 3]);
      index.upsert('typed', typed);
      typed.fill(7);
      bench.assertHolds(index, 'typed', [9, 9, 9]);
    },
  },
  {
    title: 'what get and search return is a copy: writing to it changes nothing',
    async run(bench) {
      const index = await bench.create();
      index.insert('a', [1, 2]);
      index.get('a')!.fill(9);
      bench.assertHolds(index, 'a', [1, 2]);
      const hits = index.search([1, 2], 1);
      hits[0]!.id = 'changed';
      hits.length = 0;
      assertIds(idsOf(index.search([1, 2], 1)), ['a'], 'the hits of the same search again');
    },
  },
  {
    title: 'a view into a larger buffer counts as just that view',
    async run(bench) {
      const index = await bench.create();
      const numbers = Float32Array.from({ length: 30 }, (_, i) => i + 1);
      index.insert('a', numbers.subarray(0, 3));
      index.insert('b', numbers.subarray(9, 12));
      index.upsert('c', numbers.subarray(21, 24));
      bench.assertHolds(index, 'b', [10, 11, 12]);
      bench.assertHolds(index, 'c', [22, 23, 24]);
      assertSame(index.search(numbers.subarray(9, 12), 3).length, 3, 'hits');
    },
  },
];
