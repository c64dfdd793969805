import { randomBytes, systemEntropy, toHex } from '@ruvector/core';
import { UNFINISHED, type Folder, type Pieces } from './folder.js';
import { rootFolder, type FileHandle, type FolderHandle } from './opfs-handles.js';
import { attempt, reasonOf, StorageError } from './storage-error.js';

/** A folder in a browser's Origin Private File System. */
export class OpfsFolder implements Folder {
  readonly place: string;
  readonly #handle: FolderHandle;

  private constructor(place: string, handle: FolderHandle) {
    this.place = place;
    this.#handle = handle;
  }

  /** Makes the folder, at the root of this origin, if it is not there. */
  static async open(name: string): Promise<OpfsFolder> {
    return attempt(name, async () => {
      const root = await rootFolder();
      if (root === undefined)
        throw unsupported(name, 'there is no Origin Private File System here');
      return new OpfsFolder(name, await root.getDirectoryHandle(name, { create: true }));
    });
  }

  async names(): Promise<string[]> {
    return attempt(this.place, async () => {
      const names: string[] = [];
      for await (const name of this.#handle.keys()) names.push(name);
      return names;
    });
  }

  async read(name: string, offset: number, length: number): Promise<Uint8Array | undefined> {
    return this.#ifThere(async () => {
      const file = await this.#file(name);
      return new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
    });
  }

  async size(name: string): Promise<number | undefined> {
    return this.#ifThere(async () => (await this.#file(name)).size);
  }

  /** Under another name first, since a file is there as soon as it is opened. */
  async create(name: string, pieces: Pieces): Promise<boolean> {
    const unfinished = toHex(randomBytes(systemEntropy, 8)) + UNFINISHED;
    return attempt(this.place, async () => {
      try {
        const file = await this.#handle.getFileHandle(unfinished, { create: true });
        await this.#write(file, pieces);
        await file.move(this.#handle, name);
        return true;
      } catch (error) {
        await this.#handle.removeEntry(unfinished).catch(() => undefined); // or the next sweep
        throw error;
      }
    });
  }

  async remove(names: readonly string[]): Promise<void> {
    for (const name of names) await this.#ifThere(() => this.#handle.removeEntry(name));
  }

  async sweep(): Promise<void> {
    for (const name of await this.names())
      if (name.endsWith(UNFINISHED))
        // one that a worker still holds, which is just ending, is left to the next sweep
        await this.#handle.removeEntry(name).catch(() => undefined);
  }

  /** A lock of the browser's, which ends with the page or worker that has it. */
  async exclusively<T>(act: () => Promise<T>): Promise<T> {
    const name = `@ruvector/hnsw/storage-opfs/${this.place}`;
    return attempt(this.place, async () => navigator.locks.request(name, act));
  }

  async #file(name: string): Promise<File> {
    return (await this.#handle.getFileHandle(name)).getFile();
  }

  #write(file: FileHandle, pieces: Pieces): Promise<void> {
    // in a worker we write to the file itself and may ask that it is flushed
    if (file.createSyncAccessHandle !== undefined) return writeFlushed(file, pieces);
    if (file.createWritable !== undefined) return writeClosed(file, pieces);
    throw unsupported(this.place, 'files can be written in workers only');
  }

  #ifThere<T>(act: () => Promise<T>): Promise<T | undefined> {
    return attempt(this.place, async () => {
      try {
        return await act();
      } catch (error) {
        if (reasonOf(error) === 'NotFoundError') return undefined;
        throw error;
      }
    });
  }
}

const unsupported = (place: string, reason: string) =>
  new StorageError('ERR_STORAGE_UNSUPPORTED', place, reason);

async function writeFlushed(file: FileHandle, pieces: Pieces): Promise<void> {
  const open = await file.createSyncAccessHandle!();
  try {
    let at = 0;
    for await (const piece of pieces)
      for (let done = 0; done < piece.length;) {
        const written = open.write(piece.subarray(done), { at });
        if (written === 0) throw new DOMException('nothing was written', 'QuotaExceededError');
        done += written;
        at += written;
      }
    open.flush();
  } finally {
    open.close();
  }
}

async function writeClosed(file: FileHandle, pieces: Pieces): Promise<void> {
  const open = await file.createWritable!();
  try {
    for await (const piece of pieces) await open.write(piece);
    await open.close();
  } catch (error) {
    await open.abort().catch(() => undefined); // it may be over already
    throw error;
  }
}
