/**
 * A process that changes a folder, and that a test has end badly. What it is to do is in its
 * arguments: the folder, what goes wrong, and when.
 */
import fs, { type FileHandle } from 'node:fs/promises';
import { writeSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isEdgeError } from '@ruvector/core';
import { FileStorage } from '../../src/storage/file-storage.js';
import { valuesOf } from './versions.js';

const [, , folder, fault, argument] = process.argv as [string, string, string, string, string];

const faults: Readonly<Record<string, () => Promise<void>>> = {
  /** Ends by SIGKILL before its n-th call to the file system, or half way through writing. */
  async kill() {
    await killBefore(Number(argument));
    await writeVersionTwo();
  },
  /** Writes as a user who may not. */
  async access() {
    if (process.getuid?.() === 0) process.setuid!(65_534);
    await writeVersionTwo();
  },
  async write() {
    await writeVersionTwo();
  },
};

async function writeVersionTwo(): Promise<void> {
  const storage = await FileStorage.open(folder);
  try {
    await storage.batch(valuesOf(2));
    say('acknowledged');
  } catch (error) {
    say(isEdgeError(error) ? `${error.code} ${String(error.details['reason'])}` : String(error));
  }
  await storage.close();
  say('closed');
}

/** Not `console.log`: what it was given may be lost with the process. */
function say(text: string): void {
  writeSync(1, `${text}\n`);
}

/** Counts the calls that change something, and those of an open file too. */
async function killBefore(last: number): Promise<void> {
  let calls = 0;
  const counted = <T extends object>(
    owner: T,
    name: keyof T,
    half?: (...args: never[]) => unknown,
  ) => {
    const real = owner[name] as (...args: unknown[]) => unknown;
    owner[name] = async function (this: unknown, ...args: unknown[]) {
      if (++calls === last) {
        await half?.apply(this, args as never[]);
        process.kill(process.pid, 'SIGKILL');
      }
      return real.apply(this, args);
    } as T[keyof T];
  };
  const file = await fs.open(process.execPath, 'r');
  const handles = Object.getPrototypeOf(file) as FileHandle;
  await file.close();
  const write = handles.writeFile;
  for (const name of ['open', 'mkdir', 'link', 'rename', 'rm'] as const) counted(fs, name);
  syncBuiltinESMExports();
  counted(handles, 'sync');
  counted(handles, 'writeFile', function (this: FileHandle, piece: Uint8Array) {
    return write.call(this, piece.subarray(0, piece.length / 2));
  });
}

await faults[fault]!();
