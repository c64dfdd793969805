import { describe, it } from 'vitest';
import { storageCompliance } from '@ruvector/core/testing';
import { OpfsStorage } from '../../src/storage/opfs-storage.js';

let made = 0;
storageCompliance({ describe, it }, 'OpfsStorage', { durable: true }, async () => {
  const name = `compliance-${made++}`;
  return {
    storage: await OpfsStorage.open(name),
    reopen: () => OpfsStorage.open(name),
    close: async () => {
      const root = await navigator.storage.getDirectory();
      await root.removeEntry(name, { recursive: true });
    },
  };
});
