/** Whether what was read from a file is what the rest of the kernel takes for granted. */
import * as at from '../src/memory-map';
import { bitRowOf } from './rows';
import { isDead, levelOf, linksMax, linksOf } from './links';

/**
 * Looks at every float and every link, so that none leads out of its section.
 *
 * @param levelMax - the highest that a node may have.
 * @returns 0, or what is wrong: 1 floats, 2 upper links' places, 3 links, 4 the entry point.
 */
export function verify(levelMax: u32): u32 {
  const count = load<u32>(at.COUNT);
  if (!areFinite(load<u32>(at.ROWS), count * (load<u32>(at.ROW_BYTES) >> 2))) return 1;
  if (!areFinite(load<u32>(at.AUX), count)) return 1;
  if (load<u32>(at.METRIC) == at.COSINE && !arePositive(load<u32>(at.AUX), count)) return 1;
  if (!areFinite(load<u32>(at.MEANS), load<u32>(at.CODES))) return 1;
  if (load<u32>(at.BIT_ROWS))
    for (let slot: u32 = 0; slot < count; slot++)
      if (!areFinite(bitRowOf(slot) + load<u32>(at.BIT_SPAN), 2)) return 1;
  if (load<u32>(at.LINKS) == 0) return 0;
  if (!arePlaced(count, levelMax)) return 2;
  for (let slot: u32 = 0; slot < count; slot++)
    for (let level = levelOf(slot) + 1; level > 0; level--)
      if (!isList(linksOf(slot, level - 1), level - 1, count)) return 3;
  const entry = load<u32>(at.ENTRY);
  if (entry == at.NOBODY) return count == 0 ? 0 : 4;
  return entry < count && !isDead(entry) && levelOf(entry) == load<u32>(at.TOP) ? 0 : 4;
}

function areFinite(floats: usize, length: u32): bool {
  if (floats == 0) return true;
  let all = i32x4.splat(-1);
  const end = floats + ((<usize>length) << 2);
  const most = f32x4.splat(f32.MAX_VALUE);
  for (; floats + 16 <= end; floats += 16)
    all = v128.and(all, f32x4.le(f32x4.abs(v128.load(floats)), most));
  for (; floats < end; floats += 4)
    if (!(abs<f32>(load<f32>(floats)) <= f32.MAX_VALUE)) return false;
  return i32x4.all_true(all);
}

/** Inverse norms are divided by. */
function arePositive(floats: usize, length: u32): bool {
  const end = floats + ((<usize>length) << 2);
  for (; floats < end; floats += 4) if (!(load<f32>(floats) > 0)) return false;
  return true;
}

/**
 * Whether blocks of upper links stand in the order of the slots, one right behind the other: where
 * two overlap, a link that is written into one changes the level of the other.
 */
function arePlaced(count: u32, levelMax: u32): bool {
  const used = <u64>load<u32>(at.UPPER_USED);
  const bytes = (load<u32>(at.M) + 1) << 2;
  let end: u64 = 0;
  for (let slot: u32 = 0; slot < count; slot++) {
    const place = <u64>load<u32>(load<u32>(at.UPPER_OF) + (slot << 2));
    if (place == 0) continue;
    if (place - 1 != end || end + 4 > used) return false;
    const level = levelOf(slot);
    if (level == 0 || level > levelMax) return false;
    end += 4 + level * bytes;
    if (end > used) return false;
  }
  return end == used;
}

/** Whether a list is no longer than it may be and leads to nodes that are on its level. */
function isList(list: usize, level: u32, count: u32): bool {
  const length = load<u32>(list);
  if (length > linksMax(level)) return false;
  for (let i: u32 = 1; i <= length; i++) {
    const slot = load<u32>(list + (i << 2));
    if (slot >= count || levelOf(slot) < level) return false;
  }
  return true;
}
