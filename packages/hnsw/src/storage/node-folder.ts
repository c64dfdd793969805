import { link, mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { randomBytes, systemEntropy, toHex } from '@ruvector/core';
import { UNFINISHED, type Folder, type Pieces } from './folder.js';
import { attempt, reasonOf } from './storage-error.js';

/** A folder of files in Node. */
export class NodeFolder implements Folder {
  readonly place: string;

  private constructor(place: string) {
    this.place = place;
  }

  /** Makes the folder if it is not there, and those above it. */
  static async open(folder: string): Promise<NodeFolder> {
    const place = resolve(folder);
    await attempt(place, async () => {
      const first = await mkdir(place, { recursive: true });
      if (first === undefined) return;
      for (let made = place; made.length >= first.length; made = dirname(made))
        await syncFolder(dirname(made));
    });
    await attempt(place, () => readdir(place)); // a file of that name is found out here
    return new NodeFolder(place);
  }

  async names(): Promise<string[]> {
    return attempt(this.place, () => readdir(this.place));
  }

  async read(name: string, offset: number, length: number): Promise<Uint8Array | undefined> {
    return this.#ifThere(name, async (path) => {
      const file = await open(path, 'r');
      try {
        const { size } = await file.stat();
        const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
        const filled = await fill(file, bytes, offset);
        return filled === bytes.length ? bytes : bytes.slice(0, filled);
      } finally {
        await file.close();
      }
    });
  }

  async size(name: string): Promise<number | undefined> {
    return this.#ifThere(name, async (path) => (await stat(path)).size);
  }

  async create(name: string, pieces: Pieces): Promise<boolean> {
    const path = join(this.place, name);
    // a name that nobody else uses: two storages may be at it at once
    const unfinished = `${path}.${toHex(randomBytes(systemEntropy, 8))}${UNFINISHED}`;
    return attempt(this.place, async () => {
      try {
        await writeWhole(unfinished, pieces);
        if (!(await moveTo(unfinished, path))) return false;
        await syncFolder(this.place);
        return true;
      } finally {
        await rm(unfinished, { force: true }).catch(() => undefined); // or the next sweep does it
      }
    });
  }

  async remove(names: readonly string[]): Promise<void> {
    await attempt(this.place, async () => {
      for (const name of names) await rm(join(this.place, name), { force: true });
      await syncFolder(this.place);
    });
  }

  async sweep(): Promise<void> {
    await this.remove((await this.names()).filter((name) => name.endsWith(UNFINISHED)));
  }

  /** `create` makes no file twice: Node has no lock to add to that. */
  async exclusively<T>(act: () => Promise<T>): Promise<T> {
    return act();
  }

  #ifThere<T>(name: string, act: (path: string) => Promise<T>): Promise<T | undefined> {
    return attempt(this.place, async () => {
      try {
        return await act(join(this.place, name));
      } catch (error) {
        if (reasonOf(error) === 'ENOENT') return undefined;
        throw error;
      }
    });
  }
}

/** How many bytes were read: fewer than wanted at the end of the file. */
async function fill(file: FileHandle, bytes: Uint8Array, offset: number): Promise<number> {
  let filled = 0;
  while (filled < bytes.length) {
    const left = bytes.length - filled;
    const { bytesRead } = await file.read(bytes, filled, left, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

async function writeWhole(path: string, pieces: Pieces): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for await (const piece of pieces) await file.writeFile(piece); // goes on where it ended
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Gives a file its name, in one step and only if nobody has it. */
async function moveTo(unfinished: string, path: string): Promise<boolean> {
  try {
    await link(unfinished, path);
    return true;
  } catch (error) {
    // taken by another storage, which then may have swept this file away as well
    if (['EEXIST', 'ENOENT'].includes(reasonOf(error))) return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(reasonOf(error)))
      throw error;
  }
  // a file system without links, such as exFAT: whether the name is free was just looked at
  await rename(unfinished, path);
  return true;
}

/** Writes down which files a folder has; their own `sync` says nothing of that. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return; // cannot be asked for there: NTFS keeps a journal
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
