import { checkText } from '@ruvector/core';
import { attempt } from '../storage-errors.js';
import { NodeDisk } from './node-disk.js';
import { checkWalOptions, WriteAheadLog, type WalOptions } from './write-ahead-log.js';

/**
 * A log in a folder of files, for Node: written ahead, with a checksum on each record.
 *
 * What `append` acknowledged is on the disk, synced, and a crash in the middle of one leaves all of
 * it or nothing. `open` mends what a crash leaves and refuses what it cannot leave: changed bytes
 * are `ERR_RAFT_LOG_CORRUPT`. After a failed write or sync, a full disk included, all calls are
 * `ERR_RAFT_STORAGE_FAILED`, and the folder may be opened again once that is mended. A folder that
 * another storage has open, in this process or (on Linux and Windows) another, is
 * `ERR_RAFT_STORAGE_LOCKED`. Two things no log can know: whether its last batch, if the disk has
 * turned sectors of it to zeros, was ever written; and whether its newest file was taken away.
 *
 * While writes are quick they are waited for in place (Linux): the process stands still for as long
 * as one takes. After one of a millisecond or more the next eight go through the thread pool.
 *
 * @example
 * const { mkdtemp, rm } = await import('node:fs/promises');
 * const folder = await mkdtemp('raft-');
 * const storage = await WalStorage.open(folder, { segmentBytes: 4_096 });
 * await storage.append({ hardState: { term: 1, vote: 'a', commit: 0 }, entries: [] });
 * await storage.close();
 * const again = await WalStorage.open(folder);
 * (await again.load()).hardState; // => { term: 1, vote: 'a', commit: 0 }
 * await again.close();
 * await rm(folder, { recursive: true });
 */
export class WalStorage extends WriteAheadLog {
  /**
   * Opens a folder, and makes it if it is not there. Files of others in it are left alone.
   *
   * @param folder - a path; what it is relative to is the present working directory.
   */
  static async open(folder: string, options?: WalOptions): Promise<WalStorage> {
    if (checkText('folder', folder, { min: 1 }).includes('\0'))
      throw new RangeError('folder must not have a NUL, got one');
    const segmentBytes = checkWalOptions(options);
    const disk = await attempt(folder, () => NodeDisk.open(folder));
    return (await this.on(disk, segmentBytes)) as WalStorage;
  }
}
