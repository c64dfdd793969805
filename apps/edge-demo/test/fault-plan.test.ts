import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '@ruvector/edge/core';
import { FaultPlan } from '../src/fault-plan.js';

const workers = ['worker-001', 'worker-002', 'worker-003'];
/** At which assignment, of these executors in turn, somebody is killed first. */
const killing = (seed: number, documents: number, executors: readonly string[]) => {
  const plan = new FaultPlan(seededRandom(seed), documents, workers);
  const at = Array.from({ length: documents }, (_, i) => executors[i % executors.length]!);
  const found = at.findIndex((executor) => plan.killsAt(executor));
  return { at: found, who: at[found], intrudeAfter: plan.intrudeAfter };
};

describe('FaultPlan', () => {
  it('is the same for the same seed, and differs between seeds in who and when', () => {
    const plans = Array.from({ length: 40 }, (_, seed) => killing(seed, 200, workers));
    expect(killing(7, 200, workers)).toEqual(killing(7, 200, workers));
    expect(new Set(plans.map(({ who }) => who)).size).toBe(3);
    expect(new Set(plans.map(({ at }) => at)).size).toBeGreaterThan(10);
  });

  it('kills within the assignments of any corpus, whoever gets them, and intrudes before the end', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 500 }),
        fc.subarray(workers, { minLength: 1 }),
        (seed, documents, executors) => {
          const { at, intrudeAfter } = killing(seed, documents, executors);
          expect(at).toBeGreaterThanOrEqual(0);
          expect(intrudeAfter).toBeLessThan(documents);
        },
      ),
    );
  });

  it('kills at the first assignment of a corpus of one document', () => {
    expect(killing(3, 1, workers).at).toBe(0);
  });
});
