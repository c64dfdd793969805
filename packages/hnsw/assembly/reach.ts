/** That every live node is found from the entry point, which the construction does not promise. */
import * as at from '../src/memory-map';
import { choose } from './choose';
import { querySlot } from './keys';
import { withoutDead } from './link';
import { hasBit, isDead, linksMax, linksOf, writeLinks } from './links';
import { poolAt, poolSize, slotOf } from './pool';
import { scratch } from './scratch';
import { descend, walk } from './walk';

/**
 * Walks level 0 from the entry point and links what it did not come to. A link that is given up for
 * that may have been another's last, so it is called until it finds nothing to do.
 *
 * @param queue - room for a u32 for each slot.
 * @returns how many nodes were linked.
 */
export function connectAll(queue: usize): u32 {
  const count = load<u32>(at.COUNT);
  memory.fill(scratch(at.PASSING), 0, ((count + 63) >> 6) << 3);
  if (load<u32>(at.ENTRY) == at.NOBODY) return 0;
  spread(load<u32>(at.ENTRY), queue);
  let linked: u32 = 0;
  for (let slot: u32 = 0; slot < count; slot++) {
    if (isDead(slot) || isReached(slot)) continue;
    attach(slot);
    spread(slot, queue);
    linked++;
  }
  return linked;
}

@inline
function isReached(slot: u32): bool {
  return hasBit(scratch(at.PASSING), slot);
}

@inline
function setReached(slot: u32): void {
  const byte = scratch(at.PASSING) + (slot >> 3);
  store<u8>(byte, <u8>(<u32>load<u8>(byte) | (1 << (slot & 7))));
}

function spread(start: u32, queue: usize): void {
  setReached(start);
  store<u32>(queue, start);
  let end = queue + 4;
  for (let next = queue; next < end; next += 4) {
    const list = linksOf(load<u32>(next), 0);
    const last = list + (load<u32>(list) << 2);
    for (let link = list; link < last; link += 4) {
      const slot = load<u32>(link, 4);
      if (isReached(slot)) continue;
      setReached(slot);
      store<u32>(end, slot);
      end += 4;
    }
  }
}

/**
 * Links a node to the nearest that are reached, and one of those to it: the nearest with room, or
 * else one of the nearest, whose last link the node takes over. So what was reached still is, and
 * no second round has to mend what the first one cut off; and many copies of one point, whose
 * lists are all full, do not take the same place from each other.
 */
function attach(slot: u32): void {
  querySlot(slot);
  const breadth = load<u32>(at.EF_CONSTRUCTION);
  const start = descend(0); // which upper levels may come to, and level 0 not
  walk(isReached(start) ? start : load<u32>(at.ENTRY), 0, breadth, breadth);
  const entries = poolAt();
  const count = withoutDead(entries, poolSize());
  if (count == 0) return;
  const own = linksOf(slot, 0);
  if (load<u32>(own) == 0)
    writeLinks(own, scratch(at.CHOSEN), choose(entries, count, load<u32>(at.M)));
  for (let i: u32 = 0; i < count; i++) {
    const list = linksOf(slotOf(entries + (i << 3)), 0);
    const links = load<u32>(list);
    if (links == linksMax(0)) continue;
    store<u32>(list + 4 + (links << 2), slot);
    store<u32>(list, links + 1);
    return;
  }
  const nearest = slot % min(count, load<u32>(at.M));
  const last = linksOf(slotOf(entries + (nearest << 3)), 0) + (linksMax(0) << 2);
  takeOver(own, load<u32>(last));
  store<u32>(last, slot);
}

/** Adds a link to a list; if that is full, in place of its last one. */
function takeOver(list: usize, slot: u32): void {
  const count = load<u32>(list);
  for (let i: u32 = 1; i <= count; i++) if (load<u32>(list + (i << 2)) == slot) return;
  const links = min(count + 1, linksMax(0));
  store<u32>(list + (links << 2), slot);
  store<u32>(list, links);
}
