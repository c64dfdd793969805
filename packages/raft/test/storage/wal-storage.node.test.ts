import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { WalStorage } from '@ruvector/raft';

const root = mkdtempSync(join(tmpdir(), 'raft-wal-'));
const newFolder = () => mkdtempSync(join(root, 'log-'));
const locked = { code: 'ERR_RAFT_STORAGE_LOCKED' };
const failed = { code: 'ERR_RAFT_STORAGE_FAILED' };

afterAll(() => rmSync(root, { recursive: true }));

describe('WalStorage', () => {
  it('makes its folder, and those above it', async () => {
    const folder = join(newFolder(), 'a', 'b');
    await (await WalStorage.open(folder)).close();
    expect(statSync(folder).isDirectory()).toBe(true);
  });

  it('refuses a second storage on a folder, by whatever path, until the first is closed', async () => {
    const folder = newFolder();
    const alias = join(root, 'alias');
    symlinkSync(folder, alias);
    const storage = await WalStorage.open(folder);
    for (const path of [folder, `${folder}/../${folder.split('/').at(-1)}`, alias])
      await expect(WalStorage.open(path)).rejects.toMatchObject(locked);
    await storage.close();
    await (await WalStorage.open(alias)).close();
  });

  it.runIf(process.platform === 'linux')(
    'refuses a folder that another process has, until that ends',
    async () => {
      const folder = newFolder();
      const { dev, ino } = statSync(folder, { bigint: true });
      // what another process says of a folder that is open there
      const listen = `require('node:net').createServer().listen('\\0ruvector-raft-${dev}-${ino}')
        .on('error', (error) => console.log(error.code)).on('listening', () => process.exit())`;
      const inProcess = () =>
        spawnSync(process.execPath, ['-e', listen], { encoding: 'utf8' }).stdout;
      const storage = await WalStorage.open(folder);
      expect(inProcess()).toMatch(/EADDRINUSE/);
      await storage.close();
      expect(inProcess()).toBe('');
    },
  );

  it('keeps a lock on nothing that it could not open', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, '000000000001.wal'), 'no segment');
    for (let i = 0; i < 2; i++)
      await expect(WalStorage.open(folder)).rejects.toMatchObject({ code: 'ERR_RAFT_LOG_CORRUPT' });
  });

  it('is ERR_RAFT_STORAGE_FAILED where its path is that of a file, with the reason', async () => {
    const file = join(newFolder(), 'file');
    writeFileSync(file, '');
    await expect(WalStorage.open(file)).rejects.toMatchObject({
      ...failed,
      details: { reason: 'EEXIST' },
    });
  });

  it('fails and stays so when its files cannot be made, and works when opened again', async () => {
    const folder = newFolder();
    const storage = await WalStorage.open(folder);
    mkdirSync(join(folder, '000000000001.wal.unfinished'));
    const batch = { hardState: { term: 1, vote: 'a', commit: 0 }, entries: [] };
    await expect(storage.append(batch)).rejects.toMatchObject(failed);
    rmSync(join(folder, '000000000001.wal.unfinished'), { recursive: true });
    await expect(storage.append(batch)).rejects.toMatchObject(failed);
    await storage.close();
    const again = await WalStorage.open(folder);
    await again.append(batch);
    expect(await again.load()).toEqual({ hardState: batch.hardState, entries: [] });
    await again.close();
  });

  it('has a folder and options: what is none is a TypeError or RangeError that names it', async () => {
    await expect(WalStorage.open(7 as never)).rejects.toThrow(TypeError);
    for (const folder of ['', 'a\0b'])
      await expect(WalStorage.open(folder)).rejects.toThrow(RangeError);
    await expect(WalStorage.open(newFolder(), { segmentBytes: 1 })).rejects.toThrow(/segmentBytes/);
  });
});
