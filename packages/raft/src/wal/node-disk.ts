import { closeSync, constants, fdatasync, fsync, openSync, writeSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DirectFile } from './direct-file.js';
import type { Disk, DiskFile } from './disk.js';
import { lockFolder } from './folder-lock.js';

/** A folder of files in Node. */
export class NodeDisk implements Disk {
  readonly place: string;
  readonly #unlock: () => Promise<void>;

  private constructor(place: string, unlock: () => Promise<void>) {
    this.place = place;
    this.#unlock = unlock;
  }

  /**
   * Makes the folder if it is not there, and those above it.
   *
   * @throws StorageLockedError if another disk has it.
   */
  static async open(folder: string): Promise<NodeDisk> {
    const place = resolve(folder);
    const first = await mkdir(place, { recursive: true });
    if (first !== undefined)
      for (let made = place; made.length >= first.length; made = dirname(made))
        await syncFolder(dirname(made));
    return new NodeDisk(place, await lockFolder(place));
  }

  list(): Promise<string[]> {
    return readdir(this.place);
  }

  async open(name: string): Promise<DiskFile> {
    const path = join(this.place, name);
    return new NodeFile(await open(path, constants.O_RDWR), path);
  }

  async create(name: string): Promise<DiskFile> {
    const path = join(this.place, name);
    return new NodeFile(await open(path, 'w+'), path);
  }

  rename(from: string, to: string): Promise<void> {
    return rename(join(this.place, from), join(this.place, to));
  }

  remove(name: string): Promise<void> {
    return rm(join(this.place, name), { force: true });
  }

  syncDirectory(): Promise<void> {
    return syncFolder(this.place);
  }

  close(): Promise<void> {
    return this.#unlock();
  }
}

/** Up to so many bytes are written at once: that copies them to where `datasync` finds them. */
const WRITTEN_AT_ONCE_MAX = 1 << 16;
const ZEROS_BYTES = 1 << 20;

class NodeFile implements DiskFile {
  readonly #handle: FileHandle;
  readonly #path: string;
  /** Opened when it is needed first. */
  #direct: Promise<DirectFile | undefined> | undefined;

  constructor(handle: FileHandle, path: string) {
    this.#handle = handle;
    this.#path = path;
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size;
  }

  async readAt(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await this.#handle.read(
        bytes,
        filled,
        length - filled,
        offset + filled,
      );
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  }

  async writeAt(offset: number, bytes: Uint8Array): Promise<void> {
    // handing a small piece to another thread takes longer than writing it
    const isSmall = bytes.length <= WRITTEN_AT_ONCE_MAX;
    for (let done = 0; done < bytes.length;) {
      const left = bytes.length - done;
      done += isSmall
        ? writeSync(this.#handle.fd, bytes, done, left, offset + done)
        : (await this.#handle.write(bytes, done, left, offset + done)).bytesWritten;
    }
  }

  async writeSafely(offset: number, bytes: Uint8Array): Promise<void> {
    const direct = await (this.#direct ??= DirectFile.open(this.#path));
    if (await direct?.write(offset, bytes)) return;
    await this.writeAt(offset, bytes);
    await this.datasync();
  }

  /** Writes zeros: a file that is only told to be long takes its room when it is written to. */
  async preallocate(length: number): Promise<void> {
    const zeros = new Uint8Array(Math.min(length, ZEROS_BYTES));
    for (let at = 0; at < length; at += zeros.length)
      await this.writeAt(at, zeros.subarray(0, length - at));
  }

  datasync(): Promise<void> {
    return called((done) => fdatasync(this.#handle.fd, done));
  }

  sync(): Promise<void> {
    return called((done) => fsync(this.#handle.fd, done));
  }

  async close(): Promise<void> {
    try {
      await (await this.#direct)?.close();
    } finally {
      await this.#handle.close();
    }
  }
}

/** Less on the way than `FileHandle` has: of what is done for each batch. */
const called = (act: (done: (error: Error | null) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    act((error) => (error === null ? resolve() : reject(error)));
  });

/** Writes down which files a folder has; their own `sync` says nothing of that. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return; // cannot be asked for there: NTFS keeps a journal
  const folder = openSync(path, 'r');
  try {
    await called((done) => fsync(folder, done));
  } finally {
    closeSync(folder);
  }
}
