/** How a node finds its place in the graph. */
import * as at from '../src/memory-map';
import { choose, ownKey } from './choose';
import { fromQuery, fromSlot, querySlot } from './keys';
import { isDead, levelOf, linksMax, linksOf, lock, unlock, writeLinks } from './links';
import { keyOf, openPool, poolAt, poolSize, slotOf } from './pool';
import { forgetVisited, markSeen, scratch } from './scratch';
import { begin, consider, descend, goOn, SAME_LINKED } from './walk';

/** Whether the node that is linked is a copy of one on an upper level. */
let isCopy: bool = false;

/**
 * Links a row that is in its place, with all that goes with it, to what is there.
 *
 * Nobody is led to it before it has its own links on all levels, and to the lowest level first:
 * another thread that came to it from above would stand below before an empty list, and take it for
 * all there is.
 *
 * @see Malkov, Yashunin (2018), algorithm 1
 */
export function link(slot: u32): void {
  const level = levelOf(slot);
  if (load<u32>(at.ENTRY) == at.NOBODY) {
    store<u32>(at.TOP, level);
    store<u32>(at.ENTRY, slot);
    return;
  }
  querySlot(slot);
  const top = load<u32>(at.TOP);
  let nearest = descend(level);
  const highest = min(level, top);
  isCopy = false;
  for (let l: i32 = highest; l >= 0; l--) nearest = findLinks(slot, l, nearest);
  for (let l: u32 = 0; l <= highest; l++) linkBack(slot, l);
  if (level > top && !isCopy) {
    store<u32>(at.ENTRY, slot);
    store<u32>(at.TOP, level);
  }
}

/**
 * Fills its own list on one level. Above level 0 a copy of what is there has none: where many are
 * alike, they would be all that the upper levels lead to.
 *
 * @returns the nearest there, where the level below begins.
 */
function findLinks(slot: u32, level: u32, start: u32): u32 {
  forgetVisited();
  markSeen(slot); // a slot that was used before may still be linked to
  openPool(scratch(at.POOL), load<u32>(at.EF_CONSTRUCTION), SAME_LINKED);
  begin(start);
  goOn(level);
  const nearest = slotOf(poolAt());
  const isAlike = level > 0 && keyOf(poolAt()) <= ownKey(slot);
  if (isAlike) isCopy = true;
  const candidates = isAlike ? 0 : withoutDead(poolAt(), poolSize());
  const count = choose(slot, poolAt(), candidates, load<u32>(at.M));
  lock(slot);
  writeLinks(linksOf(slot, level), scratch(at.CHOSEN), count);
  unlock(slot);
  fromQuery();
  return nearest;
}

/** Gives those in its list a link to it: once the first has one, the list may change. */
function linkBack(slot: u32, level: u32): void {
  const list = linksOf(slot, level);
  const count = load<u32>(list);
  const partners = scratch(at.PARTNERS);
  memory.copy(partners, list + 4, count << 2);
  for (let i: u32 = 0; i < count; i++) connect(load<u32>(partners + (i << 2)), slot, level);
}

/** Nobody links to a dead node: its slot may become another's. @returns how many are left. */
export function withoutDead(entries: usize, count: u32): u32 {
  let left: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const entry = load<u64>(entries + (i << 3));
    store<u64>(entries + (left << 3), entry);
    if (!isDead((<u32>entry) >> 1)) left++;
  }
  return left;
}

/** Adds a link; if the list is full, the best of all that are in it and the new one stay. */
function connect(node: u32, added: u32, level: u32): void {
  const list = linksOf(node, level);
  const max = linksMax(level);
  lock(node);
  const count = load<u32>(list);
  if (count < max) {
    store<u32>(list + 4 + (count << 2), added);
    atomic.store<u32>(list, count + 1);
  } else {
    const slots = scratch(at.NEIGHBOURS);
    memory.copy(slots, list + 4, count << 2);
    store<u32>(slots + (count << 2), added);
    relink(node, list, slots, count + 1, max);
  }
  unlock(node);
}

/** Writes the best of the given slots into the list of a node. */
function relink(node: u32, list: usize, slots: usize, count: u32, max: u32): void {
  fromSlot(node);
  openPool(scratch(at.SECOND), count, count);
  consider(slots, slots + (count << 2));
  writeLinks(list, scratch(at.CHOSEN), choose(node, poolAt(), poolSize(), max));
}
