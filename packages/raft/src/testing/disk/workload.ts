import { seededRandom } from '@ruvector/core';
import type { Restored } from '../../entry.js';
import type { Batch, RaftStorage } from '../../storage.js';
import type { Disk } from '../../wal/disk.js';
import { after, difference, EMPTY, nextBatch, type Model } from '../model.js';
import { SimulatedDisk } from '../simulated-disk.js';

/** Opens the storage that is tried. */
export type Open = (disk: Disk) => Promise<RaftStorage>;

/** A sentence about a storage on a disk, and how to see whether it holds. */
export interface DiskCase {
  readonly title: string;
  run(open: Open): Promise<void>;
}

/** Batches one after the other, and what is stored before the first and after each. */
export interface Workload {
  readonly batches: readonly Batch[];
  readonly models: readonly Model[];
}

export function workload(count: number, seed: number, from: Model = EMPTY): Workload {
  const random = seededRandom(seed);
  const batches: Batch[] = [];
  const models = [from];
  for (let i = 0; i < count; i++) {
    batches.push(nextBatch(models[i]!, random));
    models.push(after(models[i]!, batches[i]!));
  }
  return { batches, models };
}

/** What became of a workload: how many batches were handed over, and how many acknowledged. */
export interface Progress {
  readonly issued: number;
  readonly acknowledged: number;
}

/**
 * Appends batches in groups of up to `atOnce` until one is refused, every other one with its
 * snapshot prepared. A batch that is acknowledged behind one that is not is a fault in itself.
 */
export async function appendUntilRefused(
  storage: RaftStorage,
  { batches }: Workload,
  atOnce = 1,
): Promise<Progress> {
  let issued = 0;
  let acknowledged = 0;
  while (issued < batches.length && issued === acknowledged) {
    const group = batches.slice(issued, issued + atOnce);
    const early = group.filter((batch, i) => batch.snapshot && (issued + i) % 2 === 0);
    const prepared = early.map((batch) => storage.prepare?.(batch.snapshot!));
    const outcomes = await Promise.allSettled(group.map((batch) => storage.append(batch)));
    await Promise.allSettled(prepared);
    issued += group.length;
    const refused = outcomes.findIndex(({ status }) => status === 'rejected');
    if (outcomes.slice(refused).some(({ status }) => status === 'fulfilled') && refused >= 0)
      throw new Error('a batch behind one that was refused is acknowledged');
    acknowledged += refused < 0 ? group.length : refused;
  }
  return { issued, acknowledged };
}

/** How many batches of a workload are in a storage: what was acknowledged, or it throws. */
export function batchesIn(
  loaded: Restored,
  { models }: Workload,
  { issued, acknowledged }: Progress,
  what: string,
): number {
  for (let count = issued; count >= acknowledged; count--)
    if (difference(loaded, models[count]!) === undefined) return count;
  const why = difference(loaded, models[acknowledged]!);
  throw new Error(`${what}: after ${acknowledged} of ${issued} batches ${why}`);
}

/** A disk that has a workload on it, closed. */
export async function filled(open: Open, work: Workload, seed = 1): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk({ seed });
  const storage = await open(disk);
  for (const batch of work.batches) await storage.append(batch);
  await storage.close();
  return disk;
}

/** Another disk with the same files, all safe. */
export async function copyOf(disk: SimulatedDisk): Promise<SimulatedDisk> {
  const copy = new SimulatedDisk();
  for (const name of await disk.list()) {
    await copy.create(name);
    copy.replace(name, disk.bytesOf(name));
  }
  await copy.syncDirectory();
  return copy;
}
