import { StorageUnsupportedError } from '../storage-errors.js';
import type { Disk, DiskFile } from '../wal/disk.js';
import { rootFolder, type FileHandle, type FolderHandle, type SyncFile } from './opfs-handles.js';
import { lockName } from './web-lock.js';

/** A folder of the Origin Private File System, as a worker has it. */
export class OpfsDisk implements Disk {
  readonly place: string;
  readonly #folder: FolderHandle;
  readonly #unlock: () => Promise<void>;

  private constructor(place: string, folder: FolderHandle, unlock: () => Promise<void>) {
    this.place = place;
    this.#folder = folder;
    this.#unlock = unlock;
  }

  /** Makes the folder, at the root of this origin, if it is not there. */
  static async open(name: string): Promise<OpfsDisk> {
    const root = await rootFolder();
    const hasSync = 'FileSystemSyncAccessHandle' in globalThis;
    if (root === undefined || !hasSync)
      throw new StorageUnsupportedError(name, 'only workers have files that can be synced');
    const unlock = await lockName('opfs', name);
    try {
      return new OpfsDisk(name, await root.getDirectoryHandle(name, { create: true }), unlock);
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  async list(): Promise<string[]> {
    const names: string[] = [];
    for await (const name of this.#folder.keys()) names.push(name);
    return names;
  }

  async open(name: string): Promise<DiskFile> {
    return opened(await this.#folder.getFileHandle(name));
  }

  async create(name: string): Promise<DiskFile> {
    return opened(await this.#folder.getFileHandle(name, { create: true }), true);
  }

  async rename(from: string, to: string): Promise<void> {
    await (await this.#folder.getFileHandle(from)).move(this.#folder, to);
  }

  remove(name: string): Promise<void> {
    return this.#folder.removeEntry(name);
  }

  /** The browser's own matter: it keeps names in a database that it writes ahead. */
  async syncDirectory(): Promise<void> {}

  close(): Promise<void> {
    return this.#unlock();
  }
}

const ZEROS_BYTES = 1 << 20;

async function opened(handle: FileHandle, isEmpty = false): Promise<DiskFile> {
  const file = await handle.createSyncAccessHandle!();
  if (isEmpty) file.truncate(0);
  const flush = async () => file.flush();
  return {
    size: async () => file.getSize(),
    readAt: async (offset, length) => {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, file.read(bytes, { at: offset }));
    },
    writeAt: async (offset, bytes) => writeWhole(file, offset, bytes),
    preallocate: async (length) => {
      const zeros = new Uint8Array(Math.min(length, ZEROS_BYTES));
      for (let at = 0; at < length; at += zeros.length)
        writeWhole(file, at, zeros.subarray(0, length - at));
    },
    datasync: flush,
    sync: flush,
    close: async () => file.close(),
  };
}

function writeWhole(file: SyncFile, offset: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) {
    const written = file.write(bytes.subarray(done), { at: offset + done });
    if (written === 0) throw new DOMException('nothing was written', 'QuotaExceededError');
    done += written;
  }
}
