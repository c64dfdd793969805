import type { TestRunner } from './case.js';

/** A case that did not hold. */
export interface FailedCase {
  readonly title: string;
  readonly error: unknown;
}

/**
 * Runs a suite without a test framework, one case after the other.
 *
 * @param suite - calls a compliance suite with the runner it is given.
 * @returns the cases that failed, in the suite's order; empty if the law holds.
 * @example
 * import { MemoryStorage } from '@ruvector/core/memory';
 * const failed = await failedCases((runner) => {
 *   runner.it('an absent key is undefined', async () => {
 *     if ((await new MemoryStorage().get('absent')) !== undefined) throw new Error('it was there');
 *   });
 * });
 * failed; // => []
 */
export async function failedCases(suite: (runner: TestRunner) => void): Promise<FailedCase[]> {
  const cases: { title: string; body: () => Promise<void> }[] = [];
  suite({
    describe: (_, body) => body(),
    it: (title, body) => cases.push({ title, body }),
  });
  const failed: FailedCase[] = [];
  for (const { title, body } of cases)
    try {
      await body();
    } catch (error) {
      failed.push({ title, error });
    }
  return failed;
}
