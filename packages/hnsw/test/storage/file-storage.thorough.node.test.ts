import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storageCompliance } from '@ruvector/core/testing';
import { FileStorage } from '../../src/storage/file-storage.js';
import { valuesOf, versionsIn } from './versions.js';

const newFolder = () => mkdtemp(join(tmpdir(), 'ruvector-storage-'));

storageCompliance({ describe, it }, 'FileStorage', { durable: true }, async () => {
  const folder = await newFolder();
  return {
    storage: await FileStorage.open(folder),
    reopen: () => FileStorage.open(folder),
    close: () => rm(folder, { recursive: true }),
  };
});

/** A folder with version 1 in it. */
async function folderOf(below: string): Promise<string> {
  const folder = await mkdtemp(join(below, 'folder-'));
  const storage = await FileStorage.open(folder);
  await storage.batch(valuesOf(1));
  await storage.close();
  return folder;
}

async function versionIn(folder: string): Promise<string> {
  const storage = await FileStorage.open(folder);
  try {
    return await versionsIn(storage);
  } finally {
    await storage.close();
  }
}

describe('a folder', () => {
  let place: string;
  let child: string;

  beforeAll(async () => {
    place = await newFolder();
    await chmod(place, 0o755); // some children are another user
    child = join(place, 'child.mjs');
    await build({
      entryPoints: [join(import.meta.dirname, 'file-storage-child.ts')],
      outfile: child,
      bundle: true,
      platform: 'node',
      format: 'esm',
      conditions: ['@ruvector/source'],
      logLevel: 'silent',
    });
  });

  afterAll(() => rm(place, { recursive: true }));

  /** Runs the child; resolves when it has ended, to how it ended and what it said. */
  async function run(command: string, args: string[]): Promise<{ signal: string; said: string }> {
    const process = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    process.stdout.on('data', (chunk: Buffer) => (said += chunk));
    return new Promise((resolve, reject) => {
      process.on('error', reject);
      process.on('close', (_, signal) => resolve({ signal: String(signal), said }));
    });
  }

  const runChild = (...args: string[]) => run(process.execPath, [child, ...args]);

  it('holds a batch whole or nothing of it, before whichever of its calls the process is killed', async () => {
    const ends: string[] = [];
    for (let call = 1; ; call++) {
      const folder = await folderOf(place);
      const { signal, said } = await runChild(folder, 'kill', String(call));
      const version = await versionIn(folder);
      ends.push(version);
      // what was acknowledged is there, and what is there may have been about to be acknowledged
      expect(['1', '2']).toContain(version);
      expect(said.includes('acknowledged') && version !== '2', `call ${call}`).toBe(false);
      await expectTidyAfterNextChange(folder);
      if (signal === 'null') break;
      expect(signal).toBe('SIGKILL');
    }
    // it was killed at many places, with the batch undone at some of them and done at others
    expect(ends.length).toBeGreaterThan(10);
    expect([ends[0], ends.at(-1)]).toEqual(['1', '2']);
    expect(ends).toEqual(ends.toSorted());
  });

  async function expectTidyAfterNextChange(folder: string): Promise<void> {
    const storage = await FileStorage.open(folder);
    await storage.batch(valuesOf(3));
    await storage.close();
    expect(await versionIn(folder)).toBe('3');
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^\d{12}\.commit$/)]);
  }

  it('that is not there is made, with those above it', async () => {
    const folder = join(place, 'new', 'and', 'deep');
    const storage = await FileStorage.open(folder);
    await storage.put('a', Uint8Array.of(1));
    await storage.close();
    expect(await readdir(folder)).toEqual(['000000000001.commit']);
  });

  it('that is a file, or below one, is ERR_STORAGE_FAILED', async () => {
    const file = join(place, 'file');
    await writeFile(file, 'text');
    for (const folder of [file, join(file, 'below')])
      await expect(FileStorage.open(folder)).rejects.toMatchObject({
        code: 'ERR_STORAGE_FAILED',
        details: { place: folder },
        cause: { syscall: expect.any(String) as string },
      });
  });

  it('may not be written: ERR_STORAGE_ACCESS, and all is as it was', async () => {
    const folder = await folderOf(place);
    await chmod(folder, 0o555);
    const { said } = await runChild(folder, 'access');
    await chmod(folder, 0o755);
    expect(said).toBe('ERR_STORAGE_ACCESS EACCES\nclosed\n');
    expect(await versionIn(folder)).toBe('1');
  });

  it('has no room: ERR_STORAGE_FULL, all is as it was, and nothing is left behind', async () => {
    const folder = await folderOf(place);
    const before = await readdir(folder);
    // 1 MiB, or 2 in some shells, is the longest file that their children write
    const limited = `ulimit -f 2048 && exec "$@"`;
    const shell = ['-c', limited, 'sh', process.execPath, child, folder, 'write'];
    const { said } = await run('sh', shell);
    expect(said).toBe('ERR_STORAGE_FULL EFBIG\nclosed\n');
    expect(await readdir(folder)).toEqual(before);
    expect(await versionIn(folder)).toBe('1');
  });

  it('whose file was cut short says so with the value that is not whole, and no other', async () => {
    const folder = await folderOf(place);
    const [name] = await readdir(folder);
    const file = join(folder, name!);
    await truncate(file, (await readFile(file)).length - 1);
    const storage = await FileStorage.open(folder);
    await expect(storage.get('only 1')).rejects.toMatchObject({
      code: 'ERR_MALFORMED',
      details: { what: file, key: 'only 1' },
    });
    expect(await storage.get('small')).toEqual(new Uint8Array(10).fill(1));
    await storage.close();
  });

  it('is written by one storage at a time: the other is ERR_STORAGE_STALE, and nothing is lost', async () => {
    const folder = await folderOf(place);
    const [one, two] = [await FileStorage.open(folder), await FileStorage.open(folder)];
    const writes = await Promise.allSettled([one.batch(valuesOf(2)), two.batch(valuesOf(3))]);
    const refused = writes.filter((write) => write.status === 'rejected');
    expect(refused).toMatchObject([{ reason: { code: 'ERR_STORAGE_STALE' } }]);
    await Promise.all([one.close(), two.close()]);
    expect(await versionIn(folder)).toBe(writes[0].status === 'fulfilled' ? '2' : '3');
  });

  it('keeps a value of 200 MB in one piece', async () => {
    const folder = await folderOf(place);
    const bytes = new Uint8Array(200_000_000);
    for (let i = 0; i < bytes.length; i += 4_093) bytes[i] = i;
    const storage = await FileStorage.open(folder);
    await storage.put('huge', bytes);
    const again = await FileStorage.open(folder);
    const got = (await again.get('huge'))!;
    expect(Buffer.compare(got, bytes)).toBe(0);
    await Promise.all([storage.close(), again.close()]);
  });

  it('keeps what memory shares between threads, as it was when put was called', async () => {
    const storage = await FileStorage.open(await folderOf(place));
    const shared = new Uint8Array(new SharedArrayBuffer(3)).fill(7);
    const done = storage.put('shared', shared);
    shared.fill(0);
    await done;
    expect(await storage.get('shared')).toEqual(Uint8Array.of(7, 7, 7));
    await storage.close();
  });

  it('has a path: what is none is a TypeError or RangeError that names folder', async () => {
    for (const wrong of [undefined, 7, null])
      await expect(FileStorage.open(wrong as never)).rejects.toThrow(TypeError);
    for (const wrong of ['', 'a\0b', 'half \ud83d'])
      await expect(FileStorage.open(wrong)).rejects.toThrow(/^folder must .*/);
  });
});
