import { isDeepStrictEqual } from 'node:util';
import { expect, it } from 'vitest';
import { MUTANTS } from '../../sim/mutants.js';
import { loadWith } from '../../sim/mutate.js';
import { SHIPPED_BUGS, type ShippedBug } from '../fixtures/shipped-bugs.js';

const SOURCE = `export { SHIPPED_BUGS } from '../test/fixtures/shipped-bugs.js';`;
const patchesOf = (mutant: ShippedBug['mutant']) =>
  typeof mutant === 'string' ? MUTANTS.find(({ name }) => name === mutant)!.patches : [mutant];

/** Whether the test of a bug passes on a core that has it. */
async function isMissed({ bug, mutant }: ShippedBug): Promise<boolean> {
  const loaded = await loadWith<{ SHIPPED_BUGS: readonly ShippedBug[] }>(SOURCE, patchesOf(mutant));
  try {
    const { got, expected } = loaded.SHIPPED_BUGS.find((each) => each.bug === bug)!.play();
    return isDeepStrictEqual(got, expected);
  } catch {
    return false;
  }
}

it.each(SHIPPED_BUGS)('on a core that has it, its test fails: $bug', async (shipped) => {
  expect(await isMissed(shipped)).toBe(false);
});

it('on the core as it is, all of them pass', async () => {
  const { SHIPPED_BUGS: all } = await loadWith<{ SHIPPED_BUGS: readonly ShippedBug[] }>(SOURCE, []);
  const failed = all.filter(({ play }) => {
    const { got, expected } = play();
    return !isDeepStrictEqual(got, expected);
  });
  expect(failed.map(({ bug }) => bug)).toEqual([]);
});
