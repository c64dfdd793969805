import type { Profile } from './profile.js';
import { faultsOf, runSeed } from './run.js';
import type { Fault } from './schedule.js';
import type { Violation } from './violation.js';

const RUNS_MAX = 400;
const LINES = 60;

/** The fewest faults found that still break the same invariant, and what happened then. */
export interface Shrunk {
  readonly faults: readonly Fault[];
  readonly violation: Violation;
  readonly lines: readonly string[];
  readonly runs: number;
}

/** Leaves out faults while the same invariant still breaks. */
export function shrink(profile: Profile, seed: number, violation: Violation): Shrunk {
  let runs = 0;
  const faults = fewest(faultsOf(profile, seed), (some) => {
    runs += 1;
    return runSeed(profile, seed, some).violation?.invariant === violation.invariant;
  });
  const lines: string[] = [];
  const last = runSeed(profile, seed, faults, (line) => {
    if (lines.push(line) > 4 * LINES) lines.splice(0, lines.length - LINES);
  });
  return { faults, violation: last.violation ?? violation, lines: lines.slice(-LINES), runs };
}

/**
 * Leaves out what is not needed for something to hold: halves, smaller parts, and then one by one.
 *
 * @param holds - asked at most so many times as `RUNS_MAX` says; true of `all`.
 */
export function fewest<T>(all: readonly T[], holds: (some: readonly T[]) => boolean): T[] {
  let left = [...all];
  let runs = 0;
  for (let size = Math.ceil(left.length / 2); size >= 1 && runs < RUNS_MAX;) {
    const before = left.length;
    for (let at = 0; at < left.length && runs < RUNS_MAX; runs++) {
      const fewer = [...left.slice(0, at), ...left.slice(at + size)];
      if (holds(fewer)) left = fewer;
      else at += size;
    }
    if (size > 1) size = Math.ceil(size / 2);
    else if (left.length === before) break;
  }
  return left;
}
