import { vectorIndexCompliance } from '@ruvector/core/testing';
import { HnswIndex } from '@ruvector/hnsw';
import { describe, it } from 'vitest';

// other storages, and exact search: compliance-more.thorough.node.test.ts
vectorIndexCompliance(
  { describe, it },
  'HnswIndex',
  { recall: 0.95 },
  {
    create: (options) => new HnswIndex(options),
    load: (bytes) => HnswIndex.load(bytes),
  },
);
