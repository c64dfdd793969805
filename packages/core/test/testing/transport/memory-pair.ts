import { MemoryNetwork } from '@ruvector/core/memory';
import type { TransportPair } from '@ruvector/core/testing';

/** Two peers of a new `MemoryNetwork`. */
export function memoryPair(): TransportPair {
  const network = new MemoryNetwork();
  const [a, b] = [network.transport('a'), network.transport('b')];
  return {
    a,
    b,
    sever: async () => network.sever('a', 'b'),
    heal: async () => network.heal('a', 'b'),
    close: async () => void (await Promise.all([a.close(), b.close()])),
  };
}
