import { checkObject } from '../argument.js';
import { systemClock } from '../clock.js';
import { assertSame } from './assertions.js';
import { applicable, type TestRunner } from './case.js';
import { Deadline } from './deadline.js';
import { batchCases } from './storage/batches.js';
import type { StorageCase } from './storage/case.js';
import { closingCases } from './storage/closing.js';
import { durabilityCases } from './storage/durability.js';
import { keyCases } from './storage/keys.js';
import { mistakeCases } from './storage/mistakes.js';
import { OpenStorage, type StorageFixture } from './storage/open-storage.js';
import { orderCases } from './storage/order.js';
import { valueCases } from './storage/values.js';
import type { ComplianceOptions } from './transport-compliance.js';

/** What a storage claims. The suite's title names what is false, whose cases are left out. */
export interface StorageSupports {
  /** What was acknowledged survives `close` and reopening. @default false */
  durable?: boolean;
  /** It survives without a `close` as well, as after a crash. @default as `durable` */
  crash?: boolean;
}

/**
 * The law of `Storage`, case by case. Each case gets a new and empty storage from `open`, and
 * closes it afterwards.
 *
 * @param runner - `describe` and `it` of any test framework.
 * @param name - what the cases are listed under.
 * @param supports - what the storage claims; its own `supports` must say the same.
 * @param open - makes a storage; if `durable` is claimed, with the means to open its data again.
 * @example
 * import { MemoryStorage } from '@ruvector/core/memory';
 * const failed = await failedCases((runner) =>
 *   storageCompliance(runner, 'memory', {}, async () => ({ storage: new MemoryStorage() })),
 * );
 * failed; // => []
 */
export function storageCompliance(
  runner: TestRunner,
  name: string,
  supports: StorageSupports,
  open: () => Promise<StorageFixture>,
  { deadlineMs = 30_000, clock = systemClock }: ComplianceOptions = {},
): void {
  checkObject('supports', supports, { keys: ['durable', 'crash'] });
  const durable = supports.durable ?? false;
  const claims = { durable, crash: supports.crash ?? durable };
  const deadline = new Deadline(clock, deadlineMs);
  const left = Object.entries(claims).flatMap(([feature, claimed]) => (claimed ? [] : [feature]));
  const without = left.length > 0 ? `, without ${left.join(' and ')}` : '';
  runner.describe(`${name} keeps the law of Storage${without}`, () => {
    runner.it('supports says what the suite was told', () =>
      withStorage(open, deadline, async ({ storage }) =>
        assertSame(storage.supports.durable, durable, 'supports.durable'),
      ),
    );
    for (const test of applicable(allCases(), claims))
      runner.it(test.title, () => withStorage(open, deadline, async (opened) => test.run(opened)));
  });
}

function allCases(): readonly StorageCase[] {
  return [
    ...valueCases,
    ...keyCases,
    ...batchCases,
    ...orderCases,
    ...mistakeCases,
    ...closingCases,
    ...durabilityCases,
  ];
}

async function withStorage(
  open: () => Promise<StorageFixture>,
  deadline: Deadline,
  use: (opened: OpenStorage) => Promise<void>,
): Promise<void> {
  const opened = new OpenStorage(await deadline.within(open(), 'the factory'), deadline);
  try {
    await deadline.within(use(opened), 'the case');
  } finally {
    await deadline.within(opened.release(), 'close()');
  }
}
