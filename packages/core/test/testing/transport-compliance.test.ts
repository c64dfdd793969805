import { describe, it } from 'vitest';
import { MemoryNetwork } from '@ruvector/core/memory';
import { transportCompliance, type TransportPair } from '@ruvector/core/testing';

export async function memoryPair(): Promise<TransportPair> {
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

transportCompliance({ describe, it }, 'MemoryNetwork', { broadcast: true }, memoryPair);
