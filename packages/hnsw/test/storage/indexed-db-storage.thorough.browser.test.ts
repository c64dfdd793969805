import { afterEach, describe, expect, it } from 'vitest';
import { IndexedDbStorage } from '../../src/storage/indexed-db-storage.js';
import { opened, removed } from './indexed-databases.js';
import { firstUnmarked, marked } from './large-values.js';

describe('IndexedDbStorage', () => {
  afterEach(() => removed('huge'));

  it('keeps a value of 200 MB, and nothing of it when it is replaced', async () => {
    const storage = await IndexedDbStorage.open('huge');
    await storage.put('huge', marked(200_000_000));
    await storage.close();
    const again = await IndexedDbStorage.open('huge');
    const got = (await again.get('huge'))!;
    expect(got.length).toBe(200_000_000);
    expect(firstUnmarked(got)).toBeUndefined();
    const allParts = async () => {
      const database = await opened('huge', 1);
      const request = database.transaction('parts').objectStore('parts').getAllKeys();
      await new Promise((resolve) => (request.onsuccess = resolve));
      database.close();
      return request.result.length;
    };
    expect(await allParts()).toBe(6);
    await again.put('huge', Uint8Array.of(1));
    expect(await again.get('huge')).toEqual(Uint8Array.of(1));
    expect(await allParts()).toBe(0);
    await again.close();
  });
});
