import { afterEach, describe, expect, it } from 'vitest';
import { seededRandom } from '@ruvector/core';
import { storageCompliance } from '@ruvector/core/testing';
import { IndexedDbStorage } from '../../src/storage/indexed-db-storage.js';
import { clearIndexedDb, limitQuota } from './browser-settings.js';
import { opened, removed } from './indexed-databases.js';
import { marked } from './large-values.js';
import { valuesOf, versionsIn } from './versions.js';

let made = 0;
storageCompliance({ describe, it }, 'IndexedDbStorage', { durable: true }, async () => {
  const name = `compliance-${made++}`;
  return {
    storage: await IndexedDbStorage.open(name),
    reopen: () => IndexedDbStorage.open(name),
    close: () => removed(name),
  };
});

describe('IndexedDbStorage', () => {
  afterEach(async () => {
    for (const { name } of await indexedDB.databases()) await removed(name!);
  });

  it('lets go of a database that is deleted: ERR_STORAGE_STALE from then on', async () => {
    const storage = await IndexedDbStorage.open('deleted');
    await storage.put('a', Uint8Array.of(1));
    await removed('deleted'); // which is not blocked
    const calls = [storage.get('a'), storage.put('a', Uint8Array.of(2)), storage.delete('a')];
    for (const call of await Promise.allSettled(calls))
      expect(call).toMatchObject({ reason: { code: 'ERR_STORAGE_STALE' } });
    await storage.close();
    await expect(storage.get('a')).rejects.toMatchObject({ code: 'ERR_CLOSED' });
    const again = await IndexedDbStorage.open('deleted');
    expect(await again.get('a')).toBeUndefined();
    await again.close();
  });

  it('lets go of a database that is opened with a higher version, which it then cannot open', async () => {
    const storage = await IndexedDbStorage.open('upgraded');
    const upgraded = await opened('upgraded', 2);
    await expect(storage.get('a')).rejects.toMatchObject({ code: 'ERR_STORAGE_STALE' });
    await expect(IndexedDbStorage.open('upgraded')).rejects.toMatchObject({
      code: 'ERR_STORAGE_FAILED',
      details: { place: 'upgraded', reason: 'VersionError' },
    });
    upgraded.close();
    await storage.close();
  });

  it('refuses a database that somebody else made, and leaves it as it was', async () => {
    const foreign = await opened('foreign', 1, ['theirs']);
    await expect(IndexedDbStorage.open('foreign')).rejects.toMatchObject({ code: 'ERR_MALFORMED' });
    expect([...foreign.objectStoreNames]).toEqual(['theirs']);
    foreign.close();
  });

  it('refuses a value that is no bytes', async () => {
    await (await IndexedDbStorage.open('odd')).close();
    const database = await opened('odd', 1);
    const transaction = database.transaction('values', 'readwrite');
    transaction.objectStore('values').put('text', 'a');
    await new Promise((resolve) => (transaction.oncomplete = resolve));
    database.close();
    const storage = await IndexedDbStorage.open('odd');
    await expect(storage.get('a')).rejects.toMatchObject({ code: 'ERR_MALFORMED' });
    await storage.close();
  });

  it('is ERR_STORAGE_STALE once the user has cleared what the site keeps', async () => {
    const storage = await IndexedDbStorage.open('cleared');
    await storage.put('a', Uint8Array.of(1));
    await clearIndexedDb();
    await expect(storage.get('a')).rejects.toMatchObject({ code: 'ERR_STORAGE_STALE' });
    await storage.close();
    const again = await IndexedDbStorage.open('cleared');
    expect(await again.get('a')).toBeUndefined();
    await again.close();
  });

  it('may be open twice: each sees what the other did', async () => {
    const [one, two] = [await IndexedDbStorage.open('two'), await IndexedDbStorage.open('two')];
    await one.batch(valuesOf(1));
    await two.batch(valuesOf(2));
    expect(await versionsIn(one)).toBe('2');
    await Promise.all([one.close(), two.close()]);
  });

  it('is ERR_STORAGE_FULL above the quota, with all as it was', async () => {
    await clearIndexedDb(); // Chromium remembers for a while how much room there was
    const { usage = 0 } = await navigator.storage.estimate();
    await limitQuota(usage + 10_000_000);
    const storage = await IndexedDbStorage.open('full');
    await storage.batch(valuesOf(1));
    try {
      // of noise, since a browser may keep less of what can be compressed
      const noise = new Uint8Array(20_000_000);
      const random = seededRandom(1);
      for (let i = 0; i < noise.length; i++) noise[i] = random.uint32();
      const batch = [...valuesOf(2), { put: ['noise', noise] as const }];
      await expect(storage.batch(batch)).rejects.toMatchObject({
        code: 'ERR_STORAGE_FULL',
        details: { place: 'full', reason: 'QuotaExceededError' },
        cause: { name: 'QuotaExceededError' },
      });
    } finally {
      await limitQuota(undefined);
    }
    expect(await versionsIn(storage)).toBe('1');
    await storage.close();
  });

  it('finds a value of which a part is missing: ERR_MALFORMED', async () => {
    const storage = await IndexedDbStorage.open('parts');
    await storage.put('long', marked(70_000_000));
    const database = await opened('parts', 1);
    const transaction = database.transaction('parts', 'readwrite');
    transaction.objectStore('parts').delete(['long', 1]);
    await new Promise((resolve) => (transaction.oncomplete = resolve));
    database.close();
    await expect(storage.get('long')).rejects.toMatchObject({ code: 'ERR_MALFORMED' });
    await storage.delete('long');
    expect(await storage.get('long')).toBeUndefined();
    await storage.close();
  });

  it('keeps what memory shares between threads, as it was when put was called', async () => {
    const storage = await IndexedDbStorage.open('shared');
    const shared = new Uint8Array(new SharedArrayBuffer(3)).fill(7);
    const done = storage.put('shared', shared);
    shared.fill(0);
    await done;
    expect(await storage.get('shared')).toEqual(Uint8Array.of(7, 7, 7));
    await storage.close();
  });

  it('lists keys by a prefix that ends in the last code unit there is', async () => {
    const storage = await IndexedDbStorage.open('prefixes');
    const keys = ['a', 'a\uffff', 'a\uffff\uffff', 'a\uffffb', 'b', '\uffff', '\uffff\uffff'];
    for (const key of keys) await storage.put(key, new Uint8Array(0));
    for (const prefix of ['a\uffff', 'a\uffff\uffff', '\uffff', '\uffff\uffff', 'a']) {
      const found: string[] = [];
      for await (const key of storage.keys(prefix)) found.push(key);
      expect(found).toEqual(keys.filter((key) => key.startsWith(prefix)).sort());
    }
    await storage.close();
  });

  it('has a name: what is none is a TypeError or RangeError that names it', async () => {
    for (const wrong of [undefined, 7, null])
      await expect(IndexedDbStorage.open(wrong as never)).rejects.toThrow(TypeError);
    for (const wrong of ['', 'half \ud83d'])
      await expect(IndexedDbStorage.open(wrong)).rejects.toThrow(/^name must .*/);
  });
});
