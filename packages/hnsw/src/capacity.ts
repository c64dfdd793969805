import { layoutOf, type Room, type Shape } from './layout.js';
import { LEVEL_MAX } from './levels.js';

/** With as many ids a `Map` still works, and a slot has room in the keys of the pool. */
const SHARD_VECTORS_MAX = 2 ** 24 - 1;

/** Bytes of the links of a node above level 0. */
const blockBytes = (M: number, level: number): number => 4 + level * 4 * (M + 1);

/** What the highest node takes: so much is always kept free. */
export const upperBytesMin = (M: number): number => blockBytes(M, LEVEL_MAX);

/** What so many nodes need above level 0: the average and, of few, a good deal more. */
export function upperBytes(M: number, capacity: number): number {
  const mean = (4 * (M + 1)) / (M - 1) + 4 / M;
  const spread = Math.sqrt(capacity * mean * 4 * (M + 1));
  return 4 * Math.ceil((mean * capacity + 4 * spread + upperBytesMin(M)) / 4);
}

/**
 * How many slots fit into a memory.
 *
 * @returns 0 if not even one does.
 */
export function slotsWithin(bytes: number, shape: Shape, room: Room): number {
  const fits = (capacity: number): boolean =>
    layoutOf(shape, { ...room, capacity, upperBytes: upperBytes(shape.M, capacity) }).bytes <=
    bytes;
  let [low, high] = [0, SHARD_VECTORS_MAX];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
