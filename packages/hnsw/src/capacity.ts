import { layoutOf, type Shape } from './layout.js';
import { LEVEL_MAX } from './levels.js';
import { finalShape, shapeOf, type ShardOptions } from './shard-options.js';

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

/** A memory without workers, for searches of ordinary breadth: there is always room for that. */
export const ROOM_MIN = { threads: 1, breadth: 256 };

/** Slots are as many as leave room for two workers, and a part of all for what is broader. */
const ROOM_LEFT = { ...ROOM_MIN, threads: 3 };
const SHARE_LEFT = 1 / 16;

/** Of codes alone, so many vectors at most are there before the codes are trained. */
const UNTRAINED_MAX = 512;

/** What a shard may grow to. */
export interface Bounds {
  readonly slots: number;
  /** Of its memory. */
  readonly bytes: number;
}

/**
 * Finds out how many slots fit into a memory: one at least, or there would never be room for a
 * vector this long. So the memory may be larger than it was meant to be; and where codes alone are
 * kept, the first vectors are there as they came.
 */
export function boundsOf(options: ShardOptions): Bounds {
  const { storage, bytesMax } = options;
  const shape = shapeOf(options);
  const slots = Math.max(1, slotsWithin((1 - SHARE_LEFT) * bytesMax, finalShape(shape, storage)));
  const whole = storage === 'sq7' ? Math.min(slots, UNTRAINED_MAX) : 1;
  return { slots, bytes: Math.max(bytesMax, bytesFor(shape, whole, ROOM_MIN)) };
}

function bytesFor(shape: Shape, capacity: number, room: typeof ROOM_MIN): number {
  const upper = upperBytes(shape.M, capacity);
  return layoutOf(shape, { ...room, capacity, upperBytes: upper }).bytesAtWork;
}

/** @returns 0 if not even one does. */
function slotsWithin(bytes: number, shape: Shape): number {
  let [low, high] = [0, SHARD_VECTORS_MAX];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (bytesFor(shape, middle, ROOM_LEFT) <= bytes) low = middle;
    else high = middle - 1;
  }
  return low;
}
