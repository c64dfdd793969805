import { dirname, join } from 'node:path';
import { peer } from '../../../../tools/bench/peer.js';
import { runContext } from '../../../../tools/bench/run-context.js';
import { searcherOf, type MakeContender } from './contender.js';

/** None would mean as many as the machine has. */
const THREADS = 1;

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
 * In single precision and on one thread. Its breadth of search is fixed when an index is made, so
 * another breadth is the same graph, loaded from a file. It is asked query by query, as the others
 * are; many in one call have cost it a sixth less a query.
 */
export async function usearch(): Promise<MakeContender | undefined> {
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
          return () => index.add(keys, rows, THREADS);
        },
        setEf: (ef) => {
          if (path === undefined) save(join(dirname(runContext().resultFile), 'usearch.index'));
          index = create(ef);
          index.load(path!);
        },
        searcher: (queries, k) =>
          searcherOf(
            queries,
            (query) => index.search(query, k, THREADS),
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
