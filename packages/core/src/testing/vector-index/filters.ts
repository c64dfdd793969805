import type { VectorId, VectorIndex } from '../../vector-index.js';
import { assertSame, assertTrue } from '../assertions.js';
import { assertIds, idsOf, randomVectors, visible } from './bench.js';
import type { VectorIndexCase } from './case.js';

const everyThird = (id: VectorId): boolean => Number(id) % 3 === 0;

/** Only what passes, and as much of it as there is up to k. */
export const filterCases: readonly VectorIndexCase[] = [
  {
    title: 'a predicate leaves the k nearest of those that pass, or all of them',
    async run(bench) {
      const { index, oracle } = await bench.filled(randomVectors(60, 3, 31));
      for (const query of randomVectors(10, 3, 32))
        for (const k of [1, 5, 20, 60]) {
          const hits = index.search(query, k, { filter: everyThird });
          bench.assertNearest(hits, { oracle, query, k }, everyThird);
        }
    },
  },
  {
    title: 'a set does the same as a predicate, and ids in it that are unknown do nothing',
    async run(bench) {
      const { index, oracle } = await bench.filled(randomVectors(60, 3, 33));
      const filter = new Set<VectorId>([3, 17, 59, 28, 4, 1_000, 'unknown', -1]);
      for (const query of randomVectors(10, 3, 34))
        for (const k of [1, 3, 60]) {
          const hits = index.search(query, k, { filter });
          bench.assertNearest(hits, { oracle, query, k }, (id) => filter.has(id));
        }
      assertSame(filter.size, 8, 'ids in the set afterwards');
    },
  },
  {
    title: 'of 500 vectors those few that pass are found, however far they are',
    async run(bench) {
      const vectors = randomVectors(500, 4, 35);
      const { index, oracle } = await bench.filled(vectors);
      for (const query of [vectors[7]!, vectors[444]!]) {
        const furthest = idsOf(oracle.ranked(query).slice(-3));
        assertIds(idsOf(index.search(query, 10, { filter: new Set(furthest) })), furthest, 'a set');
        for (const id of furthest) {
          const hits = index.search(query, 5, { filter: (candidate) => candidate === id });
          assertIds(idsOf(hits), [id], 'a predicate');
        }
      }
    },
  },
  {
    title: 'a filter that nothing passes finds nothing, one that all pass finds what none finds',
    async run(bench) {
      const { index } = await bench.filled(randomVectors(40, 3, 36));
      const all = new Set(Array.from({ length: 40 }, (_, id) => id));
      for (const filter of [() => false, new Set<VectorId>()])
        assertSame(index.search([1, 1, 1], 5, { filter }).length, 0, 'hits');
      const plain = idsOf(index.search([1, 1, 1], 40));
      for (const filter of [() => true, all])
        assertIds(idsOf(index.search([1, 1, 1], 40, { filter })), plain, 'hits');
    },
  },
  {
    title: 'a filter tells 1 from "1"',
    async run(bench) {
      const index = await bench.create();
      for (const id of [1, '1', 2, '2']) index.insert(id, [1, Number(id)]);
      const isText = (id: VectorId) => typeof id === 'string';
      assertIds(idsOf(index.search([1, 1], 4, { filter: isText })), ['1', '2'], 'a predicate');
      const filter = new Set<VectorId>([1, '2']);
      assertIds(idsOf(index.search([1, 1], 4, { filter })), [1, '2'], 'a set');
    },
  },
  {
    title: 'a deleted id does not return because a filter passes it',
    async run(bench) {
      const { index } = await bench.filled(randomVectors(30, 3, 37));
      for (let id = 0; id < 10; id++) index.delete(id);
      const asked = new Set<VectorId>();
      const hits = index.search([1, 1, 1], 30, { filter: (id) => asked.add(id).has(id) });
      const living = Array.from({ length: 20 }, (_, i) => i + 10);
      assertIds(idsOf(hits), living, 'hits of a predicate');
      assertIds([...asked], living, 'ids that the predicate was asked about');
      const filter = new Set<VectorId>([3, 13, 9]);
      assertIds(idsOf(index.search([1, 1, 1], 30, { filter })), [13], 'hits of a set');
    },
  },
  {
    title: 'what a filter throws reaches the caller, and the index works on as before',
    async run(bench) {
      const { index } = await bench.filled(randomVectors(30, 3, 38));
      const ids = Array.from({ length: 31 }, (_, id) => id);
      const before = visible(index, ids);
      for (const place of [1, 5]) assertThrough(index, place);
      assertSame(visible(index, ids), before, 'the index afterwards');
      index.insert(30, [1, 1, 1]);
      index.delete(0);
      const hits = index.search([1, 1, 1], 60, { filter: (id) => Number(id) < 2 || id === 30 });
      assertIds(idsOf(hits), [1, 30], 'hits of a later search');
    },
  },
];

/** The filter throws at its n-th question. */
function assertThrough(index: VectorIndex, place: number): void {
  const reason = new Error('of the caller');
  let asked = 0;
  const filter = (): boolean => {
    asked++;
    if (asked === place) throw reason;
    return true;
  };
  let caught: unknown;
  try {
    index.search([1, 1, 1], 5, { filter });
  } catch (error) {
    caught = error;
  }
  assertTrue(caught === reason, `thrown at question ${place}, but search gave ${String(caught)}`);
}
