import { type Metric, type SearchHit } from '@ruvector/core';
import { FlatIndex as ExactIndex } from '@ruvector/core/memory';
import { FlatIndex, HnswIndex } from '@ruvector/hnsw';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactOf, METRICS, rows, shuffled, uniform } from './data.js';

fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 1) });

/** Few values, so that distances tie, and of several sizes. */
const value = fc.constantFrom(-3, -1, -0.5, 0, 0.25, 1, 2);
const vectorsOf = (dimensions: number) =>
  fc.array(fc.array(value, { minLength: dimensions, maxLength: dimensions }), {
    minLength: 1,
    maxLength: 40,
  });

const isZero = (vector: readonly number[]): boolean => vector.every((each) => each === 0);

/** How far the distances are from those expected; infinitely, if there are more or fewer. */
function error(hits: SearchHit[], expected: SearchHit[]): number {
  if (hits.length !== expected.length) return Infinity;
  return Math.max(...hits.map(({ distance }, i) => Math.abs(distance - expected[i]!.distance)));
}

describe('below 2,000 vectors every answer is exact', () => {
  const makers = {
    FlatIndex: (metric: Metric) => new FlatIndex({ metric }),
    HnswIndex: (metric: Metric) => new HnswIndex({ metric }),
    'HnswIndex of f32': (metric: Metric) => new HnswIndex({ metric, storage: 'f32' }),
  };

  describe.each(Object.entries(makers))('%s', (_, make) => {
    it.each(METRICS)(
      'agrees with the exact index of core on any few vectors, under %s',
      (metric) => {
        const data = fc.integer({ min: 1, max: 9 }).chain(vectorsOf);
        fc.assert(
          fc.property(data, fc.integer({ min: 1, max: 50 }), (all, k) => {
            const vectors = metric === 'cosine' ? all.filter((each) => !isZero(each)) : all;
            fc.pre(vectors.length > 0);
            const [index, exact] = [make(metric), new ExactIndex({ metric })];
            vectors.forEach((vector, id) => {
              index.insert(id, vector);
              exact.insert(id, vector);
            });
            expect(error(index.search(vectors[0]!, k), exact.search(vectors[0]!, k))).toBeLessThan(
              1e-5,
            );
          }),
          { numRuns: 60 },
        );
      },
    );

    it.each(METRICS)('returns the very ids that core does, in its order, under %s', (metric) => {
      const data = uniform(300, 7, 1);
      const [index, exact] = [make(metric), exactOf(data, metric)];
      rows(data).forEach((vector, id) => index.insert(id, vector));
      for (const query of rows(uniform(10, 7, 2)))
        expect(index.search(query, 20).map(({ id }) => id)).toEqual(
          exact.search(query, 20).map(({ id }) => id),
        );
    });

    it('orders what is at one distance by id, numbers before strings, whatever came first', () => {
      const index = make('l2');
      const ids = [...Array.from({ length: 20 }, (_, i) => i - 5), 'a', 'b', '1', 'é'];
      for (const i of shuffled(ids.length, 1)) index.insert(ids[i]!, [1, 0]);
      const ordered = [...ids.slice(0, 20), '1', 'a', 'b', 'é'];
      expect(index.search([0, 0], 24).map(({ id }) => id)).toEqual(ordered);
      expect(index.search([0, 0], 3).map(({ id }) => id)).toEqual(ordered.slice(0, 3));
    });
  });
});

it.each(METRICS)('a FlatIndex of 3,000 is exact, also for k = 2,500, under %s', (metric) => {
  const data = uniform(3_000, 5, 3);
  const [index, exact] = [new FlatIndex({ metric }), exactOf(data, metric)];
  rows(data).forEach((vector, id) => index.insert(id, vector));
  for (const query of rows(uniform(4, 5, 4)))
    for (const k of [1, 10, 2_048, 2_049, 2_500])
      expect(error(index.search(query, k), exact.search(query, k))).toBeLessThan(1e-5);
});

it('a distance is that of the definition: its root under l2, 1 − cos, −⟨a, b⟩', () => {
  const distance = (metric: Metric): number => {
    const index = new HnswIndex({ metric });
    index.insert('a', [3, 4]);
    return index.search([0, 2], 1)[0]!.distance;
  };
  expect(distance('l2')).toBeCloseTo(Math.sqrt(13), 6);
  expect(distance('cosine')).toBeCloseTo(0.2, 6);
  expect(distance('dot')).toBe(-8);
});

it('under cosine, length counts for nothing, from 2^-50 to 2^50', () => {
  const index = new HnswIndex({ metric: 'cosine' });
  for (const power of [-50, -25, 0, 25, 50]) index.insert(power, [3 * 2 ** power, 4 * 2 ** power]);
  for (const power of [-50, 0, 50])
    for (const { distance } of index.search([0, 2 ** power], 5))
      expect(distance).toBeCloseTo(0.2, 6);
});

it('a distance of 0 has no sign, under dot too', () => {
  for (const index of [new HnswIndex({ metric: 'dot' }), new FlatIndex({ metric: 'dot' })]) {
    index.insert('across', [0, 1]);
    expect(Object.is(index.search([1, 0], 1)[0]!.distance, 0)).toBe(true);
  }
});
