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

/**
 * Weighted mean of estimates, each first pulled to within its `slack` of the weighted median. The
 * slack is what chance explains (about scale/√n for a mean of n observations), so that honest
 * differences count and large lies do not. With two of equal weight both stay: nobody can say
 * which of them lies.
 *
 * @param weights - non-negative, same length; if all are 0, they count as equal.
 */
export function robustMean(
  values: readonly number[],
  weights: readonly number[],
  slack: readonly number[],
): number {
  if (values.length === 1) return values[0]!;
  const total = weights.reduce((sum, w) => sum + w, 0);
  if (total === 0)
    return robustMean(
      values,
      values.map(() => 1),
      slack,
    );
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  let low = order.length;
  let below = 0;
  for (let i = 0; i < order.length && low === order.length; i++)
    if ((below += weights[order[i]!]!) * 2 >= total) low = i;
  let high = -1;
  let above = 0;
  for (let i = order.length - 1; i >= 0 && high < 0; i--)
    if ((above += weights[order[i]!]!) * 2 >= total) high = i;
  const lowest = values[order[low]!]!;
  const highest = values[order[high]!]!;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const kept = Math.min(Math.max(values[i]!, lowest - slack[i]!), highest + slack[i]!);
    sum += weights[i]! * kept;
  }
  return sum / total;
}
