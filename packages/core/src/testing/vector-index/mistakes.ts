import type { Metric, VectorIndex } from '../../vector-index.js';
import { assertSame } from '../assertions.js';
import { assertMistake, type Mistake } from '../mistakes.js';
import { assertIds, idsOf, visible, type IndexBench } from './bench.js';
import type { VectorIndexCase } from './case.js';

/** What an index refuses, and that it is afterwards what it was before. */
export const mistakeCases: readonly VectorIndexCase[] = [
  {
    title: 'NaN and infinities, at any place, are a RangeError and change nothing',
    async run(bench) {
      for (const bad of [NaN, Infinity, -Infinity])
        for (let place = 0; place < 3; place++) {
          const vector = [1, 1, 1].with(place, bad);
          await refuses(bench, vector, RangeError);
          await refuses(bench, Float32Array.from(vector), RangeError);
        }
    },
  },
  {
    title: 'NaN at any of 37 places is a RangeError',
    async run(bench) {
      const index = await bench.create();
      const vector = Array.from({ length: 37 }, (_, i) => i + 1);
      index.insert('known', vector);
      for (let place = 0; place < vector.length; place++) {
        const bad = Float32Array.from(vector.with(place, NaN));
        assertMistake(() => index.insert('new', bad), RangeError, `insert, NaN at ${place}`);
        assertMistake(() => index.upsert('known', bad), RangeError, `upsert, NaN at ${place}`);
        assertMistake(() => index.search(bad, 1), RangeError, `search, NaN at ${place}`);
      }
      bench.assertHolds(index, 'known', vector);
      assertSame(index.size, 1, 'size');
    },
  },
  {
    title: 'a number that is infinite in 32 bits is a RangeError and changes nothing',
    async run(bench) {
      for (const bad of [1e39, -Number.MAX_VALUE]) await refuses(bench, [1, bad, 1], RangeError);
    },
  },
  {
    title: 'a vector of other dimensions is a RangeError and changes nothing',
    async run(bench) {
      for (const length of [0, 1, 2, 4, 6])
        await refuses(bench, new Float32Array(length).fill(1), RangeError);
    },
  },
  {
    title: 'a vector of zeros, which has no direction, is a RangeError under cosine',
    needs: ['cosine'],
    once: true,
    async run(bench) {
      await refuses(bench, [0, 0, 0], RangeError, 'cosine');
      await refuses(bench, Float32Array.of(0, -0, 0), RangeError, 'cosine');
    },
  },
  {
    title: 'a vector of zeros is one like others under l2',
    needs: ['l2'],
    once: true,
    run: (bench) => takesZeros(bench, 'l2'),
  },
  {
    title: 'a vector of zeros is one like others under dot',
    needs: ['dot'],
    once: true,
    run: (bench) => takesZeros(bench, 'dot'),
  },
  {
    title: 'what is no vector is a TypeError and changes nothing',
    async run(bench) {
      for (const wrong of ['vector', null, undefined, 3, { 0: 1, length: 1 }])
        await refuses(bench, wrong as never, TypeError);
    },
  },
  {
    title: 'a value that is no number, at any place, is a TypeError and changes nothing',
    async run(bench) {
      await refuses(bench, ['1', '2', '3'] as never, TypeError);
      for (const wrong of ['1', '', null, undefined, true, [1], 1n, new Date(1)] as never[])
        for (const place of [0, 2]) await refuses(bench, [1, 1, 1].with(place, wrong), TypeError);
    },
  },
  {
    title: 'a first vector that is refused fixes no dimensions',
    async run(bench) {
      const index = await bench.create();
      assertMistake(() => index.insert('a', [NaN, 1, 2]), RangeError, 'insert() of NaN');
      assertMistake(() => index.upsert('a', [1, Infinity]), RangeError, 'upsert() of Infinity');
      assertMistake(() => index.insert('a', []), RangeError, 'insert() of no dimensions');
      assertSame(index.dimensions, undefined, 'dimensions');
      assertSame(index.size, 0, 'size');
      index.insert('a', [1, 2, 3, 4]);
      assertSame(index.dimensions, 4, 'dimensions');
    },
  },
  {
    title: 'has, get and delete refuse what is no id as insert does',
    async run(bench) {
      const { index, before } = await known(bench);
      for (const [id, kind] of noIds())
        for (const method of ['has', 'get', 'delete'] as const)
          assertMistake(() => index[method](id as never), kind, `${method}(${String(id)})`);
      assertSame(visible(index, ['known', 'new']), before, 'the index afterwards');
    },
  },
  {
    title: 'an id that is neither a string nor a safe integer is refused and changes nothing',
    async run(bench) {
      const { index, before } = await known(bench);
      for (const [id, kind] of noIds())
        for (const method of ['insert', 'upsert'] as const)
          assertMistake(
            () => index[method](id as never, [4, 5, 6]),
            kind,
            `${method}() of the id ${String(id)}`,
          );
      assertSame(visible(index, ['known', 'new']), before, 'the index afterwards');
    },
  },
  {
    title: 'k that is no integer of at least 1 is refused',
    async run(bench) {
      const { index } = await known(bench);
      for (const k of [0, -1, 1.5, NaN, Infinity, -Infinity])
        assertMistake(() => index.search([1, 1, 1], k), RangeError, `k = ${k}`, 'k');
      for (const k of ['1', null, undefined, 1n] as never[])
        assertMistake(() => index.search([1, 1, 1], k), TypeError, `k = ${String(k)}`, 'k');
    },
  },
  {
    title: 'a filter that is neither a function nor a set is a TypeError',
    async run(bench) {
      const { index } = await known(bench);
      for (const filter of [['known'], 'known', null, 1, {}] as never[])
        assertMistake(
          () => index.search([1, 1, 1], 1, { filter }),
          TypeError,
          'search()',
          'filter',
        );
    },
  },
];

