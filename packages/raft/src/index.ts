export type { Entry, HardState, Restored, Snapshot } from './entry.js';
export type { Batch, RaftStorage } from './storage.js';
