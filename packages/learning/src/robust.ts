/**
 * Estimates that a minority of contributors cannot drag far. They look at merged state alone, never
 * at whose copy it is, so every agent derives the same figures from the same state.
 */

/** Observations up to which no contributor's weight is cut, however few the others have made. */
export const WEIGHT_FLOOR = 16;

/** Lower median: an element, not a mean of two. `values` is not changed. */
export function lowerMedian(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] ?? 0;
}

/**
 * Cuts every count to the median count (or to `WEIGHT_FLOOR`, if that is more): who claims a
 * thousand times the observations of the others gets the say of one of them. What a contributor
 * estimated from its many observations stays as exact as it was; only its weight is cut.
 */
export function capCounts(counts: readonly number[]): number[] {
  if (counts.length < 2) return [...counts];
  const cap = Math.max(WEIGHT_FLOOR, lowerMedian(counts));
  return counts.map((count) => Math.min(count, cap));
}

export interface RobustRule {
  /** Size of one observation: of a probability 1, of a reward that of typical rewards. */
  readonly scale: number;
  /** Whether an event that one contributor saw once and no other may count at all. */
  readonly rare: boolean;
  /** Whether of two that disagree the one nearer to 0 is believed. */
  readonly sceptical: boolean;
}

/**
 * Weighted mean of estimates, each first pulled to what chance explains: to within
 * 2·√(|m|·(scale − |m|)/n) of the weighted median m (two standard deviations of the mean of n
 * observations of 0 or `scale`), plus scale/n if events are `rare`, where n counts the observations
 * behind the estimate. So honest differences count and large, sure lies do not. With two of equal
 * weight both are medians.
 *
 * @param weights - non-negative, same length; if all are 0, they count as equal.
 * @param counts - positive, same length.
 */
export function robustMean(
  values: readonly number[],
  weights: readonly number[],
  counts: readonly number[],
  rule: RobustRule,
): number {
  if (values.length === 1) return values[0]!;
  let total = 0;
  for (const weight of weights) total += weight;
  if (total === 0) {
    const equal = values.map(() => 1);
    return robustMean(values, equal, counts, rule);
  }
  let [low, high] = weightedMedians(values, weights, total);
  if (rule.sceptical) low = high = low > 0 ? low : high < 0 ? high : 0;
  const lowSpread = spread(low, rule.scale);
  const highSpread = spread(high, rule.scale);
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const n = counts[i]!;
    const once = rule.rare ? rule.scale / n : 0;
    const least = low - once - 2 * Math.sqrt(lowSpread / n);
    const most = high + once + 2 * Math.sqrt(highSpread / n);
    sum += weights[i]! * Math.min(Math.max(values[i]!, least), most);
  }
  return sum / total;
}

/** Variance of an observation of 0 or `scale` whose mean is `mean`. */
const spread = (mean: number, scale: number): number =>
  Math.abs(mean) * Math.max(0, scale - Math.abs(mean));

/** The least and the greatest value with half of the weight at or below, at or above it. */
function weightedMedians(
  values: readonly number[],
  weights: readonly number[],
  total: number,
): [low: number, high: number] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  let low = 0;
  for (let below = 0; low < order.length; low++)
    if ((below += weights[order[low]!]!) * 2 >= total) break;
  let high = order.length - 1;
  for (let above = 0; high >= 0; high--) if ((above += weights[order[high]!]!) * 2 >= total) break;
  const last = order.length - 1; // rounding may leave `total` a shade out of reach
  return [values[order[Math.min(low, last)]!]!, values[order[Math.max(high, 0)]!]!];
}
