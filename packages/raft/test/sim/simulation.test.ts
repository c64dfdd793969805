import { describe, expect, it } from 'vitest';
import { directed, scenarios } from '../../sim/directed.js';
import { PROFILES } from '../../sim/profile.js';
import { runSeed, runSeeds } from '../../sim/run.js';
import { fewest } from '../../sim/shrink.js';

const SEEDS = 3;

describe('simulated clusters', () => {
  it.each(PROFILES)('keep every invariant under faults of the profile $name', (profile) => {
    const { violations, simulatedSeconds, counts } = runSeeds(profile, 1, SEEDS);
    expect(violations).toEqual([]);
    expect(simulatedSeconds).toBeGreaterThanOrEqual(20 * SEEDS);
    expect(counts.executed).toBeGreaterThan(SEEDS);
    expect(counts.reads).toBeGreaterThan(SEEDS);
  });

  it.each(PROFILES)('have the same digest when a seed of $name is run again', (profile) => {
    const { digest } = runSeed(profile, 7);
    expect(runSeed(profile, 7).digest).toBe(digest);
    expect(runSeed(profile, 8).digest).not.toBe(digest);
  });

  it('have changes of members and snapshots in the profile that has everything', () => {
    const { counts } = runSeeds(PROFILES.at(-1)!, 1, 4);
    expect(counts.configurations).toBeGreaterThan(0);
    expect(counts.installed).toBeGreaterThan(0);
    expect(counts.leaders).toBeGreaterThan(4);
  });

  it.each(scenarios)('keep every invariant in the scenario of %s', (scenario) => {
    expect(directed(scenario)).toBeUndefined();
  });

  it('are told with the fewest faults that a violation needs', () => {
    const faults = Array.from({ length: 100 }, (_, i) => i);
    let runs = 0;
    const found = fewest(faults, (some) => ++runs > 0 && some.includes(13) && some.includes(77));
    expect(found).toEqual([13, 77]);
    expect(runs).toBeLessThan(60);
    expect(fewest([], () => true)).toEqual([]);
  });
});
