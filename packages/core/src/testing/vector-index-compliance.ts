import { checkInteger, checkNumber, checkObject } from '../argument.js';
import type { Metric } from '../vector-index.js';
import { applicable, type TestRunner } from './case.js';
import { IndexBench, type Tolerances, type VectorIndexMaker } from './vector-index/bench.js';
import type { VectorIndexCase } from './vector-index/case.js';
import { contentCases } from './vector-index/contents.js';
import { deletionCases } from './vector-index/deletion.js';
import { filterCases } from './vector-index/filters.js';
import { hitCases } from './vector-index/hits.js';
import { mistakeCases } from './vector-index/mistakes.js';
import { recallCases } from './vector-index/recall.js';
import { savingCases } from './vector-index/saving.js';

/** What an index claims. What is less than exact shows in the suite's title. */
export interface VectorIndexSupports {
  /** Those it can be made with, one at least. @default ['l2', 'cosine', 'dot'] */
  metrics?: readonly Metric[];
  /**
   * The part of the exact 10 nearest that is found at least, from 0 to 1, on every set of data of
   * the suite. Of a handful of vectors, up to 64, all must be found whatever it is. @default 1
   */
  recall?: number;
  /**
   * How far a distance may be from the exact one, as a part of |a| + |b| under `l2`, of |a|·|b|
   * under `dot`, and of 1 under `cosine`: more than rounding where vectors are quantised.
   * @default 1e-5
   */
  distanceError?: number;
  /**
   * How far a value of `get` may be from what was inserted, as a part of the vector's largest.
   * @default 0
   */
  vectorError?: number;
}

/** On how much data the suite measures. */
export interface VectorIndexComplianceOptions {
  /**
   * How many vectors recall is measured on, 100 at least: more than an index compares one by one
   * before it turns to its approximation. @default 3_000
   */
  vectorCount?: number;
}

const CLAIMS: readonly (keyof VectorIndexSupports)[] = [
  'metrics',
  'recall',
  'distanceError',
  'vectorError',
];

/**
 * The law of `VectorIndex`, case by case. Each case makes its own indexes, under every metric that
 * is claimed; of some there is one for each metric.
 *
 * @param runner - `describe` and `it` of any test framework.
 * @param name - what the cases are listed under.
 * @param supports - what the index claims, honestly: what is not claimed is not tried.
 * @param maker - makes a new index, and one out of saved bytes; either may take its time.
 * @throws TypeError or RangeError for a claim that is unknown or out of range.
 * @example
 * import { FlatIndex } from '@ruvector/core/memory';
 * const failed = await failedCases((runner) =>
 *   vectorIndexCompliance(runner, 'flat', { metrics: ['l2'] }, {
 *     create: (options) => new FlatIndex(options),
 *     load: (bytes) => FlatIndex.load(bytes),
 *   }, { vectorCount: 100 }),
 * );
 * failed; // => []
 */
export function vectorIndexCompliance(
  runner: TestRunner,
  name: string,
  supports: VectorIndexSupports,
  maker: VectorIndexMaker,
  { vectorCount = 3_000 }: VectorIndexComplianceOptions = {},
): void {
  checkObject('supports', supports, { keys: CLAIMS });
  const { metrics = ['l2', 'cosine', 'dot'], recall = 1 } = supports;
  const { distanceError = 1e-5, vectorError = 0 } = supports;
  const tolerances = {
    recall: checkNumber('recall', recall, { min: 0, max: 1 }),
    distanceError: checkNumber('distanceError', distanceError, { min: 0 }),
    vectorError: checkNumber('vectorError', vectorError, { min: 0 }),
    vectorCount: checkInteger('vectorCount', vectorCount, { min: 100 }),
  };
  if (metrics.length === 0) throw new RangeError('metrics must have at least one, got none');
  const benches = metrics.map((metric) => new IndexBench(maker, metric, tolerances));
  const claims = {
    l2: metrics.includes('l2'),
    cosine: metrics.includes('cosine'),
    dot: metrics.includes('dot'),
    exact: recall === 1,
  };
  runner.describe(
    `${name} keeps the law of VectorIndex${reservations(metrics, tolerances)}`,
    () => {
      for (const test of applicable(allCases(), claims))
        runner.it(test.title, () => tried(test, benches));
    },
  );
}

/** With each metric, unless the case has its own. */
async function tried(test: VectorIndexCase, benches: readonly IndexBench[]): Promise<void> {
  if (test.once === true) return test.run(benches[0]!);
  for (const bench of benches)
    try {
      await test.run(bench);
    } catch (cause) {
      const said = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`under ${bench.metric}: ${said}`, { cause });
    }
}

function allCases(): readonly VectorIndexCase[] {
  return [
    ...contentCases,
    ...mistakeCases,
    ...hitCases(),
    ...deletionCases,
    ...filterCases,
    ...savingCases,
    ...recallCases(),
  ];
}

/** What is claimed short of everything, in words. */
function reservations(metrics: readonly Metric[], claims: Tolerances): string {
  const said: string[] = [];
  if (metrics.length < 3) said.push(`${metrics.join(' and ')} only`);
  if (claims.recall < 1) said.push(`recall ≥ ${claims.recall}`);
  if (claims.distanceError > 1e-5) said.push(`distances to within ${claims.distanceError}`);
  if (claims.vectorError > 0) said.push(`vectors to within ${claims.vectorError}`);
  return said.map((words) => `, ${words}`).join('');
}
