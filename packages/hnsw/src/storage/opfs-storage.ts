import { checkText } from '@ruvector/core';
import { CommitLog } from './commit-log.js';
import { FolderStorage } from './folder-storage.js';
import { OpfsFolder } from './opfs-folder.js';

/** What separates or names folders somewhere, or is nothing that can be said of a file. */
const NO_NAME = /^\.{1,2}$|[/\\\0]/;

/** Bytes of a name that every file system takes, in UTF-8. */
const NAME_BYTES_MAX = 255;

/**
 * A `Storage` in the Origin Private File System, for pages and their workers.
 *
 * It keeps files in the format of `FileStorage`, and its promises: a call leaves all or nothing,
 * also when page or worker end in the middle; damage is `ERR_MALFORMED`; a full disk or quota is
 * `ERR_STORAGE_FULL`. In a worker what was acknowledged was flushed to the disk, in a page it was
 * handed to the browser. One storage at a time writes to a folder, also among tabs: the others say
 * `ERR_STORAGE_STALE` from then on, see `FileStorage`. A browser may delete what a site keeps when
 * room is short, unless `navigator.storage.persist()` was granted.
 *
 * @example
 * if (globalThis.navigator?.storage !== undefined) {
 *   const storage = await OpfsStorage.open('search');
 *   await storage.put('index', Uint8Array.of(1, 2, 3));
 *   await storage.get('index'); // => Uint8Array.of(1, 2, 3)
 *   await storage.close();
 * }
 */
export class OpfsStorage extends FolderStorage {
  /**
   * Opens a folder at the root of this origin, and makes it if it is not there.
   * `ERR_STORAGE_UNSUPPORTED` where there is no such file system, such as in Node.
   *
   * @param name - of the folder, 1 to 255 bytes in UTF-8; no path.
   */
  static async open(name: string): Promise<OpfsStorage> {
    checkText('name', name, { min: 1, max: NAME_BYTES_MAX });
    if (NO_NAME.test(name) || new TextEncoder().encode(name).length > NAME_BYTES_MAX)
      throw new RangeError(
        `name must be that of a folder, up to ${NAME_BYTES_MAX} bytes, got ${JSON.stringify(name)}`,
      );
    return new this(await CommitLog.open(await OpfsFolder.open(name)));
  }
}