/** A number that is no safe integer is a wrong value, all else is of a wrong type. */
const noIds = (): [id: unknown, kind: Mistake][] => [
  ...[0.5, NaN, Infinity, 2 ** 53].map((id): [number, Mistake] => [id, RangeError]),
  ...[null, undefined, true, 1n, {}, ['known'], Symbol('known')].map((id): [unknown, Mistake] => [
    id,
    TypeError,
  ]),
];

async function takesZeros(bench: IndexBench, metric: Metric): Promise<void> {
  const index = await bench.create({ metric });
  index.insert('zero', [0, 0]);
  index.insert('other', [1, 2]);
  bench.assertHolds(index, 'zero', [0, 0]);
  assertIds(idsOf(index.search([0, 0], 2)), ['zero', 'other'], 'hits of a query of zeros');
}

/** An index of one vector, and how it looks. */
async function known(bench: IndexBench, metric = bench.metric) {
  const index = await bench.create({ metric });
  index.insert('known', [1, 2, 3]);
  return { index, before: visible(index, ['known', 'new']) };
}

/** Every method that takes a vector refuses this one, and the index stays as it was. */
async function refuses(
  bench: IndexBench,
  vector: Float32Array | readonly number[],
  kind: Mistake,
  metric = bench.metric,
): Promise<void> {
  const { index, before } = await known(bench, metric);
  const calls: readonly [string, (index: VectorIndex) => unknown][] = [
    ['insert', () => index.insert('new', vector)],
    ['upsert', () => index.upsert('new', vector)],
    ['upsert of a known id', () => index.upsert('known', vector)],
    ['search', () => index.search(vector, 1)],
  ];
  for (const [name, call] of calls) {
    assertMistake(() => call(index), kind, `${name} of [${String(vector)}]`);
    assertSame(visible(index, ['known', 'new']), before, `the index after ${name}`);
  }
}
