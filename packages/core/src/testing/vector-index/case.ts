import type { Metric } from '../../vector-index.js';
import type { Case } from '../case.js';
import type { IndexBench } from './bench.js';

/** What an index may claim: its metrics, and that its answers are exact. */
type Feature = Metric | 'exact';

/** A case of `VectorIndex`. */
export interface VectorIndexCase extends Case<IndexBench, Feature> {
  /** Its metric is its own. All others are tried with each metric that is claimed. */
  readonly once?: true;
}

/** The same case under each metric, named after it. */
export function underEachMetric(
  title: string,
  run: (bench: IndexBench, metric: Metric) => void | Promise<void>,
): VectorIndexCase[] {
  const metrics: readonly Metric[] = ['l2', 'cosine', 'dot'];
  return metrics.map((metric) => ({
    title: `${title}, under ${metric}`,
    needs: [metric],
    once: true,
    run: (bench) => run(bench, metric),
  }));
}
