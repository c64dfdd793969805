export { LearningForgedError, LearningGapError } from './learning-errors.js';
export { LEARNING_DELTA_BYTES_MAX } from './ledger-bytes.js';
export type { DeltaOptions, VersionVector } from './ledger.js';
export type { LearningLimits } from './limits.js';
export type { Observation, Pattern } from './pattern.js';
export { PatternStore } from './pattern-store.js';
export type { PatternStoreOptions } from './pattern-store.js';
export { QLearner } from './q-learner.js';
export type { QLearnerLimits, QLearnerOptions } from './q-learner-options.js';
export type { Action, State } from './state.js';
export { QTable } from './q-table.js';
export type { QTableOptions } from './q-table.js';
export { TrajectoryBuffer } from './trajectory-buffer.js';
export type {
  TrajectoryBufferOptions,
  TrajectoryStats,
  TrajectoryStep,
} from './trajectory-buffer.js';
export type { MemoryData } from './memory-data.js';
export { VectorMemory } from './vector-memory.js';
export type { Eviction, MemoryEntry, Recollection, VectorMemoryOptions } from './vector-memory.js';
