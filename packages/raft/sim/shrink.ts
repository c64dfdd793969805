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

/** Leaves out faults, many at once and then one by one, while the same invariant still breaks. */
export function shrink(profile: Profile, seed: number, violation: Violation): Shrunk {
  let faults = faultsOf(profile, seed);
  let runs = 0;
  const breaks = (some: readonly Fault[]) => {
    runs += 1;
    return runSeed(profile, seed, some).violation?.invariant === violation.invariant;
  };
  for (let size = Math.ceil(faults.length / 2); size >= 1 && runs < RUNS_MAX;) {
    const before = faults.length;
    for (let at = 0; at < faults.length && runs < RUNS_MAX;) {
      const fewer = [...faults.slice(0, at), ...faults.slice(at + size)];
      if (breaks(fewer)) faults = fewer;
      else at += size;
    }
    if (size > 1) size = Math.ceil(size / 2);
    else if (faults.length === before) break;
  }
  const lines: string[] = [];
  const last = runSeed(profile, seed, faults, (line) => {
    if (lines.push(line) > 4 * LINES) lines.splice(0, lines.length - LINES);
  });
  return { faults, violation: last.violation ?? violation, lines: lines.slice(-LINES), runs };
}
