import type { ShardOptions, Traversal } from './shard-options.js';
import type { ShardMemory } from './shard-memory.js';

/** What of a shard those see that look after its codes and its breadth of search. */
export interface ShardView {
  readonly memory: ShardMemory;
  readonly options: ShardOptions;
  /** Slots that are or were in use. */
  readonly count: number;
  /** Vectors held. */
  readonly live: number;
  readonly traversal: Traversal;
  isDead(slot: number): boolean;
  /** Whether a node is on more levels than 0. */
  isUpper(slot: number): boolean;
  /** A copy of the vector in a slot, or of what its codes say. */
  vector(slot: number): Float32Array;
  admit(vector: ArrayLike<number>): number;
  search(k: number, ef: number, filtered: boolean, without?: number): number;
  scan(k: number, filtered: boolean, exactly: boolean, first?: number, last?: number): number;
  slotFound(rank: number): number;
  distanceFound(rank: number): number;
  /** @returns whether there is room for searches of this breadth. */
  widenTo(breadth: number): boolean;
}
