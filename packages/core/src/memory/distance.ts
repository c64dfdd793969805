import type { Metric } from '../vector-index.js';

/**
 * ⟨row, query⟩, summed in 64 bits in ascending order, so that every platform gets the same bits and
 * equal vectors get equal distances.
 */
export function dotProduct(rows: Float32Array, at: number, query: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < query.length; i++) sum += rows[at + i]! * query[i]!;
  return sum;
}

/**
 * The Euclidean distance, by differences: the shorter |a|² − 2⟨a, b⟩ + |b|² cancels when they are
 * near.
 */
function euclidean(rows: Float32Array, at: number, query: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < query.length; i++) {
    const difference = rows[at + i]! - query[i]!;
    sum += difference * difference;
  }
  return Math.sqrt(sum);
}

/**
 * The distance of one row by `metric`. `rowSquare` and `querySquare` are squared lengths, only used
 * by `cosine`: one root of their product makes the distance of a vector to itself exactly 0, since
 * √(x·x) = x in IEEE 754, where the product of two roots would not.
 */
export function distance(
  metric: Metric,
  rows: Float32Array,
  at: number,
  rowSquare: number,
  query: Float32Array,
  querySquare: number,
): number {
  if (metric === 'l2') return euclidean(rows, at, query);
  const dot = dotProduct(rows, at, query);
  if (metric === 'dot') return 0 - dot; // not −dot: that of 0 is −0
  return 1 - Math.max(-1, Math.min(1, dot / Math.sqrt(rowSquare * querySquare)));
}
