import { isEdgeError } from '@ruvector/core';
import type { Disk } from '@ruvector/raft/testing';
import type { Restored } from '../../src/entry.js';
import type { Batch, RaftStorage } from '../../src/storage.js';
import { WriteAheadLog } from '../../src/wal/write-ahead-log.js';
import { flawedDisk, type DiskFlaw } from './flawed-disk.js';

/** A storage that treats its disk badly, and words of the titles of the cases that must notice. */
export interface DiskSaboteur {
  readonly flaw: string;
  readonly caught: readonly string[];
  open(disk: Disk): Promise<RaftStorage>;
}

const LOST = 'unsynced is lost';
const MIXED = 'unsynced is mixed';
const LIVES = 'live through failures';

const onDisk = (flaw: string, caught: readonly string[], disk: DiskFlaw): DiskSaboteur => ({
  flaw,
  caught,
  open: (real) => WriteAheadLog.on(flawedDisk(real, disk), 4_096),
});

const done = async (): Promise<void> => undefined;

/** What the file says only if it was asked nicely. */
const swallowed = (act: () => Promise<void>): Promise<void> => act().catch(() => undefined);

export const DISK_SABOTEURS: readonly DiskSaboteur[] = [
  onDisk('never syncs what it appends', [LOST, MIXED, LIVES, 'after a failed datasync'], {
    file: () => ({ datasync: done }),
  }),
  onDisk('never syncs files that it makes', [LOST, MIXED, LIVES], {
    file: () => ({ sync: done }),
  }),
  onDisk('never syncs the folder', [LOST, MIXED, LIVES], {
    disk: () => ({ syncDirectory: done }),
  }),
  onDisk('takes a failed sync for a good one', ['after a failed datasync'], {
    file: (file) => ({ datasync: () => swallowed(() => file.datasync()) }),
  }),
  onDisk('takes a failed write for a good one', ['after a failed write', 'on a full disk'], {
    file: (file) => ({ writeAt: (offset, bytes) => swallowed(() => file.writeAt(offset, bytes)) }),
  }),
  onDisk('says that it is written before it is', [LOST], {
    file: (file) => ({
      datasync: async () => {
        void file.datasync().catch(() => undefined);
      },
    }),
  }),
  {
    flaw: 'tries again after a failure',
    caught: ['it stays failed'],
    open: (disk) => reopening(disk, 'ERR_RAFT_STORAGE_FAILED'),
  },
  {
    flaw: 'begins anew when its log is damaged',
    caught: ['a byte of any file', 'a sector of any file', 'that is gone'],
    open: async (disk) => {
      try {
        return await WriteAheadLog.on(disk, 4_096);
      } catch (error) {
        if (!isEdgeError(error, 'ERR_RAFT_LOG_CORRUPT')) throw error;
        for (const name of await disk.list()) await disk.remove(name);
        return WriteAheadLog.on(disk, 4_096);
      }
    },
  },
];

/** Opens another storage in place of one that has failed. */
async function reopening(disk: Disk, code: string): Promise<RaftStorage> {
  let inner = await WriteAheadLog.on(disk, 4_096);
  const again = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      if (!isEdgeError(error, code)) throw error;
      inner = await WriteAheadLog.on(disk, 4_096);
      return act();
    }
  };
  return {
    load: (): Promise<Restored> => again(() => inner.load()),
    append: (batch: Batch) => again(() => inner.append(batch)),
    close: () => inner.close(),
  };
}
