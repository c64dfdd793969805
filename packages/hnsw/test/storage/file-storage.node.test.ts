import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { storageCompliance } from '@ruvector/core/testing';
import { FileStorage } from '../../src/storage/file-storage.js';

storageCompliance({ describe, it }, 'FileStorage', { durable: true }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ruvector-storage-'));
  return {
    storage: await FileStorage.open(folder),
    reopen: () => FileStorage.open(folder),
    close: () => rm(folder, { recursive: true }),
  };
});
