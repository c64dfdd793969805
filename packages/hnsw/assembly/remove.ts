/** How a node leaves the graph, and how those that it led to stay reachable. */
import * as at from '../src/memory-map';
import { fromQuery, querySlot } from './keys';
import { relink } from './link';
import { isDead, levelOf, linksMax, linksOf } from './links';
import { poolAt, poolSize, slotOf } from './pool';
import { scratch } from './scratch';
import { descend, walk } from './walk';

/**
 * Marks a node as dead, so that it is walked through and never found, and gives those that link to
 * it what it linked to instead. They are near it, and are looked for there; one that is not found
 * keeps a link to a slot which the next vector may take, and that link is as good as a random one.
 */
export function remove(slot: u32): void {
  const byte = load<u32>(at.DEAD) + (slot >> 3);
  store<u8>(byte, <u8>(<u32>load<u8>(byte) | (1 << (slot & 7))));
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

/** Replaces a link to a dead node by the best of its links. */
function heal(node: u32, dead: u32, level: u32): void {
  const list = linksOf(node, level);
  if (isDead(node) || !holds(list + 4, load<u32>(list), dead)) return;
  const slots = scratch(at.NEIGHBOURS);
  const count = collect(slots, collect(slots, 0, list, node), linksOf(dead, level), node);
  if (count) relink(node, list, slots, count, linksMax(level));
  else store<u32>(list, 0);
}

/** Adds to the slots those of a list that live and are new. @returns how many there are then. */
function collect(slots: usize, count: u32, list: usize, self: u32): u32 {
  const last = list + (load<u32>(list) << 2);
  for (let link = list; link < last; link += 4) {
    const slot = load<u32>(link, 4);
    if (slot == self || isDead(slot) || holds(slots, count, slot)) continue;
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
