import type { Metric, VectorId } from '../../vector-index.js';
import { assertSame, assertTrue } from '../assertions.js';
import { assertIds, idsOf, randomVectors, type IndexBench } from './bench.js';
import { underEachMetric, type VectorIndexCase } from './case.js';
import { repeatedVectors } from './data.js';

/** Ids in the order of the contract; each of them of another kind than its neighbours. */
const IN_ORDER: readonly VectorId[] = [
  -10,
  -9,
  2,
  10,
  '',
  '100',
  '11',
  'B',
  'a',
  'b',
  'é',
  '😀',
  '\uff5e',
];

/** How many hits come, which, at what distance and in what order. */
export function hitCases(): readonly VectorIndexCase[] {
  return [
    ...underEachMetric('distances are those of the definition', checkDistances),
    ...underEachMetric('hits ascend by distance', checkOrder),
    ...underEachMetric('a search for the k nearest finds them, for every k', checkEveryK),
    ...underEachMetric('search and insert leave the vectors they are given', checkArguments),
    ...underEachMetric('every hit among many is a living id at its distance, in order', manyHits),
    ...underEachMetric('k above the size of many finds all, whatever efSearch is', allOfMany),
    {
      title: 'k above the size finds all, once each, however large it is',
      run: checkLargeK,
    },
    {
      title: 'a narrow efSearch takes nothing from k',
      async run(bench) {
        const { index } = await bench.filled(randomVectors(50, 3, 11));
        assertSame(index.search([1, 1, 1], 20, { efSearch: 1 }).length, 20, 'hits');
      },
    },
    {
      title: 'copies of one vector come by id: numbers by size, then strings by code units',
      run: checkTies,
    },
    {
      title: 'of copies of one vector the k first by id are found',
      needs: ['exact'],
      run: checkTiesAcrossK,
    },
    {
      title: 'different vectors at one distance come by id too',
      needs: ['exact'],
      run: checkTiesOfDifferentVectors,
    },
    {
      title: 'the same search twice finds the same',
      async run(bench) {
        const { index } = await bench.filled(randomVectors(100, 4, 12));
        const search = () => JSON.stringify(index.search([1, -1, 0.5, 0], 10));
        assertSame(search(), search(), 'hits');
      },
    },
  ];
}

async function checkDistances(bench: IndexBench, metric: Metric): Promise<void> {
  const vectors = randomVectors(30, 7, 13).map((v, i) => v.map((x) => x * (1 + i))); // 1 to 30 long
  const { index, oracle } = await bench.filled(vectors, metric);
  for (const query of [...randomVectors(5, 7, 14), vectors[3]!, vectors[29]!.map((x) => -x)])
    for (const hit of index.search(query, 30)) bench.assertDistance(hit, { oracle, query });
}

async function checkOrder(bench: IndexBench, metric: Metric): Promise<void> {
  const { index } = await bench.filled(randomVectors(300, 6, 15), metric);
  for (const query of randomVectors(10, 6, 16)) {
    const distances = index.search(query, 60).map(({ distance }) => distance);
    for (const [i, distance] of distances.slice(1).entries())
      assertTrue(distance >= distances[i]!, `${distance} comes after ${distances[i]}`);
  }
}

/** Copies too, of which a third was deleted and half of that put back elsewhere. */
async function manyHits(bench: IndexBench, metric: Metric): Promise<void> {
  const { vectorCount } = bench.tolerances;
  const vectors = [
    ...randomVectors(vectorCount >> 1, 8, 20),
    ...repeatedVectors(vectorCount - (vectorCount >> 1), 8, 21),
  ];
  const { index, oracle } = await bench.filled(vectors, metric);
  for (let id = 0; id < vectorCount; id += 3) {
    index.delete(id);
    oracle.delete(id);
  }
  for (let id = 0; id < vectorCount; id += 6) {
    index.insert(id, vectors[vectorCount - 1 - id]!);
    oracle.set(id, vectors[vectorCount - 1 - id]!);
  }
  const queries = [...randomVectors(20, 8, 22), vectors[1]!, vectors[vectorCount - 1]!];
  for (const [i, query] of queries.entries())
    for (const k of i < 2 ? [1, 10, 101, oracle.size >> 1] : [10]) {
      const hits = index.search(query, k);
      assertSame(hits.length, Math.min(k, oracle.size), `hits for k = ${k}`);
      bench.assertTrueHits(hits, { oracle, query });
    }
}

