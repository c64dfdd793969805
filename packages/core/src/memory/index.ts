export { MemoryNetwork } from './memory-network.js';
export type { MemoryNetworkOptions, MemoryTransport } from './memory-network.js';
