import {
  type ByteReader,
  type ByteWriter,
  checkNumber,
  checkObject,
  checkVector,
} from '@ruvector/core';
import type { EntryCodec } from './ledger-bytes.js';
import { UTF8_BYTES_PER_UNIT } from './limits.js';
import { capCounts, lowerMedian, robustMean } from './robust.js';

/** One observation of a pattern. */
export interface Observation {
  /** Any length from 1 to 4,096, the same for all observations that one agent makes of a key. */
  vector: Float32Array | readonly number[];
  /** How it turned out: a reward, or 1 and 0 for success and failure. */
  outcome: number;
  /** 0 … 1: how much this observation should count. */
  confidence: number;
}

/** What a swarm knows of a pattern. */
export interface Pattern {
  /** Weighted mean of the vectors; belongs to the caller. */
  vector: Float32Array;
  /** Robust weighted mean of the outcomes. */
  outcome: number;
  /** Weighted mean of the confidences, 0 … 1. */
  confidence: number;
  /** Observations behind it, of all agents. */
  count: number;
  /** Agents behind it. */
  agents: number;
}

/** What one agent has seen of one pattern: means, and over how many observations. Immutable. */
export interface Contribution {
  readonly count: number;
  readonly confidence: number;
  readonly outcome: number;
  readonly vector: Float32Array;
}

export const KEY_CHARS_MAX = 1024;
const DIMENSIONS_MAX = 4096;
const OUTCOME_MAX = 1e12; // so that sums and differences stay finite

/** The contribution after one more observation: running means, weighted by confidence. */
export function observe(before: Contribution | undefined, seen: Observation): Contribution {
  checkObject('observation', seen);
  const vector = checkVector('vector', seen.vector, before?.vector.length);
  if (vector.length > DIMENSIONS_MAX)
    throw new RangeError(
      `vector must have at most ${DIMENSIONS_MAX} dimensions, got ${vector.length}`,
    );
  const outcome = checkNumber('outcome', seen.outcome, { min: -OUTCOME_MAX, max: OUTCOME_MAX });
  const confidence = checkNumber('confidence', seen.confidence, { min: 0, max: 1 });
  if (!before) return { count: 1, confidence, outcome, vector: vector.slice() };
  const count = before.count + 1;
  const weight = before.count * before.confidence + confidence;
  const share = weight > 0 ? confidence / weight : 1 / count;
  return {
    count,
    confidence: before.confidence + (confidence - before.confidence) / count,
    outcome: before.outcome + (outcome - before.outcome) * share,
    vector: before.vector.map((x, i) => x + (vector[i]! - x) * share),
  };
}

/**
 * Joins what agents have seen, in the order given (by agent id, so that all copies round alike).
 * Nobody's count weighs more than the median one, outcomes are joined by `robustMean`, and vectors
 * longer than the median length are shortened to it.
 */
export function joinContributions(all: readonly Contribution[], outcomeScale: number): Pattern {
  const used = sameLength(all);
  const counts = capCounts(used.map((c) => c.count));
  const weights = used.map((c, i) => counts[i]! * c.confidence);
  const countSum = counts.reduce((sum, n) => sum + n, 0);
  const weightSum = weights.reduce((sum, w) => sum + w, 0);
  return {
    vector: joinVectors(used, weightSum > 0 ? weights : counts),
    outcome: robustMean(
      used.map((c) => c.outcome),
      weights,
      used.map((c) => c.count),
      { scale: outcomeScale, rare: true, sceptical: false },
    ),
    confidence: used.length === 1 ? used[0]!.confidence : weightSum / countSum,
    count: used.reduce((sum, c) => sum + c.count, 0),
    agents: used.length,
  };
}

function joinVectors(used: readonly Contribution[], weights: readonly number[]): Float32Array {
  if (used.length === 1) return used[0]!.vector.slice();
  const lengths = used.map((c) => Math.sqrt(c.vector.reduce((sum, x) => sum + x * x, 0)));
  const longest = lowerMedian(lengths);
  const total = weights.reduce((sum, w) => sum + w, 0);
  const mean = new Float64Array(used[0]!.vector.length);
  used.forEach(({ vector }, i) => {
    const share = (weights[i]! / total) * (lengths[i]! > longest ? longest / lengths[i]! : 1);
    for (let d = 0; d < mean.length; d++) mean[d]! += share * vector[d]!;
  });
  return Float32Array.from(mean);
}

/** Vectors of two lengths cannot be averaged: most agents decide, then the greater length. */
function sameLength(all: readonly Contribution[]): readonly Contribution[] {
  const votes = new Map<number, number>();
  for (const { vector } of all) votes.set(vector.length, (votes.get(vector.length) ?? 0) + 1);
  if (votes.size === 1) return all;
  const [length] = [...votes].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0]!;
  return all.filter((c) => c.vector.length === length);
}

/** Key: text. Value: f64 count, confidence, outcome; vector. */
export const patternCodec: EntryCodec<string, Contribution> = {
  magic: 'RVLP',
  entryBytesMin: 36, // key 4, count, confidence and outcome 24, vector of one value 8
  write(writer: ByteWriter, key, { count, confidence, outcome, vector }) {
    writer.text(key).f64(count).f64(confidence).f64(outcome).vector(vector);
  },
  read(reader: ByteReader) {
    const key = reader.text(KEY_CHARS_MAX * UTF8_BYTES_PER_UNIT);
    if (key.length === 0 || key.length > KEY_CHARS_MAX) reader.fail('a key of the wrong length');
    const count = reader.f64();
    if (!Number.isSafeInteger(count) || count < 1) reader.fail('a count that counts nothing');
    const confidence = reader.f64();
    if (!(confidence >= 0 && confidence <= 1)) reader.fail('a confidence outside 0 … 1');
    const outcome = reader.f64();
    if (!(Math.abs(outcome) <= OUTCOME_MAX)) reader.fail('an outcome out of range');
    const vector = reader.vector(DIMENSIONS_MAX);
    if (vector.length === 0 || !vector.every(Number.isFinite)) reader.fail('a bad vector');
    return { key, value: { count, confidence, outcome, vector } };
  },
};
