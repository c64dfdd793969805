import type { Kernel } from '@ruvector/core/wasm';
import type { Shape } from './layout.js';
import * as at from './memory-map.js';

/** What is kept of a vector, see `HnswIndexOptions`. */
export type VectorStorage = 'f32+sq7' | 'sq7' | 'f32' | 'bit';

/** All of them; a saved index says which by its place here. */
export const STORAGES: readonly VectorStorage[] = ['f32+sq7', 'sq7', 'f32', 'bit'];

/** What searches walk on, as a field of the memory says it. */
export const TRAVERSALS = ['f32', 'codes', 'bits'] as const;
export type Traversal = (typeof TRAVERSALS)[number];

/** What a shard is made with; all of it was checked. */
export interface ShardOptions {
  readonly kernel: Kernel;
  readonly dimensions: number;
  readonly metric: number;
  readonly M: number;
  readonly efConstruction: number;
  readonly storage: VectorStorage;
  /** Without, it has no links, and every search compares with every vector. */
  readonly graph: boolean;
  /** Vectors that there is room for from the start. */
  readonly capacity: number;
  readonly seed: number;
  readonly targetRecall: number;
  readonly bytesMax: number;
}

/** What a search walks on where that is better than 32-bit floats. */
export const walkedOn = (storage: VectorStorage): number =>
  ({ 'f32+sq7': at.ON_CODES, sq7: at.ON_CODES, f32: at.EXACT, bit: at.ON_BITS })[storage];

/** What stands in the memory of a shard at first. */
export function shapeOf(options: ShardOptions): Shape {
  const { storage } = options;
  return { ...options, rows: true, codes: storage.endsWith('sq7'), bits: storage === 'bit' };
}

/** `sq7` keeps 32-bit floats only until its codes are trained. */
export const finalShape = (shape: Shape, storage: VectorStorage): Shape => ({
  ...shape,
  rows: storage !== 'sq7',
});
