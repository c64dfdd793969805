import { peer } from '../../../../tools/bench/peer.js';
import { rowsOf } from '../data-sets.js';
import { searcherOf, type MakeContender } from './contender.js';

interface HnswlibModule {
  readonly default: {
    readonly HierarchicalNSW: new (
      space: 'l2',
      dimensions: number,
    ) => {
      initIndex(options: {
        maxElements: number;
        m: number;
        efConstruction: number;
        randomSeed: number;
      }): void;
      addPoint(point: number[], label: number): void;
      setEf(ef: number): void;
      searchKnn(query: number[], k: number): { neighbors: number[] };
      writeIndexSync(path: string): void;
      readIndexSync(path: string): void;
    };
  };
}

/** As npm builds it. It takes arrays of numbers only, so they are made outside the time. */
export async function hnswlib(): Promise<MakeContender | undefined> {
  const module = await peer<HnswlibModule>('hnswlib-node');
  return (
    module &&
    (({ dimensions, capacity, M, efConstruction }) => {
      const index = new module.default.HierarchicalNSW('l2', dimensions);
      index.initIndex({ maxElements: capacity, m: M, efConstruction, randomSeed: 100 });
      const numbers = (rows: readonly Float32Array[]) => rows.map((row) => Array.from(row));
      return {
        insertion: (firstId, rows) => {
          const points = numbers(rowsOf(rows, dimensions));
          return () => points.forEach((point, i) => index.addPoint(point, firstId + i));
        },
        setEf: (ef) => index.setEf(ef),
        searcher: (queries, k) =>
          searcherOf(
            numbers(queries),
            (query) => index.searchKnn(query, k),
            ({ neighbors }) => neighbors,
          ),
        file: {
          save: (path) => index.writeIndexSync(path),
          load: (path) => index.readIndexSync(path),
        },
      };
    })
  );
}
