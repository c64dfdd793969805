/** A whole search in one call, from the admitted vector to what is delivered at `FOUND`. */
import * as at from '../src/memory-map';
import { floatOf, queryExactly, queryInBits, queryInCodes } from './keys';
import { hasBit, isDead } from './links';
import { admittedFactor } from './place';
import { keyOf, openPool, poolAt, poolSize, slotOf } from './pool';
import { forgetVisited, markSeen, scratch } from './scratch';
import { begin, consider, descend, goOn } from './walk';

/**
 * Of what may be copies of each other, a search looks at so many at least. An eighth of the pool
 * may be theirs: of sparse vectors most are orthogonal, and under `dot` and `cosine` all those are
 * at one distance without being copies.
 */
const SAME_MIN: u32 = 8;

/**
 * Searches the graph.
 *
 * @param ef - how many candidates are kept, at least `k`.
 * @param filtered - whether only slots whose bit in `PASSING` is set may be delivered.
 * @param without - a node on level 0 alone that the search is not to see, or `NOBODY`.
 * @returns how many were found.
 */
export function search(k: u32, ef: u32, filtered: bool, without: u32): u32 {
  const exact = prepare();
  if (load<u32>(at.ENTRY) == at.NOBODY) return 0;
  const start = descend(0);
  forgetVisited();
  if (without != at.NOBODY) markSeen(without);
  openPool(scratch(at.POOL), ef, max<u32>(k, max<u32>(ef >> 3, SAME_MIN)));
  begin(start);
  // from the entry point all is reached, which from elsewhere is most likely but not certain
  const entry = load<u32>(at.ENTRY);
  if (entry != start) begin(entry);
  goOn(0);
  return deliver(k, filtered, exact);
}

/**
 * Compares with every vector that passes, of the slots from `first`, a multiple of 64, to below
 * `last`.
 *
 * @param exactly - in 32-bit floats; else as a search does, with a second look at the best.
 */
export function scan(k: u32, filtered: bool, exactly: bool, first: u32, last: u32): u32 {
  let exact = true;
  if (exactly) queryExactly(admittedFactor());
  else exact = prepare();
  const kept = exact ? k : rerankCount(k);
  openPool(scratch(at.POOL), kept, kept);
  const slots = scratch(at.NEIGHBOURS);
  const passing = scratch(at.PASSING);
  let end = slots;
  for (let base = first; base < last; base += 64) {
    const bytes = base >> 3;
    let bits = ~load<u64>(load<u32>(at.DEAD) + bytes);
    if (filtered) bits &= load<u64>(passing + bytes);
    if (last - base < 64) bits &= ((<u64>1) << (last - base)) - 1;
    for (; bits; bits &= bits - 1) {
      store<u32>(end, base + <u32>ctz(bits));
      end += 4;
    }
    if (end - slots >= 256) {
      consider(slots, end);
      end = slots;
    }
  }
  if (end > slots) consider(slots, end);
  return deliver(k, filtered, exact);
}

/** @returns whether keys are distances to full precision. */
function prepare(): bool {
  const traversal = load<u32>(at.TRAVERSAL);
  if (traversal == at.ON_CODES) queryInCodes(admittedFactor());
  else if (traversal == at.ON_BITS) queryInBits(admittedFactor());
  else queryExactly(admittedFactor());
  return traversal == at.EXACT;
}

@inline
function rerankCount(k: u32): u32 {
  return max<u32>(3 * k, 30);
}

/** Of the candidates of the last search, so many were alive and passed the filter. */
export function passed(): u32 {
  return passedCount;
}

let passedCount: u32 = 0;

/** Bits are so coarse that a second look at all pays: with half of them, `ef` had to be doubled. */
function deliver(k: u32, filtered: bool, exact: bool): u32 {
  let wanted = k;
  if (!exact) wanted = load<u32>(at.TRAVERSAL) == at.ON_BITS ? poolSize() : rerankCount(k);
  const slots = scratch(at.NEIGHBOURS);
  const entries = poolAt();
  const last = entries + (poolSize() << 3);
  let count: u32 = 0;
  let kept = entries;
  passedCount = 0;
  for (let entry = entries; entry < last; entry += 8) {
    const slot = slotOf(entry);
    if (isDead(slot) || (filtered && !hasBit(scratch(at.PASSING), slot))) continue;
    passedCount++;
    if (count == wanted) continue;
    store<u64>(kept, load<u64>(entry));
    store<u32>(slots + (count << 2), slot);
    kept += 8;
    count++;
  }
  if (exact) return writeFound(entries, count);
  queryExactly(admittedFactor());
  openPool(scratch(at.SECOND), k, k);
  if (count) consider(slots, slots + (count << 2));
  return writeFound(poolAt(), poolSize());
}

/** An f64 distance for each, then a u32 slot for each. */
function writeFound(entries: usize, count: u32): u32 {
  const found = scratch(at.FOUND);
  const slots = found + (count << 3);
  const isL2 = load<u32>(at.METRIC) == at.L2;
  for (let i: u32 = 0; i < count; i++) {
    const entry = entries + (i << 3);
    const distance = <f64>floatOf(keyOf(entry));
    // an inner product of 0 is no distance of -0
    store<f64>(found + (i << 3), isL2 ? sqrt<f64>(distance) : distance + 0);
    store<u32>(slots + (i << 2), slotOf(entry));
  }
  return count;
}
