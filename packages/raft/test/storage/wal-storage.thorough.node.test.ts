import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { WalStorage } from '@ruvector/raft';
import { raftStorageCompliance } from '@ruvector/raft/testing';

const root = mkdtempSync(join(tmpdir(), 'raft-wal-'));
const newFolder = () => mkdtempSync(join(root, 'log-'));

afterAll(() => rmSync(root, { recursive: true }));

raftStorageCompliance({ describe, it }, 'WalStorage', { durable: true }, async () => {
  let folder = newFolder();
  const opened: WalStorage[] = [];
  const open = async () => {
    const storage = await WalStorage.open(folder, { segmentBytes: 8_192 });
    opened.push(storage);
    return storage;
  };
  return {
    storage: await open(),
    reopen: open,
    crash: () => {
      const copy = newFolder(); // what a process that is killed leaves
      cpSync(folder, copy, { recursive: true });
      folder = copy;
      return open();
    },
    close: async () => {
      for (const storage of opened) await storage.close();
    },
  };
});
