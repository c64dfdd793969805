export { HnswIndex } from './hnsw-index.js';
export type { HnswSearchOptions } from './hnsw-index.js';
export type { HnswIndexOptions } from './options.js';
export type { VectorStorage } from './shard.js';
export { BusyError } from './errors.js';
