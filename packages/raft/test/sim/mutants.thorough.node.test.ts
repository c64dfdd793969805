import { describe, expect, it } from 'vitest';
import { MUTANTS, SEEDS_MAX } from '../../sim/mutants.js';
import { judge } from '../../sim/mutate.js';

describe('a core with one rule broken', () => {
  it.each(MUTANTS)(
    '$name: it is caught',
    async (mutant) => {
      const { violation } = await judge(mutant, SEEDS_MAX);
      expect(violation).toMatch(/^[a-z][-a-z, ]*: /);
    },
    300_000,
  );
});

describe('the core as it is', () => {
  const profiles = [...new Set(MUTANTS.map(({ profile }) => profile))];

  it.each(profiles)(
    'is clean on the seeds of %s that its mutants are caught by',
    async (profile) => {
      expect(await judge({ patches: [], profile }, SEEDS_MAX)).toEqual({
        violation: undefined,
        seed: undefined,
      });
    },
    300_000,
  );

  it('is not mistaken for a mutant whose text is no longer there', async () => {
    const patches = [{ file: 'src/voting.ts', from: 'no such text', to: '' }];
    await expect(judge({ patches, profile: 'calm' }, 1)).rejects.toThrow('0 times');
  });
});
