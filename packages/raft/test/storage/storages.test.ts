import { describe, it } from 'vitest';
import { raftStorageCompliance, SimulatedDisk } from '@ruvector/raft/testing';
import { MemoryStorage } from '../../src/memory-storage.js';
import { WriteAheadLog } from '../../src/wal/write-ahead-log.js';

raftStorageCompliance({ describe, it }, 'MemoryStorage', {}, async () => ({
  storage: new MemoryStorage(),
}));

raftStorageCompliance({ describe, it }, 'the log on a disk', { durable: true }, async () => {
  let disk = new SimulatedDisk({ seed: 5 });
  const open = () => WriteAheadLog.on(disk, 4_096);
  return {
    storage: await open(),
    reopen: open,
    crash: () => {
      disk = disk.crash();
      return open();
    },
  };
});
