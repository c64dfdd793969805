import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { DirectFile } from '../../src/wal/direct-file.js';
import { NodeDisk } from '../../src/wal/node-disk.js';

const root = mkdtempSync(join(tmpdir(), 'raft-direct-'));
const bytesOf = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 7 + 1) % 251);
const read = (path: string) => new Uint8Array(readFileSync(path));
let files = 0;

afterAll(() => rmSync(root, { recursive: true }));

/** A file of zeros, opened both ways. */
async function opened(length = 1 << 18) {
  const name = `file-${++files}`;
  const path = join(root, name);
  writeFileSync(path, new Uint8Array(length));
  const disk = await NodeDisk.open(join(root, `disk-${files}`));
  return { path, disk, direct: await DirectFile.open(path) };
}

/** Not all file systems know how. */
const probe = await opened(512);
const isPossible = (await probe.direct?.write(0, new Uint8Array(512))) === true;

describe.runIf(isPossible)('a file written past the cache', () => {
  it('has what was written where it was written, many times over, and nothing else', async () => {
    const { path, direct } = await opened();
    const expected = new Uint8Array(1 << 18);
    let place = 0;
    // more than it takes for writes to be waited for in place
    for (let i = 0; i < 60; i++) {
      const bytes = bytesOf(512 * (1 + (i % 5))).map((byte) => byte ^ i);
      expect(await direct!.write(place, bytes)).toBe(true);
      expected.set(bytes, place);
      place += bytes.length;
    }
    await direct!.close();
    expect(read(path)).toEqual(expected);
  });

  it('refuses what is no multiple of a sector, or too long, and then leaves all as it is', async () => {
    const { path, direct } = await opened(4_096);
    expect(await direct!.write(0, bytesOf(1 << 17))).toBe(false);
    expect(await direct!.write(3, bytesOf(100))).toBe(false);
    await direct!.close();
    expect(read(path)).toEqual(new Uint8Array(4_096));
  });

  it('waits in place after 8 quick writes, but for one in 32, and after a slow one no more', async () => {
    const { path } = await opened(4_096);
    let asked = 0;
    let stepMs = 0.1;
    let nowMs = 0;
    const monotonic = () => ((asked += 1), (nowMs += stepMs));
    const direct = (await DirectFile.open(path, { monotonic }))!;
    /** Whether it was done when the call came back: the clock was asked once more then. */
    const isInPlace = async (slowMs = 0.1) => {
      [asked, stepMs] = [0, slowMs];
      const done = direct.write(0, bytesOf(512));
      const askedAtOnce = asked;
      await done;
      return askedAtOnce === 2;
    };
    const firsts: boolean[] = [];
    for (let i = 0; i < 80; i++) firsts.push(await isInPlace());
    // one in 32 lets others have their turn
    expect(firsts).toEqual(Array.from({ length: 80 }, (_, i) => i >= 8 && i % 32 !== 0));
    expect(await isInPlace(1.1)).toBe(true);
    for (let i = 0; i < 8; i++) expect(await isInPlace()).toBe(false);
    expect(await isInPlace()).toBe(true);
    await direct.close();
  });

  it('is none where there is no file', async () => {
    expect(await DirectFile.open(join(root, 'nothing'))).toBeUndefined();
  });
});

describe('a file of NodeDisk', () => {
  it('is written through the cache where there is no WebAssembly', async () => {
    const program = `
      import { WalStorage } from '@ruvector/raft';
      const storage = await WalStorage.open(process.argv[2]);
      for (let index = 1; index <= 40; index++)
        await storage.append({
          entries: [{ term: 1, index, type: 'normal', data: new Uint8Array(100) }],
        });
      console.log((await storage.load()).entries.length);
      await storage.close();`;
    const bundle = await build({
      stdin: { contents: program, resolveDir: import.meta.dirname, loader: 'ts' },
      ...{ bundle: true, write: false, format: 'esm', platform: 'node', target: 'node20' },
      conditions: ['@ruvector/source'],
    } as const);
    const file = join(root, 'program.mjs');
    writeFileSync(file, bundle.outputFiles[0]!.contents);
    const run = spawnSync(process.execPath, ['--jitless', file, join(root, 'jitless')], {
      encoding: 'utf8',
    });
    expect([run.stdout, run.status]).toEqual(['40\n', 0]);
  });

  it.each([
    ['a sector', 512],
    ['odd bytes at an odd place', 77],
    ['more than is written past the cache', 200_000],
  ])('is safe after writeSafely of %s', async (_, length) => {
    const { disk } = await opened(512);
    const file = await disk.create('file');
    await file.preallocate(1 << 18);
    const at = length % 512 === 0 ? 512 : 3;
    for (let i = 0; i < 40; i++)
      await file.writeSafely!(
        at,
        bytesOf(length).map((b) => b ^ i),
      );
    const expected = new Uint8Array(1 << 18);
    expected.set(
      bytesOf(length).map((b) => b ^ 39),
      at,
    );
    expect(await file.readAt(0, 1 << 18)).toEqual(expected);
    await file.close();
    await disk.close();
  });

  it('many write at once, and each finds its own bytes again', async () => {
    const { disk } = await opened(512);
    const open = async (i: number) => {
      const file = await disk.create(`file-${i}`);
      await file.preallocate(4_096);
      return file;
    };
    const all = await Promise.all(Array.from({ length: 40 }, (_, i) => open(i)));
    await Promise.all(all.map((file, i) => file.writeSafely!(512, new Uint8Array(512).fill(i))));
    for (const [i, file] of all.entries()) {
      expect(await file.readAt(512, 512)).toEqual(new Uint8Array(512).fill(i));
      await file.close();
    }
    await disk.close();
  });
});
