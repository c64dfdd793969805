import { checkText } from '@ruvector/core';
import { CommitLog } from './commit-log.js';
import { FolderStorage } from './folder-storage.js';
import { NodeFolder } from './node-folder.js';

/**
 * A `Storage` in a folder of files, for Node.
 *
 * What `put`, `delete` and `batch` acknowledged is on the disk, synced, and a crash in the middle
 * of one leaves all of it or nothing. Any string is a key, whatever the file system thinks of it. A
 * value that was damaged is `ERR_MALFORMED` when it is asked for; a damaged list of values is one
 * when the folder is opened. A full disk is `ERR_STORAGE_FULL`, a forbidden one
 * `ERR_STORAGE_ACCESS`, and both leave all as it was.
 *
 * One storage at a time writes to a folder. Others may read what was there when they were opened,
 * until its files are gone; from the first change that somebody else made they can change nothing
 * more, and say `ERR_STORAGE_STALE`: open the folder again. So nothing is ever mixed, and no lock
 * outlives a crash. The leftovers of one are removed with the next change.
 *
 * @example
 * const { mkdtemp, rm } = await import('node:fs/promises');
 * const folder = await mkdtemp('storage-');
 * const storage = await FileStorage.open(folder);
 * await storage.put('index', Uint8Array.of(1, 2, 3));
 * await storage.close();
 * const again = await FileStorage.open(folder);
 * await again.get('index'); // => Uint8Array.of(1, 2, 3)
 * await again.close();
 * await rm(folder, { recursive: true });
 */
export class FileStorage extends FolderStorage {
  /**
   * Opens a folder, and makes it if it is not there. Files of others in it are left alone.
   *
   * @param folder - a path; what it is relative to is the present working directory.
   */
  static async open(folder: string): Promise<FileStorage> {
    if (checkText('folder', folder, { min: 1 }).includes('\0'))
      throw new RangeError('folder must not have a NUL, got one');
    return new this(await CommitLog.open(await NodeFolder.open(folder)));
  }
}
