import type { Verdict } from './goal.js';

/** One contender of a comparison; the first of each comparison is the one that goals are for. */
export interface ContenderResult {
  readonly contender: string;
  readonly rounds: number;
  readonly callsPerRound: number;
  /** Microseconds of CPU. */
  readonly median: number;
  readonly p95: number;
  /** How many times as fast as this one the first contender is; missing for itself. */
  readonly ratio?: number;
  readonly verdicts: readonly Verdict[];
}

export interface Comparison {
  readonly title: string;
  readonly contenders: readonly ContenderResult[];
}

/** A figure that is not a time: a rate of success, bytes kept in memory. */
export interface Figure {
  readonly title: string;
  readonly value: number;
  readonly digits: number;
  readonly detail?: string;
  readonly verdicts: readonly Verdict[];
}

/** All that one bench found out. */
export interface BenchResult {
  readonly name: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly comparisons: readonly Comparison[];
  readonly figures: readonly Figure[];
  /** Peers that could not be had, and why. */
  readonly leftOut: readonly string[];
}
