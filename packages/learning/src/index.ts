export { LearningForgedError, LearningGapError } from './learning-errors.js';
export { LEARNING_DELTA_BYTES_MAX } from './ledger-bytes.js';
export type { VersionVector } from './ledger.js';
export type { LearningLimits } from './limits.js';
export type { Observation, Pattern } from './pattern.js';
export { PatternStore } from './pattern-store.js';
export type { DeltaOptions, PatternStoreOptions } from './pattern-store.js';
