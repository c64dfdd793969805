import { checkObject } from '@ruvector/core';
import type { TestRunner } from '@ruvector/core/testing';
import { batchCases } from './storage/batches.js';
import type { RaftStorageCase } from './storage/case.js';
import { closingCases } from './storage/closing.js';
import { durabilityCases } from './storage/durability.js';
import { mistakeCases } from './storage/mistakes.js';
import { OpenedStorage, type RaftStorageFixture } from './opened-storage.js';

/** What a storage claims. The suite's title names what is false, whose cases are left out. */
export interface RaftStorageSupports {
  /** What was acknowledged survives `close` and reopening. @default false */
  readonly durable?: boolean;
  /** It survives a crash too. @default as `durable` */
  readonly crash?: boolean;
}

/**
 * The law of `RaftStorage`, case by case. Each case gets a new and empty storage from `open`, and
 * closes it afterwards. What a failing disk does is the matter of `diskCrashCompliance`.
 *
 * @param runner - `describe` and `it` of any test framework.
 * @param name - what the cases are listed under.
 * @example
 * import { failedCases } from '@ruvector/core/testing';
 * import { MemoryStorage } from '@ruvector/raft';
 * const failed = await failedCases((runner) =>
 *   raftStorageCompliance(runner, 'memory', {}, async () => ({ storage: new MemoryStorage() })),
 * );
 * failed; // => []
 */
export function raftStorageCompliance(
  runner: TestRunner,
  name: string,
  supports: RaftStorageSupports,
  open: () => Promise<RaftStorageFixture>,
): void {
  checkObject('supports', supports, { keys: ['durable', 'crash'] });
  const { durable = false, crash = durable } = supports;
  const claims = { durable, crash };
  const left = Object.entries(claims).flatMap(([feature, claimed]) => (claimed ? [] : [feature]));
  const without = left.length > 0 ? `, without ${left.join(' and ')}` : '';
  runner.describe(`${name} keeps the law of RaftStorage${without}`, () => {
    for (const { title, needs = [], run } of CASES)
      if (needs.every((feature) => claims[feature]))
        runner.it(title, async () => {
          const opened = new OpenedStorage(await open());
          try {
            await run(opened);
          } finally {
            await opened.release();
          }
        });
  });
}

const CASES: readonly RaftStorageCase[] = [
  ...batchCases,
  ...mistakeCases,
  ...closingCases,
  ...durabilityCases,
];
