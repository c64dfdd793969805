export { MemoryNetwork } from './memory-network.js';
export type { MemoryNetworkOptions, MemoryTransport } from './memory-network.js';
export { MemoryStorage } from './memory-storage.js';
export { FlatIndex } from './flat-index.js';
export type { FlatIndexOptions } from './flat-index.js';
export { checkVectorId, compareIds } from './vector-id.js';
