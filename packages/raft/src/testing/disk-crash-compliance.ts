import { checkInteger, checkObject } from '@ruvector/core';
import type { TestRunner } from '@ruvector/core/testing';
import type { RaftStorage } from '../storage.js';
import type { Disk } from '../wal/disk.js';
import { damageCases } from './disk/damage.js';
import { failureCases } from './disk/failures.js';
import { powerCases } from './disk/power.js';

/** How much is tried. */
export interface DiskCrashOptions {
  /** Lives of a disk in which the power fails now and then. @default 20 */
  readonly seeds?: number;
  /**
   * Of the bytes that are changed and the offsets at which files are cut, one in so many is tried,
   * beginning with the first. @default 37
   */
  readonly stride?: number;
}

/**
 * What a storage that writes to a `Disk` owes when the disk crashes, fails, fills up or has lost or
 * changed bytes: what was acknowledged is there, or it refuses. Run on a `SimulatedDisk`.
 *
 * @param open - opens a storage on a disk, new or used before; its own files are all there is.
 * @example
 * import { failedCases } from '@ruvector/core/testing';
 * const open = () => Promise.reject(new Error('not written yet'));
 * const failed = await failedCases((runner) => diskCrashCompliance(runner, 'mine', open));
 * failed.length > 10; // => true
 */
export function diskCrashCompliance(
  runner: TestRunner,
  name: string,
  open: (disk: Disk) => Promise<RaftStorage>,
  options: DiskCrashOptions = {},
): void {
  const { seeds = 20, stride = 37 } = checkObject('options', options, {
    keys: ['seeds', 'stride'],
  });
  checkInteger('options.seeds', seeds, { min: 1 });
  checkInteger('options.stride', stride, { min: 1 });
  runner.describe(`${name} on a disk that crashes and fails`, () => {
    for (const { title, run } of [...powerCases(seeds), ...failureCases, ...damageCases(stride)])
      runner.it(title, () => run(open));
  });
}