async function allOfMany(bench: IndexBench, metric: Metric): Promise<void> {
  const { vectorCount } = bench.tolerances;
  const { index } = await bench.filled(randomVectors(vectorCount, 6, 23), metric);
  const all = Array.from({ length: vectorCount }, (_, id) => id);
  const query = [1, -1, 1, 0.5, 0, 1];
  for (const [k, efSearch] of [
    [vectorCount + 1, undefined],
    [vectorCount, 1],
    [Number.MAX_SAFE_INTEGER, 10],
  ]) {
    const ids = idsOf(index.search(query, k!, efSearch === undefined ? {} : { efSearch }));
    assertIds(ids, all, `hits for k = ${k} and efSearch = ${efSearch}`);
  }
}

async function checkEveryK(bench: IndexBench, metric: Metric): Promise<void> {
  const { index, oracle } = await bench.filled(randomVectors(20, 3, 17), metric);
  for (const query of randomVectors(5, 3, 18))
    for (let k = 1; k <= 20; k++) bench.assertNearest(index.search(query, k), { oracle, query, k });
}

async function checkArguments(bench: IndexBench, metric: Metric): Promise<void> {
  const index = await bench.create({ metric });
  const given = [Float32Array.of(3, 4), [3, 4], Float32Array.of(6, 8), [6, 8]] as const;
  index.insert('a', given[0]);
  index.upsert('b', given[1]);
  for (const query of given) index.search(query, 2);
  assertSame(given.map((vector) => vector.join()).join(' '), '3,4 3,4 6,8 6,8', 'the vectors');
}

async function checkLargeK(bench: IndexBench): Promise<void> {
  const { index } = await bench.filled(randomVectors(20, 3, 19));
  const all = Array.from({ length: 20 }, (_, id) => id);
  for (const k of [21, 1_000, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER])
    assertIds(idsOf(index.search([1, 1, 1], k)), all, `hits for k = ${k}`);
}

async function checkTies(bench: IndexBench): Promise<void> {
  const index = await copies(bench);
  const ids = idsOf(index.search([1, 2], IN_ORDER.length));
  assertSame(JSON.stringify(ids), JSON.stringify(IN_ORDER), 'ids');
}

async function checkTiesAcrossK(bench: IndexBench): Promise<void> {
  const index = await copies(bench);
  for (let k = 1; k < IN_ORDER.length; k++) {
    const ids = idsOf(index.search([2, 1], k));
    assertSame(JSON.stringify(ids), JSON.stringify(IN_ORDER.slice(0, k)), `ids for k = ${k}`);
  }
}

/** One vector under all ids, put in neither in their order nor against it. */
async function copies(bench: IndexBench) {
  const index = await bench.create();
  for (let i = 0; i < IN_ORDER.length; i++)
    index.insert(IN_ORDER[(5 * i + 3) % IN_ORDER.length]!, [1, 1]);
  return index;
}

/**
 * The six orders of 1, 2, 3 are at one distance from (1, 1, 1), without rounding, in each metric.
 */
async function checkTiesOfDifferentVectors(bench: IndexBench): Promise<void> {
  const index = await bench.create();
  const orders = [
    [1, 2, 3],
    [3, 1, 2],
    [2, 3, 1],
    [3, 2, 1],
    [1, 3, 2],
    [2, 1, 3],
  ] as const;
  const ids: readonly VectorId[] = ['b', 7, 'a', 3, 'c', 5];
  ids.forEach((id, i) => index.insert(id, orders[i]!));
  const found = idsOf(index.search([1, 1, 1], 5));
  assertSame(JSON.stringify(found), JSON.stringify([3, 5, 7, 'a', 'b']), 'ids');
}
