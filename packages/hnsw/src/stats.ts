import type { Metric } from '@ruvector/core';
import type { KernelBuild } from '@ruvector/core/wasm';
import type { Collection } from './collection.js';
import * as at from './memory-map.js';
import type { Traversal, VectorStorage } from './shard-options.js';

/** What an index is made of at the moment. */
export interface IndexStats {
  /** Vectors held. */
  readonly size: number;
  readonly dimensions: number | undefined;
  readonly metric: Metric;
  readonly storage: VectorStorage;
  /** Slots of deleted vectors that wait for a new one; `compact` gives them up. */
  readonly deleted: number;
  /** Memories: one up to 4 GiB or `shardBytes`. */
  readonly shards: number;
  /** Bytes of all memories, what is not used yet included. */
  readonly memoryBytes: number;
  /** Bytes that a vector takes, with its links and its id if that is a number. */
  readonly bytesPerVector: number;
  /** The highest level of the graph. */
  readonly topLevel: number;
  /**
   * What searches walk on: `f32` before codes or bits are trained, and where these order neighbours
   * badly.
   */
  readonly traversal: Traversal;
  /** The part of the 10 nearest that these find on a sample; undefined before it was measured. */
  readonly agreement: number | undefined;
  /** Breadth of a search for 10 that does not say it; undefined before it was measured. */
  readonly efSearch: number | undefined;
  /** Build of the kernel, by what the engine knows. */
  readonly kernel: KernelBuild;
  /** Whether workers can share the memory. */
  readonly sharedMemory: boolean;
  /** Why the last call with `threads` had to do with one, if it had. */
  readonly singleThreaded: string | undefined;
}

/** Of several shards the largest says what is measured. */
export function statsOf(collection: Collection, singleThreaded: string | undefined): IndexStats {
  const { options, dimensions, size, segments } = collection;
  const shards = segments.map(({ shard }) => shard);
  const largest = shards.reduce((a, b) => (a !== undefined && a.live >= b.live ? a : b), shards[0]);
  const sum = (of: (segment: (typeof segments)[number]) => number): number =>
    segments.reduce((total, segment) => total + of(segment), 0);
  const used = sum(({ shard, ids }) => shard.usedBytes + ids.bytes);
  return {
    size,
    dimensions,
    metric: options.metric,
    storage: options.storage,
    deleted: sum(({ shard }) => shard.count - shard.live),
    shards: shards.length,
    memoryBytes: sum(({ shard, ids }) => shard.memory.bytes.length + ids.bytes),
    bytesPerVector: size === 0 ? 0 : used / size,
    topLevel: Math.max(0, ...shards.map(({ memory }) => memory.get(at.TOP))),
    traversal: largest?.traversal ?? 'f32',
    agreement: largest?.coding?.state.agreement,
    efSearch: largest?.calibration?.ef,
    kernel: options.kernel.build,
    sharedMemory: options.kernel.shared,
    singleThreaded,
  };
}
