import type { VectorId } from '../../vector-index.js';
import { seededRandom } from '../../random.js';
import { assertSame } from '../assertions.js';
import { assertIds, idsOf, randomVectors } from './bench.js';
import type { VectorIndexCase } from './case.js';

/** What is deleted is gone, and leaves the rest as it was. */
export const deletionCases: readonly VectorIndexCase[] = [
  {
    title:
      'delete says whether the id was there, and then has, get, size and search know it no more',
    async run(bench) {
      const index = await bench.create();
      index.insert('a', [1, 0]);
      index.insert('b', [0, 1]);
      assertSame(index.delete('a'), true, "delete('a')");
      assertSame(index.delete('a'), false, "delete('a') again");
      assertSame(index.has('a'), false, "has('a')");
      assertSame(index.get('a'), undefined, "get('a')");
      assertSame(index.size, 1, 'size');
      assertIds(idsOf(index.search([1, 0], 2)), ['b'], 'hits');
      bench.assertHolds(index, 'b', [0, 1]);
    },
  },
  {
    title: 'of 60 vectors every second is deleted: the other 30 are found and keep their vectors',
    async run(bench) {
      const vectors = randomVectors(60, 4, 21);
      const { index } = await bench.filled(vectors);
      for (let id = 0; id < 60; id += 2) index.delete(id);
      const odd = Array.from({ length: 30 }, (_, i) => 2 * i + 1);
      for (const query of vectors) assertIds(idsOf(index.search(query, 60)), odd, 'hits');
      for (const id of odd) bench.assertHolds(index, id, vectors[id]!);
    },
  },
  {
    title: 'a deleted id may be inserted again, with its new vector and not its old one',
    async run(bench) {
      const index = await bench.create();
      index.insert('a', [1, 0, 0]);
      index.insert('b', [0, 1, 0]);
      index.delete('a');
      index.insert('a', [0, 0, 1]);
      bench.assertHolds(index, 'a', [0, 0, 1]);
      assertIds(idsOf(index.search([0, 0, 1], 1)), ['a'], 'nearest to the new vector');
      assertIds(idsOf(index.search([1, 0.1, 0], 1)), ['b'], 'nearest to the old vector');
    },
  },
  {
    title: 'an index emptied by deletion keeps its dimensions and takes vectors again',
    async run(bench) {
      const { index } = await bench.filled(randomVectors(10, 3, 22));
      for (let id = 9; id >= 0; id--) index.delete(id);
      assertSame(index.size, 0, 'size');
      assertSame(index.dimensions, 3, 'dimensions');
      assertSame(index.search([1, 1, 1], 5).length, 0, 'hits');
      index.insert(3, [1, 2, 3]);
      assertIds(idsOf(index.search([1, 1, 1], 5)), [3], 'hits');
    },
  },
  {
    title: 'after 2,000 inserts, upserts and deletes just what should be there is there',
    async run(bench) {
      const random = seededRandom(23);
      const vectors = randomVectors(2_000, 3, 24);
      const index = await bench.create();
      const living = new Map<VectorId, readonly number[]>();
      for (const [step, vector] of vectors.entries()) {
        const number = random.uint32() % 50;
        const id = number % 3 === 0 ? `id ${number}` : number;
        if (living.has(id) && random.next() < 0.7)
          assertSame(index.delete(id), living.delete(id), `step ${step}: delete(${id})`);
        else {
          if (living.has(id)) index.upsert(id, vector);
          else index.insert(id, vector);
          living.set(id, vector);
        }
        assertSame(index.size, living.size, `step ${step}: size`);
        if (step % 20 !== 0 || living.size === 0) continue;
        assertIds(idsOf(index.search(vector, 50)), [...living.keys()], `step ${step}: hits`);
      }
      for (const [id, vector] of living) bench.assertHolds(index, id, vector);
    },
  },
];
