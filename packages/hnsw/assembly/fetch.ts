/**
 * Fetching rows before they are needed. A search waits for memory more than for anything else, and
 * a processor looks only so many instructions ahead: while it computes with four rows, it does not
 * see the next. A load of one byte of each line, for all rows first, has all of them under way at
 * once; there is no instruction for that in WebAssembly, so the bytes are read in earnest.
 */
import * as at from '../src/memory-map';
import { linksOf } from './links';

/** What was read goes somewhere, or it would not be read. */
let read: u32 = 0;

/** Three lines. */
const SHORT: usize = 192;
/** Of longer rows the processor guesses the rest. */
const LONGEST: usize = 1024;

/** Asks for the rows of the slots from one address to below another. */
export function fetchRows(slots: usize, end: usize, rows: usize, bytes: usize): void {
  let all: u32 = 0;
  if (bytes <= SHORT) {
    const last = bytes - 1;
    const middle = min<usize>(last, 64);
    for (; slots < end; slots += 4) {
      const row = rows + <usize>load<u32>(slots) * bytes;
      all |= load<u8>(row) | load<u8>(row + middle) | load<u8>(row + last);
    }
  } else {
    const reach = min<usize>(bytes, LONGEST);
    for (let from: usize = 0; from < reach; from += 256)
      for (let slot = slots; slot < end; slot += 4) {
        const lines = rows + <usize>load<u32>(slot) * bytes + from;
        all |= load<u8>(lines) | load<u8>(lines, 64) | load<u8>(lines, 128) | load<u8>(lines, 192);
      }
  }
  read = all;
}

/** Asks for the list of a node that is most likely the next to be looked at. */
@inline
export function fetchLinks(slot: u32, level: u32): void {
  if (slot != at.NOBODY)
    read = load<u32>(linksOf(slot, level)) | load<u32>(linksOf(slot, level), 64);
}
