/** How a node leaves the graph, and how those that it led to stay reachable. */
import * as at from '../src/memory-map';
import { isApart } from './choose';
import { fromQuery, fromSlot, querySlot } from './keys';
import { isDead, levelOf, linksMax, linksOf } from './links';
import { keyOf, openPool, poolAt, poolSize, slotOf } from './pool';
import { scratch } from './scratch';
import { consider, descend, walk } from './walk';

/**
 * Marks a node as dead, so that it is walked through and never found, and gives those that link to
 * it what it linked to instead. They are near it, and are looked for there; one that is not found
 * keeps a link to a slot which the next vector may take, and that link is as good as a random one.
 */
export function remove(slot: u32): void {
  const byte = load<u32>(at.DEAD) + (slot >> 3);
  store<u8>(byte, <u8>((<u32>load<u8>(byte)) | (1 << (slot & 7))));
  if (load<u32>(at.LINKS) == 0) return;
  if (load<u32>(at.ENTRY) == slot && !findEntry()) return;
  querySlot(slot);
  for (let level = <i32>min(levelOf(slot), load<u32>(at.TOP)); level >= 0; level--) {
    const breadth = load<u32>(at.EF_CONSTRUCTION);
    walk(descend(level), level, breadth, breadth);
    const entries = poolAt();
    const last = entries + (poolSize() << 3);
    for (let entry = entries; entry < last; entry += 8) heal(slotOf(entry), slot, level);
    const list = linksOf(slot, level);
    for (let i = load<u32>(list); i > 0; i--) heal(load<u32>(list + (i << 2)), slot, level);
    fromQuery();
  }
}

/**
 * Takes the link to a dead node out of a list and puts in its place the nearest of that node's
 * links that no other link leads to. The rest of the list stays: choosing all of it anew would
 * leave fewer links each time.
 */
function heal(node: u32, dead: u32, level: u32): void {
  const list = linksOf(node, level);
  if (isDead(node) || !drop(list, dead)) return;
  const count = load<u32>(list);
  const chosen = scratch(at.CHOSEN);
  memory.copy(chosen, list + 4, count << 2);
  v128.store(chosen + (count << 2), i32x4.splat(0));
  const slots = scratch(at.NEIGHBOURS);
  const end = slots + (collect(slots, linksOf(dead, level), node, list) << 2);
  if (end == slots) return;
  fromSlot(node);
  openPool(scratch(at.SECOND), linksMax(level), linksMax(level));
  consider(slots, end);
  const last = poolAt() + (poolSize() << 3);
  for (let entry = poolAt(); entry < last; entry += 8) {
    if (!isApart(slotOf(entry), keyOf(entry), chosen, count)) continue;
    store<u32>(list + 4 + (count << 2), slotOf(entry));
    store<u32>(list, count + 1);
    return;
  }
}

/** Takes a slot out of a list. @returns whether it was there. */
function drop(list: usize, slot: u32): bool {
  const count = load<u32>(list);
  for (let i: u32 = 1; i <= count; i++) {
    if (load<u32>(list + (i << 2)) != slot) continue;
    store<u32>(list + (i << 2), load<u32>(list + (count << 2)));
    store<u32>(list, count - 1);
    return true;
  }
  return false;
}

/** The slots of a list that live, but for a node and those that it is linked to. */
function collect(slots: usize, list: usize, self: u32, known: usize): u32 {
  const last = list + (load<u32>(list) << 2);
  let count: u32 = 0;
  for (let link = list; link < last; link += 4) {
    const slot = load<u32>(link, 4);
    if (slot == self || isDead(slot) || holds(known + 4, load<u32>(known), slot)) continue;
    store<u32>(slots + (count << 2), slot);
    count++;
  }
  return count;
}

function holds(slots: usize, count: u32, slot: u32): bool {
  for (let i: u32 = 0; i < count; i++) if (load<u32>(slots + (i << 2)) == slot) return true;
  return false;
}

/** The entry point must live. @returns whether anybody does. */
function findEntry(): bool {
  const count = load<u32>(at.COUNT);
  let entry = at.NOBODY;
  let top: u32 = 0;
  for (let slot: u32 = 0; slot < count; slot++) {
    if (isDead(slot)) continue;
    const level = levelOf(slot);
    if (entry != at.NOBODY && level <= top) continue;
    entry = slot;
    top = level;
    if (top == load<u32>(at.TOP)) break;
  }
  store<u32>(at.ENTRY, entry);
  store<u32>(at.TOP, top);
  return entry != at.NOBODY;
}
