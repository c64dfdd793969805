import { seededRandom } from '@ruvector/core';
import type { Counts } from './checks.js';
import { mix } from './hash.js';
import type { Profile } from './profile.js';
import { scheduleOf, type Fault } from './schedule.js';
import { FAULTS_UNTIL_MS, Simulation } from './simulation.js';
import { Violation } from './violation.js';

/** What came of a run. */
export interface Outcome {
  readonly seed: number;
  readonly digest: number;
  readonly simulatedMs: number;
  readonly counts: Counts;
  readonly violation: Violation | undefined;
}

/** What goes wrong in the run of a seed. */
export const faultsOf = (profile: Profile, seed: number): Fault[] =>
  scheduleOf(profile, seededRandom(seed * 8 + 4), FAULTS_UNTIL_MS);

/**
 * Runs a seed.
 *
 * @param faults - other than those of the seed, to see whether some of them are enough.
 * @param log - hears of each thing that happens.
 */
export function runSeed(
  profile: Profile,
  seed: number,
  faults: readonly Fault[] = faultsOf(profile, seed),
  log?: (line: string) => void,
): Outcome {
  const run = new Simulation(profile, seed, faults, log);
  let violation: Violation | undefined;
  try {
    run.run();
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    violation = error;
  }
  const { digest, nowMs: simulatedMs } = run;
  return { seed, digest, simulatedMs, counts: run.checks.counts, violation };
}

/** What came of many runs. */
export interface Summary {
  readonly digest: string;
  readonly simulatedSeconds: number;
  readonly counts: Counts;
  readonly violations: readonly Outcome[];
}

/** Runs seeds from `first` to `last`. @param violationsMax - after which it stops. */
export function runSeeds(
  profile: Profile,
  first: number,
  last: number,
  violationsMax = Infinity,
): Summary {
  let [digest, simulatedMs] = [0, 0];
  const counts: Counts = { executed: 0, reads: 0, leaders: 0, configurations: 0, installed: 0 };
  const violations: Outcome[] = [];
  for (let seed = first; seed <= last && violations.length < violationsMax; seed++) {
    const outcome = runSeed(profile, seed);
    digest = mix(digest, outcome.digest);
    simulatedMs += outcome.simulatedMs;
    for (const name of Object.keys(counts) as (keyof Counts)[])
      counts[name] += outcome.counts[name];
    if (outcome.violation) violations.push(outcome);
  }
  return {
    digest: (digest >>> 0).toString(16).padStart(8, '0'),
    simulatedSeconds: simulatedMs / 1000,
    counts,
    violations,
  };
}
