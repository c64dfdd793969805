import { checkText } from '@ruvector/core';
import { attempt } from '../storage-errors.js';
import { checkWalOptions, WriteAheadLog, type WalOptions } from '../wal/write-ahead-log.js';
import { OpfsDisk } from './opfs-disk.js';

/** What separates or names folders somewhere, or is nothing that can be said of a file. */
const NO_NAME = /^\.{1,2}$|[/\\\0]/;

/**
 * A log in the Origin Private File System, for workers: the files of `WalStorage`, and its promises
 * as far as the browser keeps them. `ERR_RAFT_STORAGE_UNSUPPORTED` in a page, which cannot sync a
 * file, and in Node. A browser may delete what a site keeps when room is short, unless
 * `navigator.storage.persist()` was granted: a member that lost its log must come back under a new
 * id.
 *
 * @example
 * if ('FileSystemSyncAccessHandle' in globalThis) {
 *   const storage = await OpfsStorage.open('member-a');
 *   await storage.append({ hardState: { term: 1, vote: 'a', commit: 0 }, entries: [] });
 *   (await storage.load()).hardState?.term; // => 1
 *   await storage.close();
 * }
 */
export class OpfsStorage extends WriteAheadLog {
  /**
   * Opens a folder at the root of this origin, and makes it if it is not there.
   * `ERR_RAFT_STORAGE_LOCKED` while another worker has it.
   *
   * @param name - of the folder; no path.
   */
  static async open(name: string, options?: WalOptions): Promise<OpfsStorage> {
    if (NO_NAME.test(checkText('name', name, { min: 1, max: 255 })))
      throw new RangeError(`name must be that of a folder, got ${JSON.stringify(name)}`);
    const segmentBytes = checkWalOptions(options);
    const disk = await attempt(name, () => OpfsDisk.open(name));
    return (await this.on(disk, segmentBytes)) as OpfsStorage;
  }
}
