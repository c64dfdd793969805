import { afterAll, describe, expect, it } from 'vitest';
import { raftStorageCompliance } from '@ruvector/raft/testing';
import { IndexedDbStorage } from '../../src/browser-storage/indexed-db-storage.js';
import { openDatabase, resultOf, transact } from '../../src/browser-storage/database.js';

let made = 0;
const newName = () => `raft-${made++}`;
const removed = (name: string) => resultOf(indexedDB.deleteDatabase(name));
const entry = { term: 1, index: 1, type: 'normal', data: Uint8Array.of(1, 2, 3) } as const;
const corrupt = { code: 'ERR_RAFT_LOG_CORRUPT' };

afterAll(async () => {
  for (const { name } of await indexedDB.databases()) await removed(name!);
});

raftStorageCompliance(
  { describe, it },
  'IndexedDbStorage',
  { durable: true, crash: false },
  async () => {
    const name = newName();
    return {
      storage: await IndexedDbStorage.open(name),
      reopen: () => IndexedDbStorage.open(name),
    };
  },
);

describe('IndexedDbStorage', () => {
  it('refuses a second storage on a database until the first is closed', async () => {
    const name = newName();
    const storage = await IndexedDbStorage.open(name);
    const locked = { code: 'ERR_RAFT_STORAGE_LOCKED' };
    await expect(IndexedDbStorage.open(name)).rejects.toMatchObject(locked);
    await storage.close();
    await (await IndexedDbStorage.open(name)).close();
  });

  it('refuses a database whose records have changed, or are missing', async () => {
    const changes = [
      { store: 'entries', key: 1, value: Uint8Array.of(1, 2, 3) },
      { store: 'entries', key: 1, value: 'text' },
      { store: 'entries', key: 2, value: undefined },
      { store: 'state', key: 'state', value: undefined },
      { store: 'state', key: 'snapshot', value: undefined },
    ] as const;
    for (const { store, key, value } of changes) {
      const name = newName();
      const storage = await IndexedDbStorage.open(name);
      const config = { voters: ['a'], votersOutgoing: [], learners: [] };
      if (key === 'snapshot')
        await storage.append({
          entries: [],
          snapshot: { index: 1, term: 1, config, data: entry.data },
        });
      else await storage.append({ entries: [entry, { ...entry, index: 2 }] });
      await storage.close();
      const database = await openDatabase(name);
      await transact(database, 'readwrite', async (stores) => {
        if (value === undefined) stores[store].delete(key);
        else stores[store].put(value, key);
      });
      database.close();
      await expect(IndexedDbStorage.open(name), `${store} ${key}`).rejects.toMatchObject(corrupt);
    }
  });

  it('fails, and stays so, when its database is deleted', async () => {
    const name = newName();
    const storage = await IndexedDbStorage.open(name);
    await storage.append({ entries: [entry] });
    await removed(name); // which is not blocked
    const failed = { code: 'ERR_RAFT_STORAGE_FAILED' };
    await expect(storage.append({ entries: [{ ...entry, index: 2 }] })).rejects.toMatchObject(
      failed,
    );
    await expect(storage.load()).rejects.toMatchObject(failed);
    await storage.close();
  });

  it('has a name: what is none is a TypeError or RangeError', async () => {
    await expect(IndexedDbStorage.open(7 as never)).rejects.toThrow(TypeError);
    await expect(IndexedDbStorage.open('')).rejects.toThrow(RangeError);
  });
});
