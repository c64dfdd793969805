export type { Entry, HardState, Restored, Snapshot } from './entry.js';
export type { Batch, RaftStorage } from './storage.js';
export { MemoryStorage } from './memory-storage.js';
export { IndexedDbStorage } from './browser-storage/indexed-db-storage.js';
export { OpfsStorage } from './browser-storage/opfs-storage.js';
export type { WalOptions } from './wal/write-ahead-log.js';
export {
  LogCorruptError,
  StorageFailedError,
  StorageLockedError,
  StorageUnsupportedError,
} from './storage-errors.js';
