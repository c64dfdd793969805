/** Which of the nodes that are near become neighbours. */
import * as at from '../src/memory-map';
import { fromSlot, keys4 } from './keys';
import { keyOf, slotOf } from './pool';
import { scratch } from './scratch';

/**
 * Chooses neighbours in all directions rather than the nearest ones: a candidate that is nearer to
 * a chosen one than to the point itself is reached through that one. Copies of the point itself
 * say nothing about directions: the first is taken, and others if there is room in the end, so that
 * many copies of a point find both each other and the world.
 *
 * @param self - the point, which is measured from.
 * @param entries - sorted entries as in a pool, `count` of them.
 * @returns how many were chosen; their slots stand at `CHOSEN`.
 * @see Malkov, Yashunin (2018), algorithm 4
 */
export function choose(self: u32, entries: usize, count: u32, max: u32): u32 {
  const own = ownKey(self);
  const chosen = scratch(at.CHOSEN);
  const deferred = scratch(at.DEFERRED);
  let chosenCount: u32 = 0;
  let deferredCount: u32 = 0;
  v128.store(chosen, i32x4.splat(0));
  for (let i: u32 = 0; i < count && chosenCount < max; i++) {
    const entry = entries + (i << 3);
    const slot = slotOf(entry);
    const key = keyOf(entry);
    if (key <= own && chosenCount > 0) {
      if (deferredCount == max) continue;
      store<u32>(deferred + (deferredCount << 2), slot);
      deferredCount++;
    } else if (isApart(slot, key, chosen, chosenCount)) {
      store<u32>(chosen + (chosenCount << 2), slot);
      chosenCount++;
      if ((chosenCount & 3) == 0) v128.store(chosen + (chosenCount << 2), i32x4.splat(0));
    }
  }
  for (let i: u32 = 0; i < deferredCount && chosenCount < max; i++) {
    store<u32>(chosen + (chosenCount << 2), load<u32>(deferred + (i << 2)));
    chosenCount++;
  }
  return chosenCount;
}

/** Whether a candidate is as near to a point, by this key, as to each of the chosen ones. */
export function isApart(slot: u32, key: u32, chosen: usize, count: u32): bool {
  if (count == 0) return true;
  fromSlot(slot);
  const limit = i32x4.splat(key);
  for (let i: u32 = 0; i < count; i += 4) {
    const nearer = i32x4.bitmask(i32x4.lt_u(keys4(chosen + (i << 2)), limit));
    const here = count - i;
    if (nearer & (here < 4 ? (1 << here) - 1 : 15)) return false;
  }
  return true;
}

/** The key of a row that is measured from itself: rounding may leave it above 0. */
export function ownKey(slot: u32): u32 {
  const four = scratch(at.NEIGHBOURS);
  v128.store(four, i32x4.splat(slot));
  return <u32>i32x4.extract_lane(keys4(four), 0);
}
