/** Which of the nodes that are near become neighbours. */
import * as at from '../src/memory-map';
import { fromSlot, keys4 } from './keys';
import { keyOf, slotOf } from './pool';
import { scratch } from './scratch';

/**
 * Chooses neighbours in all directions rather than the nearest ones: a candidate that is nearer to
 * a chosen one than to the point itself is reached through that one. A candidate that is as near
 * to both, a copy of one of them, waits: it is taken if there is room in the end, so that many
 * copies of a point find both each other and the world.
 *
 * @param entries - sorted entries as in a pool, `count` of them.
 * @returns how many were chosen; their slots stand at `CHOSEN`.
 * @see Malkov, Yashunin (2018), algorithm 4
 */
export function choose(entries: usize, count: u32, max: u32): u32 {
  const chosen = scratch(at.CHOSEN);
  const deferred = scratch(at.DEFERRED);
  let chosenCount: u32 = 0;
  let deferredCount: u32 = 0;
  v128.store(chosen, i32x4.splat(0));
  for (let i: u32 = 0; i < count && chosenCount < max; i++) {
    const entry = entries + (i << 3);
    const slot = slotOf(entry);
    const covered = coverage(slot, keyOf(entry), chosen, chosenCount);
    if (covered == APART) {
      store<u32>(chosen + (chosenCount << 2), slot);
      chosenCount++;
      if ((chosenCount & 3) == 0) v128.store(chosen + (chosenCount << 2), i32x4.splat(0));
    } else if (covered == AS_NEAR && deferredCount < max) {
      store<u32>(deferred + (deferredCount << 2), slot);
      deferredCount++;
    }
  }
  for (let i: u32 = 0; i < deferredCount && chosenCount < max; i++) {
    store<u32>(chosen + (chosenCount << 2), load<u32>(deferred + (i << 2)));
    chosenCount++;
  }
  return chosenCount;
}

const APART: u32 = 0;
const AS_NEAR: u32 = 1;
const NEARER: u32 = 2;

/** Whether a candidate is nearer to a point, by this key, than to each of the chosen ones. */
export function isApart(slot: u32, key: u32, chosen: usize, count: u32): bool {
  return coverage(slot, key, chosen, count) == APART;
}

/** How the nearest chosen one compares with the point, seen from a candidate. */
function coverage(slot: u32, key: u32, chosen: usize, count: u32): u32 {
  if (count == 0) return APART;
  fromSlot(slot);
  const limit = i32x4.splat(key);
  let result = APART;
  for (let i: u32 = 0; i < count; i += 4) {
    const keys = keys4(chosen + (i << 2));
    const here = count - i;
    const lanes: i32 = here < 4 ? (1 << here) - 1 : 15;
    if (i32x4.bitmask(i32x4.lt_u(keys, limit)) & lanes) return NEARER;
    if (i32x4.bitmask(i32x4.eq(keys, limit)) & lanes) result = AS_NEAR;
  }
  return result;
}
