/** How the slots of dead nodes are given up. */
import * as at from '../src/memory-map';
import { isDead, levelOf, linksOf } from './links';
import { auxOf, bitRowOf, codeRowOf, rowOf } from './rows';

/**
 * Moves live slots down over dead ones, and what belongs to them, and leaves out links to the dead.
 *
 * @param renamed - room for a u32 for each slot, which gets its new one, or `NOBODY`.
 * @returns how many are left.
 */
export function closeGaps(renamed: usize): u32 {
  const count = load<u32>(at.COUNT);
  let left: u32 = 0;
  for (let slot: u32 = 0; slot < count; slot++) {
    store<u32>(renamed + (slot << 2), isDead(slot) ? at.NOBODY : left);
    if (!isDead(slot)) left++;
  }
  let upperUsed: u32 = 0;
  for (let slot: u32 = 0; slot < count; slot++) {
    if (isDead(slot)) continue;
    const to = load<u32>(renamed + (slot << 2));
    if (load<u32>(at.LINKS)) upperUsed = moveLists(slot, to, renamed, upperUsed);
    if (load<u32>(at.ROWS)) memory.copy(rowOf(to), rowOf(slot), load<u32>(at.ROW_BYTES));
    if (load<u32>(at.AUX)) memory.copy(auxOf(to), auxOf(slot), 4);
    if (load<u32>(at.CODE_ROWS))
      memory.copy(codeRowOf(to), codeRowOf(slot), load<u32>(at.CODE_BYTES));
    if (load<u32>(at.BIT_ROWS)) memory.copy(bitRowOf(to), bitRowOf(slot), load<u32>(at.BIT_BYTES));
  }
  store<u32>(at.COUNT, left);
  store<u32>(at.UPPER_USED, upperUsed);
  const entry = load<u32>(at.ENTRY);
  if (entry != at.NOBODY) store<u32>(at.ENTRY, load<u32>(renamed + (entry << 2)));
  return left;
}

/** Blocks of upper links stand in the order of the slots. @returns where the next one begins. */
function moveLists(slot: u32, to: u32, renamed: usize, upperUsed: u32): u32 {
  const level = levelOf(slot);
  for (let l: u32 = 0; l <= level; l++) rename(linksOf(slot, l), renamed);
  const upperOf = load<u32>(at.UPPER_OF);
  const from = load<u32>(upperOf + (slot << 2));
  const bytes = (load<u32>(at.M0) + 1) << 2;
  memory.copy(linksOf(to, 0), linksOf(slot, 0), bytes);
  store<u32>(upperOf + (to << 2), from == 0 ? 0 : upperUsed + 1);
  if (from == 0) return upperUsed;
  const upper = load<u32>(at.UPPER);
  const block = 4 + level * ((load<u32>(at.M) + 1) << 2);
  memory.copy(upper + upperUsed, upper + from - 1, block);
  return upperUsed + block;
}

function rename(list: usize, renamed: usize): void {
  const count = load<u32>(list);
  let left: u32 = 0;
  for (let i: u32 = 1; i <= count; i++) {
    const slot = load<u32>(renamed + (load<u32>(list + (i << 2)) << 2));
    if (slot == at.NOBODY) continue;
    left++;
    store<u32>(list + (left << 2), slot);
  }
  store<u32>(list, left);
}
