import { ROOM_MIN, upperBytes, type Bounds } from './capacity.js';
import { ShardMemory } from './shard-memory.js';
import { shapeOf, type ShardOptions } from './shard-options.js';

const CAPACITY_MIN = 64;

/** What an empty shard begins with. */
export function newMemory(options: ShardOptions, bounds: Bounds): ShardMemory {
  const { M, storage, kernel } = options;
  // what is given up once codes are trained is not worth room for all, which stays
  const foreseen = storage === 'sq7' ? 0 : options.capacity;
  const capacity = Math.min(Math.max(CAPACITY_MIN, foreseen), bounds.slots);
  const room = { ...ROOM_MIN, capacity, upperBytes: upperBytes(M, capacity) };
  return new ShardMemory(kernel, shapeOf(options), room, bounds.bytes);
}
