/** How several threads link what was put in place before. */
import * as at from '../src/memory-map';
import { link } from './link';

/**
 * Links slots from `NEXT` to below `END`, of which each thread takes one after the other, until
 * somebody sets `STOP`; a slot that was taken is linked.
 *
 * @param most - so many, and then back to the caller.
 * @returns how many this thread has linked.
 */
export function linkSome(most: u32): u32 {
  let linked: u32 = 0;
  while (linked < most && atomic.load<u32>(at.STOP) == 0) {
    const slot = atomic.add<u32>(at.NEXT, 1);
    if (slot >= load<u32>(at.END)) break;
    link(slot);
    linked++;
  }
  return linked;
}
