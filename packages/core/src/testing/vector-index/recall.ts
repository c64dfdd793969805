import type { Metric, VectorId, VectorIndex } from '../../vector-index.js';
import { seededRandom } from '../../random.js';
import { assertSame, assertTrue } from '../assertions.js';
import { idsOf, randomVectors, ROUNDING, type IndexBench } from './bench.js';
import { underEachMetric, type VectorIndexCase } from './case.js';
import { clusteredVectors, repeatedVectors } from './data.js';
import type { Oracle } from './oracle.js';

const DIMENSIONS = 16;
const QUERIES = 40;
const K = 10;

/** How much of the exact answer is found, on data of several kinds. */
export function recallCases(): readonly VectorIndexCase[] {
  return [
    ...underEachMetric('recall on vectors without structure is as declared', (bench, metric) =>
      onData(bench, metric, randomVectors),
    ),
    ...underEachMetric('recall on vectors in narrow clusters is as declared', (bench, metric) =>
      onData(bench, metric, clusteredVectors),
    ),
    ...underEachMetric('recall on vectors of which each is there often is as declared', (b, m) =>
      onData(b, m, repeatedVectors),
    ),
    ...underEachMetric('recall after a third was deleted and half of it put back', afterDeletions),
    ...underEachMetric('recall after a fifth was replaced, each by upsert', afterUpserts),
    ...underEachMetric('recall under filters that pass 50, 20, 5 and 1 percent', underFilters),
  ];
}

type Data = (count: number, dimensions: number, seed: number) => number[][];

async function onData(bench: IndexBench, metric: Metric, data: Data): Promise<void> {
  const vectors = data(bench.tolerances.vectorCount + QUERIES, DIMENSIONS, 51);
  const queries = vectors.splice(-QUERIES);
  const { index, oracle } = await bench.filled(vectors, metric);
  assertRecall(bench, { index, oracle, queries });
}

async function afterDeletions(bench: IndexBench, metric: Metric): Promise<void> {
  const { vectorCount } = bench.tolerances;
  const { index, oracle } = await bench.filled(
    clusteredVectors(vectorCount, DIMENSIONS, 52),
    metric,
  );
  const fresh = clusteredVectors(vectorCount, DIMENSIONS, 53);
  for (let id = 0; id < vectorCount; id += 3) {
    index.delete(id);
    oracle.delete(id);
  }
  for (let id = 0; id < vectorCount; id += 6) {
    index.insert(id, fresh[id]!);
    oracle.set(id, fresh[id]!);
  }
  assertRecall(bench, { index, oracle, queries: clusteredVectors(QUERIES, DIMENSIONS, 52) });
}

async function afterUpserts(bench: IndexBench, metric: Metric): Promise<void> {
  const { vectorCount } = bench.tolerances;
  const { index, oracle } = await bench.filled(randomVectors(vectorCount, DIMENSIONS, 56), metric);
  const fresh = randomVectors(vectorCount, DIMENSIONS, 57);
  for (let id = 0; id < vectorCount; id += 5) {
    index.upsert(id, fresh[id]!);
    oracle.set(id, fresh[id]!);
  }
  assertSame(index.size, vectorCount, 'size');
  for (let id = 0; id < vectorCount; id += 5) bench.assertHolds(index, id, fresh[id]!);
  assertRecall(bench, { index, oracle, queries: randomVectors(QUERIES, DIMENSIONS, 58) });
}

async function underFilters(bench: IndexBench, metric: Metric): Promise<void> {
  const vectors = randomVectors(bench.tolerances.vectorCount, DIMENSIONS, 54);
  const { index, oracle } = await bench.filled(vectors, metric);
  const queries = randomVectors(QUERIES, DIMENSIONS, 55);
  for (const percent of [50, 20, 5, 1]) {
    const random = seededRandom(percent);
    const passing = new Set<VectorId>(
      [...vectors.keys()].filter(() => random.next() < percent / 100),
    );
    assertRecall(bench, { index, oracle, queries, passing });
  }
}

interface Trial {
  readonly index: VectorIndex;
  readonly oracle: Oracle;
  readonly queries: readonly (readonly number[])[];
  readonly passing?: ReadonlySet<VectorId>;
}

/** The part of the exact 10 nearest that is found, over all queries, against what was declared. */
function assertRecall(bench: IndexBench, { index, oracle, queries, passing }: Trial): void {
  let [found, wanted] = [0, 0];
  for (const query of queries) {
    const passes = (id: VectorId): boolean => passing?.has(id) ?? true;
    const nearest = oracle.ranked(query, passes).slice(0, K);
    const ids = idsOf(index.search(query, K, passing === undefined ? {} : { filter: passing }));
    assertSame(ids.length, nearest.length, 'hits');
    assertSame(new Set(ids).size, ids.length, 'different ids');
    assertTrue(ids.every(passes), 'an id that does not pass was found');
    const stranger = ids.find((id) => oracle.vector(id) === undefined);
    assertSame(stranger, undefined, 'an id that is not in the index');
    found += oracle.found(query, ids, nearest, ROUNDING);
    wanted += nearest.length;
  }
  const floor = bench.tolerances.recall;
  const kept = passing === undefined ? '' : ` of ${passing.size} that pass`;
  assertTrue(
    found >= floor * wanted,
    `recall@${K}${kept}: ${(found / wanted).toFixed(3)}, below ${floor}`,
  );
}
