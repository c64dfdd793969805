import { assertRejects, assertTrue } from '../assertions.js';
import { SimulatedDisk, type DiskOperation } from '../simulated-disk.js';
import { appendUntilRefused, batchesIn, workload, type DiskCase, type Open } from './workload.js';

const OPERATIONS: readonly DiskOperation[] = [
  'create',
  'write',
  'preallocate',
  'datasync',
  'sync',
  'rename',
  'syncDirectory',
];
const FAILED = 'ERR_RAFT_STORAGE_FAILED';

/** The disk answers with errors. */
export const failureCases: readonly DiskCase[] = [
  ...OPERATIONS.map((operation): DiskCase => ({
    title: `after a failed ${operation} it stays failed, and opened again has what was acknowledged`,
    async run(open) {
      for (let skip = 0; await failsOnce(open, operation, skip); skip++);
    },
  })),
  {
    title: 'on a full disk the storage fails, and works again when there is room',
    async run(open) {
      for (const capacityBytes of [5_000, 9_000, 13_000]) await fillsUp(open, capacityBytes);
    },
  },
];

/** @returns whether there was an operation to fail. */
async function failsOnce(open: Open, operation: DiskOperation, skip: number): Promise<boolean> {
  const work = workload(25, 4);
  const disk = new SimulatedDisk({ seed: skip });
  const storage = await open(disk);
  const hasCome = disk.failNext(operation, 'EIO', skip);
  const progress = await appendUntilRefused(storage, work);
  const hasFailed = hasCome();
  if (hasFailed) {
    const next = work.batches[progress.acknowledged] ?? { entries: [] };
    // the disk works again: a second try would find the first one's bytes, or not find them
    await assertRejects(() => storage.append(next), FAILED, `append() after a ${operation}`);
    await assertRejects(() => storage.load(), FAILED, `load() after a ${operation}`);
  }
  disk.mend();
  await storage.close();
  const again = await open(disk);
  batchesIn(await again.load(), work, progress, `${operation} ${skip} has failed`);
  await again.close();
  const crashed = await open(disk.crash('lost'));
  batchesIn(await crashed.load(), work, progress, `${operation} ${skip} has failed, then a crash`);
  return hasFailed;
}

async function fillsUp(open: Open, capacityBytes: number): Promise<void> {
  const work = workload(60, 5);
  const disk = new SimulatedDisk({ capacityBytes });
  const storage = await open(disk);
  const progress = await appendUntilRefused(storage, work);
  assertTrue(progress.acknowledged < progress.issued, 'the disk was not filled');
  await assertRejects(() => storage.load(), FAILED, 'load()');
  await storage.close();
  const again = await open(disk.crash());
  batchesIn(await again.load(), work, progress, `a disk of ${capacityBytes} bytes`);
  await again.close();
}
