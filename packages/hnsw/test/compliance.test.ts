import { vectorIndexCompliance } from '@ruvector/core/testing';
import { HnswIndex } from '@ruvector/hnsw';
import { describe, it } from 'vitest';

const load = (bytes: Uint8Array): HnswIndex => HnswIndex.load(bytes);

vectorIndexCompliance(
  { describe, it },
  'HnswIndex',
  { recall: 0.95 },
  { create: (options) => new HnswIndex(options), load },
);

// Its vectors are too short for walks on bits, which `bit-storage.test.ts` is about.
vectorIndexCompliance(
  { describe, it },
  'HnswIndex that keeps bits',
  { recall: 0.95 },
  {
    create: (options) => new HnswIndex({ ...options, storage: 'bit' }),
    load,
  },
);
