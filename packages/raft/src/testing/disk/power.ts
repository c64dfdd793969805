import { seededRandom } from '@ruvector/core';
import { assertTrue } from '../assertions.js';
import { SimulatedDisk } from '../simulated-disk.js';
import type { Fate } from '../simulated-file.js';
import {
  appendUntilRefused,
  batchesIn,
  workload,
  type DiskCase,
  type Open,
  type Workload,
} from './workload.js';

const FATES: readonly Fate[] = ['lost', 'kept', 'mixed'];

/** The power fails: in each operation once, and in whole lives of a disk. */
export const powerCases = (seeds: number): readonly DiskCase[] => [
  ...FATES.map((fate): DiskCase => ({
    title: `power that fails anywhere in 16 batches takes nothing acknowledged: unsynced is ${fate}`,
    run: (open) => inEachOperation(open, workload(16, 1), fate),
  })),
  {
    title: 'the power may fail in any operation of the recovery, again and again',
    run: inEachOperationOfRecovery,
  },
  {
    title: `${seeds} disks live through failures of the power, appends one by one and many at once`,
    async run(open) {
      for (let seed = 1; seed <= seeds; seed++) await life(open, seed);
    },
  },
];

async function inEachOperation(open: Open, work: Workload, fate: Fate): Promise<void> {
  for (let operation = 0, isCut = true; isCut; operation++) {
    const disk = new SimulatedDisk({ seed: operation });
    disk.failPowerAfter(operation);
    const storage = await open(disk).catch(() => undefined);
    const progress = storage
      ? await appendUntilRefused(storage, work)
      : { issued: 0, acknowledged: 0 };
    isCut = progress.acknowledged < work.batches.length;
    const what = `power failed in operation ${operation}`;
    const again = await open(disk.crash(fate));
    const count = batchesIn(await again.load(), work, progress, what);
    const rest = { batches: work.batches.slice(count), models: work.models.slice(count) };
    const end = await appendUntilRefused(again, rest);
    assertTrue(end.acknowledged === rest.batches.length, `${what}: nothing could be appended`);
    batchesIn(await again.load(), rest, end, `${what}, and went on`);
  }
}

async function inEachOperationOfRecovery(open: Open): Promise<void> {
  const work = workload(12, 2);
  for (let seed = 1; seed <= 20; seed++) {
    let disk = new SimulatedDisk({ seed });
    const storage = await open(disk);
    disk.failPowerAfter(15 + seed);
    const progress = await appendUntilRefused(storage, work);
    disk = disk.crash();
    for (let operation = 0; ; operation++) {
      disk.failPowerAfter(operation);
      const again = await open(disk).catch(() => undefined);
      disk = disk.crash();
      if (again !== undefined) break;
      assertTrue(operation < 1_000, 'the recovery does not end');
    }
    const loaded = await (await open(disk)).load();
    batchesIn(loaded, work, progress, `seed ${seed}: recovery that was cut short`);
  }
}

async function life(open: Open, seed: number): Promise<void> {
  const random = seededRandom(seed);
  const below = (bound: number) => Math.floor(random.next() * bound);
  let disk = new SimulatedDisk({ seed });
  let work = workload(0, seed);
  for (let round = 0; round < 6; round++) {
    const what = `seed ${seed}, round ${round}`;
    const storage = await open(disk);
    const count = batchesIn(await storage.load(), work, { issued: 0, acknowledged: 0 }, what);
    work = workload(25, seed * 100 + round, work.models[count]!);
    disk.failPowerAfter(below(60));
    const progress = await appendUntilRefused(storage, work, 1 + below(6));
    disk = disk.crash(FATES[below(FATES.length)]);
    const again = await open(disk);
    const found = batchesIn(await again.load(), work, progress, what);
    work = { batches: [], models: [work.models[found]!] };
    disk = disk.crash(); // what was read is safe, without an append
  }
}
