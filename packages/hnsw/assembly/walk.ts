/** The walk through one level of the graph, from near to nearer. */
import * as at from '../src/memory-map';
import { fetchLinks } from './fetch';
import { keys4, measure } from './keys';
import { linksOf } from './links';
import {
  entryOf,
  keyOf,
  nextToExpand,
  offer,
  openPool,
  peek,
  poolAt,
  slotOf,
  worstKey,
} from './pool';
import { currentEpoch, forgetVisited, markSeen, scratch, visited } from './scratch';

/**
 * Finds the nodes of a level that are nearest to the point that is measured from.
 *
 * @param breadth - how many are kept, `ef` in the paper.
 * @param sameMax - see `openPool`.
 * @see Malkov, Yashunin (2018), algorithm 2
 */
export function walk(start: u32, level: u32, breadth: u32, sameMax: u32): void {
  forgetVisited();
  openPool(scratch(at.POOL), breadth, sameMax);
  begin(start);
  goOn(level);
}

/** Puts one more node where the walk begins. */
export function begin(start: u32): void {
  markSeen(start);
  const slots = scratch(at.NEIGHBOURS);
  v128.store(slots, i32x4.splat(start));
  offer(entryOf(<u32>i32x4.extract_lane(keys4(slots), 0), start));
}

export function goOn(level: u32): void {
  const slots = scratch(at.NEIGHBOURS);
  for (let next = nextToExpand(); next != at.NOBODY; next = nextToExpand()) {
    const second = nextToExpand();
    fetchLinks(second, level);
    let end = gather(slots, linksOf(next, level));
    if (second != at.NOBODY) end = gather(end, linksOf(second, level));
    fetchLinks(peek(), level);
    consider(slots, end);
  }
}

/**
 * Collects the linked nodes that were not seen; all have been, afterwards. Whether one was is a
 * coin toss, so nothing branches on it: each is written, and the end moves on or does not.
 *
 * @returns where the list ends.
 */
@inline
function gather(slots: usize, list: usize): usize {
  const seen = visited();
  const epoch = currentEpoch();
  let end = slots;
  const last = list + (atomic.load<u32>(list) << 2); // before the slots, as it is written after
  for (let link = list; link < last; link += 4) {
    const slot = load<u32>(link, 4);
    const mark = seen + (slot << 1);
    store<u32>(end, slot);
    end += (<usize>(load<u16>(mark) != epoch)) << 2;
    store<u16>(mark, epoch);
  }
  return end;
}

/**
 * Offers the nodes between two addresses to the pool. All keys are computed before the first is
 * looked at: nothing then depends on them but the end of the loop, and the processor fetches the
 * next rows while it waits for these.
 */
export function consider(slots: usize, end: usize): void {
  v128.store(end, i32x4.splat(0)); // there is always a slot 0 to fill up the last four with
  const keys = end + 16;
  measure(slots, end, keys);
  const count = <i32>((end - slots) >> 2);
  for (let i: i32 = 0; i < count; i += 4) {
    const four = keys + ((<usize>i) << 2);
    let better = i32x4.bitmask(i32x4.le_u(v128.load(four), i32x4.splat(worstKey())));
    if (count - i < 4) better &= (1 << (count - i)) - 1;
    for (; better; better &= better - 1) {
      const lane = (<usize>(i + ctz(better))) << 2;
      offer(entryOf(load<u32>(keys + lane), load<u32>(slots + lane)));
    }
  }
}

/** Of what may be copies of each other, an insert looks at so many. */
export const SAME_LINKED: u32 = 2;

/** From the entry point down to a level, on each the nearest only. @returns the nearest there. */
export function descend(to: u32): u32 {
  let nearest = load<u32>(at.ENTRY);
  for (let level = load<u32>(at.TOP); level > to; level--) {
    walk(nearest, level, 1, 1);
    nearest = slotOf(poolAt());
  }
  return nearest;
}
