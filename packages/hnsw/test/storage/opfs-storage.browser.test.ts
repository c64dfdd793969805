import { afterEach, describe, expect, it } from 'vitest';
import { storageCompliance } from '@ruvector/core/testing';
import { OpfsStorage } from '../../src/storage/opfs-storage.js';
import { limitQuota } from './browser-settings.js';
import { removeAll, root, versionIn, withVersionOne, type FolderOfTests } from './opfs-folders.js';
import { valuesOf } from './versions.js';

async function filesIn(name: string): Promise<string[]> {
  const folder = (await (await root()).getDirectoryHandle(name)) as FolderOfTests;
  const names: string[] = [];
  for await (const file of folder.keys()) names.push(file);
  return names.sort();
}

let made = 0;
storageCompliance({ describe, it }, 'OpfsStorage', { durable: true }, async () => {
  const name = `compliance-${made++}`;
  return {
    storage: await OpfsStorage.open(name),
    reopen: () => OpfsStorage.open(name),
    close: async () => (await root()).removeEntry(name, { recursive: true }),
  };
});

describe('OpfsStorage', () => {
  afterEach(removeAll);

  it('removes what an ended worker left with its first change', async () => {
    await withVersionOne('left');
    const folder = await (await root()).getDirectoryHandle('left');
    await folder.getFileHandle('0123.unfinished', { create: true });
    await versionIn('left'); // only reads
    expect(await filesIn('left')).toContain('0123.unfinished');
    const storage = await OpfsStorage.open('left');
    await storage.batch(valuesOf(2));
    await storage.close();
    expect(await filesIn('left')).toEqual(['000000000002.commit']);
  });

  it('is ERR_STORAGE_STALE from the first change that another one made', async () => {
    await withVersionOne('two');
    const [one, two] = [await OpfsStorage.open('two'), await OpfsStorage.open('two')];
    const writes = await Promise.allSettled([one.batch(valuesOf(2)), two.batch(valuesOf(3))]);
    const refused = writes.filter((write) => write.status === 'rejected');
    expect(refused).toMatchObject([{ reason: { code: 'ERR_STORAGE_STALE' } }]);
    await Promise.all([one.close(), two.close()]);
    expect(await versionIn('two')).toBe(writes[0].status === 'fulfilled' ? '2' : '3');
  });

  it('is ERR_STORAGE_FULL above the quota, with all as it was and nothing left behind', async () => {
    await withVersionOne('full');
    const { usage = 0 } = await navigator.storage.estimate();
    await limitQuota(usage + 1_000_000);
    const storage = await OpfsStorage.open('full');
    try {
      await expect(storage.batch(valuesOf(2))).rejects.toMatchObject({
        code: 'ERR_STORAGE_FULL',
        details: { place: 'full', reason: 'QuotaExceededError' },
        cause: { name: 'QuotaExceededError' },
      });
    } finally {
      await limitQuota(undefined);
      await storage.close();
    }
    expect(await filesIn('full')).toEqual(['000000000001.commit']);
    expect(await versionIn('full')).toBe('1');
  });

  it('finds damage: ERR_MALFORMED with the value, and no other', async () => {
    await withVersionOne('damaged');
    const folder = await (await root()).getDirectoryHandle('damaged');
    const handle = await folder.getFileHandle('000000000001.commit');
    const { size } = await handle.getFile();
    const writable = await handle.createWritable({ keepExistingData: true });
    await writable.write({ type: 'write', position: size - 1, data: Uint8Array.of(99) });
    await writable.close();
    const storage = await OpfsStorage.open('damaged');
    await expect(storage.get('only 1')).rejects.toMatchObject({ code: 'ERR_MALFORMED' });
    expect(await storage.get('small')).toEqual(new Uint8Array(10).fill(1));
    await storage.close();
  });

  it('keeps what memory shares between threads, as it was when put was called', async () => {
    const storage = await OpfsStorage.open('shared');
    const shared = new Uint8Array(new SharedArrayBuffer(3)).fill(7);
    const done = storage.put('shared', shared);
    shared.fill(0);
    await done;
    expect(await storage.get('shared')).toEqual(Uint8Array.of(7, 7, 7));
    await storage.close();
  });

  it('has the name of a folder: what is none is a TypeError or RangeError that names it', async () => {
    for (const wrong of [undefined, 7, null])
      await expect(OpfsStorage.open(wrong as never)).rejects.toThrow(TypeError);
    for (const wrong of ['', '.', '..', 'a/b', 'a\\b', 'a\0b', 'half \ud83d', 'é'.repeat(200)])
      await expect(OpfsStorage.open(wrong)).rejects.toThrow(RangeError);
  });
});
