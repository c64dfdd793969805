export type { Entry, HardState, Restored, Snapshot } from './entry.js';
export type { Batch, RaftStorage } from './storage.js';
export { MemoryStorage } from './memory-storage.js';
export {
  LogCorruptError,
  StorageFailedError,
  StorageLockedError,
  StorageUnsupportedError,
} from './storage-errors.js';
