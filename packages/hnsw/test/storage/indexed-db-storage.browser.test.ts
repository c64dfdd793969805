import { describe, it } from 'vitest';
import { storageCompliance } from '@ruvector/core/testing';
import { IndexedDbStorage } from '../../src/storage/indexed-db-storage.js';

let made = 0;
storageCompliance({ describe, it }, 'IndexedDbStorage', { durable: true }, async () => {
  const name = `compliance-${made++}`;
  return {
    storage: await IndexedDbStorage.open(name),
    reopen: () => IndexedDbStorage.open(name),
    close: async () => void indexedDB.deleteDatabase(name),
  };
});
