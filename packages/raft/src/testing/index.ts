export type { Operation, SequentialModel } from './history.js';
export { checkLinearizability } from './linearizability.js';
export type { LinearizabilityOptions, LinearizabilityResult } from './linearizability.js';
export { keyValueModel, registerModel } from './register-models.js';
export type {
  KeyValueInput,
  RegisterInput,
  RegisterOutput,
  RegisterValue,
} from './register-models.js';
export { raftStorageCompliance } from './storage-compliance.js';
export type { RaftStorageSupports } from './storage-compliance.js';
export type { RaftStorageFixture } from './opened-storage.js';
export { PowerFailure, SimulatedDisk } from './simulated-disk.js';
export type { DiskOperation, SimulatedDiskOptions } from './simulated-disk.js';
export type { Fate } from './simulated-file.js';
export type { Disk, DiskFile } from '../wal/disk.js';
export { diskCrashCompliance } from './disk-crash-compliance.js';
export type { DiskCrashOptions } from './disk-crash-compliance.js';
