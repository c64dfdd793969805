/** How several threads link what was put in place before. */
import * as at from '../src/memory-map';
import { link } from './link';
import { scratch } from './scratch';

/**
 * Links slots from `NEXT` to below `END`, of which each thread takes one after the other, until
 * somebody sets `STOP`; a slot that was taken is linked. At any time `TAKEN` says, plus one, which
 * slot is not, if this thread goes no further.
 *
 * @param most - so many, and then back to the caller.
 * @returns how many this thread has linked.
 */
export function linkSome(most: u32): u32 {
  const taken = scratch(at.TAKEN);
  let linked: u32 = 0;
  while (linked < most && atomic.load<u32>(at.STOP) == 0) {
    const slot = atomic.load<u32>(at.NEXT);
    if (slot >= load<u32>(at.END)) break;
    atomic.store<u32>(taken, slot + 1);
    if (atomic.cmpxchg<u32>(at.NEXT, slot, slot + 1) != slot) continue;
    link(slot);
    linked++;
  }
  atomic.store<u32>(taken, 0);
  return linked;
}
