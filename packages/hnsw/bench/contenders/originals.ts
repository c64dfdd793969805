import { mkdtempSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { peer, peerFile } from '../../../../tools/bench/peer.js';
import { runContext } from '../../../../tools/bench/run-context.js';
import { rowsOf } from '../data-sets.js';
import { searcherOf, type Contender, type MakeContender } from './contender.js';

interface CoreModule {
  readonly default: {
    readonly VectorDb: new (options: {
      dimensions: number;
      distanceMetric: 'Euclidean';
      storagePath: string;
      hnswConfig: { m: number; efConstruction: number; maxElements: number };
    }) => {
      insertBatch(entries: { id: string; vector: Float32Array }[]): Promise<string[]>;
      search(query: { vector: Float32Array; k: number }): Promise<{ id: string }[]>;
    };
  };
}

interface EdgeModule {
  initSync(options: { module: Uint8Array }): unknown;
  readonly WasmHnswIndex: {
    withParams(
      M: number,
      efConstruction: number,
    ): {
      insert(id: string, row: Float32Array): void;
      search(query: Float32Array, k: number): { id: string }[];
    };
  };
}

const numbered = (answer: readonly { id: string }[]): number[] =>
  answer.map(({ id }) => Number(id));

const fixedEf: Contender['setEf'] = () => {
  throw new Error('a search of the original takes no breadth');
};

/**
 * `@ruvector/core` of the original: native code, which keeps what it is given in a file. Without an
 * `hnswConfig` it compares with every vector. A search says a breadth, which changes nothing.
 */
export async function originalCore(): Promise<MakeContender | undefined> {
  const module = await peer<CoreModule>('original-core');
  return (
    module &&
    (({ dimensions, capacity, M, efConstruction }) => {
      const folder = mkdtempSync(join(dirname(runContext().resultFile), 'original-'));
      const index = new module.default.VectorDb({
        dimensions,
        distanceMetric: 'Euclidean',
        storagePath: join(folder, 'vectors.db'),
        hnswConfig: { m: M, efConstruction, maxElements: capacity },
      });
      return {
        insertion: (firstId, rows) => {
          const entries = rowsOf(rows, dimensions).map((vector, i) => ({
            id: String(firstId + i),
            vector,
          }));
          return () => index.insertBatch(entries);
        },
        setEf: fixedEf,
        searcher: (queries, k) =>
          searcherOf(queries, (vector) => index.search({ vector, k }), numbered),
      };
    })
  );
}

/** `@ruvector/edge` of the original: WebAssembly. Its breadth of search is `k`. */
export async function originalEdge(): Promise<MakeContender | undefined> {
  const module = await peer<EdgeModule>('original');
  module?.initSync({ module: peerFile('original', 'ruvector_edge_bg.wasm') });
  return (
    module &&
    (({ dimensions, M, efConstruction }) => {
      const index = module.WasmHnswIndex.withParams(M, efConstruction);
      return {
        insertion: (firstId, rows) => {
          const vectors = rowsOf(rows, dimensions);
          return () => vectors.forEach((row, i) => index.insert(String(firstId + i), row));
        },
        setEf: fixedEf,
        searcher: (queries, k) => searcherOf(queries, (query) => index.search(query, k), numbered),
      };
    })
  );
}
