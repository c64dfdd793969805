/** Who is linked to whom: a list is a count and then that many slots. */
import * as at from '../src/memory-map';
import { owner } from './scratch';

/** The list of a node on a level that it has. */
@inline
export function linksOf(slot: u32, level: u32): usize {
  if (level == 0) return load<u32>(at.LINKS) + slot * ((load<u32>(at.M0) + 1) << 2);
  return upperBlock(slot) + 4 + (level - 1) * ((load<u32>(at.M) + 1) << 2);
}

@inline
function upperBlock(slot: u32): usize {
  return load<u32>(at.UPPER) + load<u32>(load<u32>(at.UPPER_OF) + (slot << 2)) - 1;
}

/** The highest level of a node, counted from 0. */
@inline
export function levelOf(slot: u32): u32 {
  return load<u32>(load<u32>(at.UPPER_OF) + (slot << 2)) == 0 ? 0 : load<u32>(upperBlock(slot));
}

@inline
export function linksMax(level: u32): u32 {
  return level == 0 ? load<u32>(at.M0) : load<u32>(at.M);
}

@inline
export function isDead(slot: u32): bool {
  return hasBit(load<u32>(at.DEAD), slot);
}

@inline
export function hasBit(bits: usize, slot: u32): bool {
  return ((load<u8>(bits + (slot >> 3)) >> (slot & 7)) & 1) != 0;
}

/**
 * Spins until this thread alone may change the lists of the node. One lock is held at a time. It
 * says by whom, so that the locks of a thread that has died can be opened.
 */
@inline
export function lock(slot: u32): void {
  while (atomic.cmpxchg<u32>(lockOf(slot), 0, owner()) != 0) {}
}

@inline
export function unlock(slot: u32): void {
  atomic.store<u32>(lockOf(slot), 0);
}

@inline
function lockOf(slot: u32): usize {
  return load<u32>(at.LOCKS) + ((slot & (at.LOCK_COUNT - 1)) << 2);
}

/**
 * Writes a whole list. The slots come before the count, and each in one piece, which a copy of
 * bytes does not promise: so who reads at the same time finds slots only, if not all of one moment.
 */
export function writeLinks(list: usize, slots: usize, count: u32): void {
  const bytes: usize = count << 2;
  for (let i: usize = 0; i < bytes; i += 4) store<u32>(list + 4 + i, load<u32>(slots + i));
  atomic.store<u32>(list, count);
}
