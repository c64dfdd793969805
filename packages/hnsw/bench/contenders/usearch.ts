import { dirname, join } from 'node:path';
import { peer } from '../../../../tools/bench/peer.js';
import { runContext } from '../../../../tools/bench/run-context.js';
import { searcherOf, type MakeContender } from './contender.js';

interface UsearchIndex {
  add(keys: BigUint64Array, rows: Float32Array, threads: number): void;
  search(query: Float32Array, k: number, threads: number): { keys: BigUint64Array };
  save(path: string): void;
  load(path: string): void;
}

interface UsearchModule {
  readonly Index: new (options: {
    dimensions: number;
    metric: 'l2sq';
    quantization: 'f32';
    connectivity: number;
    expansion_add: number;
    expansion_search: number;
    multi: boolean;
  }) => UsearchIndex;
}

/**
 * In single precision and on one thread; `threads` is for the bench of threads. Its breadth of
 * search is fixed when an index is made, so another breadth is the same graph, loaded from a file.
 */
export async function usearch(threads = 1): Promise<MakeContender | undefined> {
  const module = await peer<UsearchModule>('usearch');
  return (
    module &&
    (({ dimensions, M, efConstruction }) => {
      const create = (ef: number) =>
        new module.Index({
          dimensions,
          metric: 'l2sq',
          quantization: 'f32',
          connectivity: M,
          expansion_add: efConstruction,
          expansion_search: ef,
          multi: false,
        });
      let index = create(64);
      let path: string | undefined;
      const save = (to: string) => {
        index.save(to);
        path = to;
      };
      return {
        insertion: (firstId, rows) => {
          const count = rows.length / dimensions;
          const keys = BigUint64Array.from({ length: count }, (_, i) => BigInt(firstId + i));
          path = undefined;
          return () => index.add(keys, rows, threads);
        },
        setEf: (ef) => {
          if (path === undefined) save(join(dirname(runContext().resultFile), 'usearch.index'));
          index = create(ef);
          index.load(path!);
        },
        searcher: (queries, k) =>
          searcherOf(
            queries,
            (query) => index.search(query, k, 1),
            ({ keys }) => Array.from(keys, Number),
          ),
        file: {
          save,
          load: (from) => {
            index.load(from);
            path = from;
          },
        },
      };
    })
  );
}
