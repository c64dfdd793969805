const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** The middle value, or the mean of the two in the middle; of no values, NaN. */
export function median(values: readonly number[]): number {
  const sorted = ascending(values);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (sorted[half - 1]! + upper) / 2;
}

/** The smallest value that at least `share` (0 … 1) of all do not exceed: nearest rank. */
export function quantile(values: readonly number[], share: number): number {
  const rank = Math.max(1, Math.ceil(share * values.length));
  return ascending(values)[rank - 1] ?? NaN;
}

/**
 * How many times as fast `subject` is as `baseline`: the median of the ratios round by round. What
 * slows a whole round down cancels out, which it does not in a ratio of two medians.
 */
export function medianRatio(subject: readonly number[], baseline: readonly number[]): number {
  return median(subject.map((time, round) => baseline[round]! / time));
}
