import { HnswIndex } from '@ruvector/hnsw';
import { searcherOf, type Contender, type Shape } from './contender.js';

/** This package, and the index itself for what only it can do. */
export interface Ours extends Contender {
  readonly index: HnswIndex;
}

/** Which values are kept in an index of this package. */
export type Storage = NonNullable<ConstructorParameters<typeof HnswIndex>[0]>['storage'];

export function ours(shape: Shape, storage: Storage = 'f32+sq7'): Ours {
  return oursOf(new HnswIndex({ ...shape, metric: 'l2', storage, seed: 1 }));
}

/** An index that is there, such as one with default options; without an `ef` it finds its own. */
export function oursOf(index: HnswIndex): Ours {
  let options: { efSearch?: number } = {};
  return {
    index,
    insertion: (_, rows) => () => index.insertMany(undefined, rows, { threads: 1 }),
    setEf: (efSearch) => {
      options = { efSearch };
    },
    searcher: (queries, k) =>
      searcherOf(
        queries,
        (query) => index.search(query, k, options),
        (hits) => hits.map(({ id }) => Number(id)),
      ),
  };
}
