import { describe, expect, it } from 'vitest';
import { PROFILES } from '../../sim/profile.js';
import { runSeeds } from '../../sim/run.js';

/** In all, over all profiles. */
const SEEDS = 2000;
const EACH = SEEDS / PROFILES.length;

describe(`${SEEDS} simulated clusters of 20 seconds and more`, () => {
  it.each(PROFILES)(
    `keep every invariant under faults of the profile $name`,
    (profile) => {
      expect(runSeeds(profile, 1, EACH, 1).violations).toEqual([]);
    },
    600_000,
  );
});
