import { deepStrictEqual } from 'node:assert';
import { FlatIndex } from '@ruvector/core/memory';
import { bench } from '../../../tools/bench/bench.js';
import { retainedBytes } from '../../../tools/bench/retained.js';
import { randomVector } from '../../../tools/bench/seeded-data.js';

/** The plainest exact search: all distances, sorted. */
function naiveSearch(vectors: readonly Float32Array[], query: Float32Array, k: number): number[] {
  const found = vectors.map((vector, id) => {
    let sum = 0;
    for (let i = 0; i < query.length; i++) {
      const difference = vector[i]! - query[i]!;
      sum += difference * difference;
    }
    return { id, distance: Math.sqrt(sum) };
  });
  found.sort((a, b) => a.distance - b.distance);
  return found.slice(0, k).map(({ id }) => id);
}

await bench({ n: 10_000, dimensions: 128, k: 10 }, async ({ parameters, compare, figure }) => {
  const { n, dimensions, k } = parameters;
  const vectors = Array.from({ length: n }, () => randomVector(dimensions));
  const fill = () => {
    const index = new FlatIndex({ metric: 'l2', dimensions });
    vectors.forEach((vector, id) => index.insert(id, vector));
    return index;
  };
  const index = fill();
  const queries = Array.from({ length: 16 }, () => randomVector(dimensions));
  for (const query of queries) {
    const found = index.search(query, k).map(({ id }) => id);
    deepStrictEqual(found, naiveSearch(vectors, query, k)); // recall is 1 for both
  }
  let next = 0;
  const query = () => queries[next++ % queries.length]!;
  await compare('search, l2, exact', {
    FlatIndex: () => index.search(query(), k),
    'a loop and a sort': () => naiveSearch(vectors, query(), k),
  });
  const perVector = retainedBytes(fill) / n;
  figure('bytes kept a vector', perVector, { detail: `of which ${4 * dimensions} are its values` });
});
