import { vectorIndexCompliance } from '@ruvector/core/testing';
import { FlatIndex, HnswIndex, type VectorStorage } from '@ruvector/hnsw';
import { describe, it } from 'vitest';

const load = (bytes: Uint8Array): HnswIndex => HnswIndex.load(bytes);
const keeping = (storage: VectorStorage) => ({
  create: (options: ConstructorParameters<typeof HnswIndex>[0]) =>
    new HnswIndex({ ...options, storage }),
  load,
});

vectorIndexCompliance(
  { describe, it },
  'FlatIndex',
  {},
  {
    create: (options) => new FlatIndex(options),
    load: (bytes) => FlatIndex.load(bytes),
  },
);

vectorIndexCompliance(
  { describe, it },
  'HnswIndex that keeps vectors alone',
  { recall: 0.95 },
  keeping('f32'),
);

// Its vectors are too short for walks on bits, which `bit-storage` is about.
vectorIndexCompliance(
  { describe, it },
  'HnswIndex that keeps bits',
  { recall: 0.95 },
  keeping('bit'),
);

vectorIndexCompliance(
  { describe, it },
  'HnswIndex that keeps codes alone',
  { recall: 0.75, distanceError: 0.15, vectorError: 0.1 },
  keeping('sq7'),
);
