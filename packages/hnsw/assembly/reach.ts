/** That every live node is found from the entry point, which the construction does not promise. */
import * as at from '../src/memory-map';
import { choose, ownKey } from './choose';
import { fromQuery, keys4, querySlot } from './keys';
import { withoutDead } from './link';
import { hasBit, isDead, linksMax, linksOf, writeLinks } from './links';
import { keyOf, poolAt, poolSize, slotOf } from './pool';
import { scratch } from './scratch';
import { descend, SAME_LINKED, walk } from './walk';

/** A bit a slot: it was reached. */
let reached: usize = 0;
/** Slots that were reached, in order, and up to where their links were followed. */
let followed: usize = 0;
let end: usize = 0;
/** All below are dead or reached. */
let lowest: u32 = 0;
/** The node that links of those are given that find no room near them, and the last of these. */
let host: u32 = 0;
let latest: u32 = 0;

/**
 * Begins a walk through level 0 from the entry point, which `reachSome` goes on with.
 *
 * @param room - for a u32 and a bit for each slot, until the walk is over.
 */
export function beginReach(room: usize): void {
  const count = load<u32>(at.COUNT);
  const bytes: usize = ((count + 63) >> 6) << 3;
  memory.fill(room, 0, bytes);
  reached = room;
  followed = room + bytes;
  end = followed;
  lowest = 0;
  host = at.NOBODY;
  latest = at.NOBODY;
  if (load<u32>(at.ENTRY) == at.NOBODY) lowest = count;
  else arriveAt(load<u32>(at.ENTRY));
}

/** Linking a node takes about as long as following the links of so many. */
const ATTACH_COST: i32 = 256;

/**
 * Follows the links of about so many nodes, and links what none leads to.
 *
 * @returns whether there is more to do.
 */
export function reachSome(nodes: i32): bool {
  const count = load<u32>(at.COUNT);
  while (nodes > 0) {
    if (followed < end) {
      follow(load<u32>(followed));
      followed += 4;
      nodes--;
      continue;
    }
    while (lowest < count && (isDead(lowest) || hasBit(reached, lowest))) lowest++;
    if (lowest == count) return false;
    attach(lowest);
    arriveAt(lowest);
    nodes -= ATTACH_COST;
  }
  return true;
}

function arriveAt(slot: u32): void {
  const byte = reached + (slot >> 3);
  store<u8>(byte, <u8>((<u32>load<u8>(byte)) | (1 << (slot & 7))));
  store<u32>(end, slot);
  end += 4;
}

function follow(node: u32): void {
  const list = linksOf(node, 0);
  const last = list + (load<u32>(list) << 2);
  for (let link = list; link < last; link += 4) {
    const slot = load<u32>(link, 4);
    if (!hasBit(reached, slot)) arriveAt(slot);
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
  const from = hasBit(reached, start) ? start : load<u32>(at.ENTRY);
  walk(from, 0, breadth, breadth);
  // who is no copy itself is not found by way of copies, of which a search looks at some alone
  if (!isAsNear(slotOf(poolAt()), ownKey(slot))) walk(from, 0, breadth, SAME_LINKED);
  const entries = poolAt();
  const count = withoutDead(entries, poolSize());
  if (count == 0) return;
  const own = linksOf(slot, 0);
  if (load<u32>(own) == 0)
    writeLinks(own, scratch(at.CHOSEN), choose(slot, entries, count, load<u32>(at.M)));
  for (let i: u32 = 0; i < count; i++) {
    const list = linksOf(slotOf(entries + (i << 3)), 0);
    const links = load<u32>(list);
    if (links == linksMax(0)) continue;
    store<u32>(list + 4 + (links << 2), slot);
    store<u32>(list, links + 1);
    return;
  }
  // of many copies, the nearest are always the same few; the last one that was linked has room
  if (host == at.NOBODY || load<u32>(linksOf(host, 0)) == linksMax(0)) host = latest;
  latest = slot;
  if (host != at.NOBODY && isAsNear(host, keyOf(entries + ((count - 1) << 3)))) {
    const list = linksOf(host, 0);
    const links = load<u32>(list);
    if (links < linksMax(0)) {
      store<u32>(list + 4 + (links << 2), slot);
      store<u32>(list, links + 1);
      return;
    }
  }
  const nearest = slot % min(count, load<u32>(at.M));
  const last = linksOf(slotOf(entries + (nearest << 3)), 0) + (linksMax(0) << 2);
  takeOver(own, load<u32>(last));
  store<u32>(last, slot);
}

/** Whether a node is no further from the one that is measured from than a key says. */
function isAsNear(node: u32, key: u32): bool {
  const four = scratch(at.NEIGHBOURS);
  v128.store(four, i32x4.splat(node));
  fromQuery();
  return <u32>i32x4.extract_lane(keys4(four), 0) <= key;
}

/** Adds a link to a list; if that is full, in place of its last one. */
function takeOver(list: usize, slot: u32): void {
  const count = load<u32>(list);
  for (let i: u32 = 1; i <= count; i++) if (load<u32>(list + (i << 2)) == slot) return;
  const links = min(count + 1, linksMax(0));
  store<u32>(list + (links << 2), slot);
  store<u32>(list, links);
}
