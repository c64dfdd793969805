/** The walk of a search of which few nodes pass the filter. */
import * as at from '../src/memory-map';
import { fetchLinks } from './fetch';
import { hasBit, linksOf } from './links';
import { nextToExpand } from './pool';
import { markSeen, scratch, seen } from './scratch';
import { begin, consider } from './walk';

/** Where the walk begins besides its entry, lest those that pass are all somewhere else. */
const SEEDS: u32 = 8;
/** As many are collected, about, before they are measured. */
const COLLECTED_MAX: usize = 700;

@inline
function passes(slot: u32): bool {
  return hasBit(scratch(at.PASSING), slot);
}

/** Begins at some nodes that pass, spread over all. */
export function beginAtSeeds(): void {
  const words = (load<u32>(at.COUNT) + 63) >> 6;
  const passing = scratch(at.PASSING);
  for (let i: u32 = 0; i < SEEDS; i++) {
    const last = <u32>((<u64>words * (i + 1)) / SEEDS);
    for (let word = <u32>((<u64>words * i) / SEEDS); word < last; word++) {
      const bits = load<u64>(passing + (word << 3));
      if (bits == 0) continue;
      const slot = (word << 6) + <u32>ctz(bits);
      if (!seen(slot)) begin(slot);
      break;
    }
  }
}

/**
 * Goes on over nodes that pass alone: where a neighbour does not, over its neighbours that do.
 *
 * @see Patel, Kraft, Guestrin, Zaharia, "ACORN" (2024), the variant that needs no other graph
 */
export function goOnPassing(): void {
  const slots = scratch(at.NEIGHBOURS);
  for (let next = nextToExpand(); next != at.NOBODY; next = nextToExpand()) {
    const list = linksOf(next, 0);
    const others = scratch(at.PARTNERS);
    let end = slots;
    let otherCount: usize = 0;
    for (let i = load<u32>(list); i > 0; i--) {
      const slot = load<u32>(list + (i << 2));
      if (seen(slot)) continue;
      markSeen(slot);
      if (passes(slot)) {
        store<u32>(end, slot);
        end += 4;
      } else {
        fetchLinks(slot, 0);
        store<u32>(others + (otherCount++ << 2), slot);
      }
    }
    for (let i: usize = 0; i < otherCount && end - slots < COLLECTED_MAX << 2; i++)
      end = collectPassing(end, linksOf(load<u32>(others + (i << 2)), 0));
    if (end > slots) consider(slots, end);
  }
}

/** Those of a list that pass and were not seen. @returns where they end. */
function collectPassing(end: usize, list: usize): usize {
  for (let i = load<u32>(list); i > 0; i--) {
    const slot = load<u32>(list + (i << 2));
    if (!passes(slot) || seen(slot)) continue;
    markSeen(slot);
    store<u32>(end, slot);
    end += 4;
  }
  return end;
}
