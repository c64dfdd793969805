/**
 * The best that was found, nearest first: sorted numbers of 64 bits, the key above, then the slot,
 * then a bit that says that its neighbours were looked at. Equal keys sort by slot.
 */

let first: usize = 0;
let size: u32 = 0;
let bound: u32 = 0;
/** Bytes of so many entries: of entries with one key, about that many are taken. */
let alike: u32 = 0;
/** From here on nothing was looked at; before, all but some that came later. */
let frontier: u32 = 0;
/** How many those are, and the first place where one may be. */
let pending: u32 = 0;
let cursor: u32 = 0;

/**
 * Begins an empty pool of at most `max` entries at `address`, which has room for two more.
 *
 * @param sameMax - what has the same key is, most likely, a copy of the same vector: a pool full of
 *   copies would see no way on. Above this many of a key, only lower slots are taken.
 */
export function openPool(address: usize, max: u32, sameMax: u32): void {
  alike = sameMax << 3;
  first = address;
  size = 0;
  bound = max;
  frontier = 0;
  pending = 0;
}

@inline
export function poolAt(): usize {
  return first;
}

@inline
export function poolSize(): u32 {
  return size;
}

@inline
export function entryOf(key: u32, slot: u32): u64 {
  return ((<u64>key) << 32) | ((<u64>slot) << 1);
}

@inline
export function slotOf(entry: usize): u32 {
  return load<u32>(entry) >> 1;
}

@inline
export function keyOf(entry: usize): u32 {
  return load<u32>(entry, 4);
}

/** What a key must not exceed to have a chance. */
@inline
export function worstKey(): u32 {
  return size < bound ? 0xffffffff : keyOf(first + ((size - 1) << 3));
}

/** Takes the entry if it is better than the worst of a full pool. */
export function offer(entry: u64): void {
  let n = size;
  if (n == bound) {
    if (entry >= load<u64>(first + ((n - 1) << 3))) return;
    n--;
  }
  const place = lowerBound(entry, n);
  if (place - first >= alike && keyOf(place - alike) == <u32>(entry >> 32)) return;
  let end = first + (n << 3);
  if (end - place > 512) memory.copy(place + 8, place, end - place);
  else {
    while (end - place >= 16) {
      end -= 16;
      v128.store(end + 8, v128.load(end));
    }
    if (end > place) store<u64>(place + 8, load<u64>(place));
  }
  store<u64>(place, entry);
  size = n + 1;
  const rank = <u32>((place - first) >> 3);
  if (rank >= frontier) return;
  frontier = min(frontier + 1, size);
  cursor = pending++ == 0 ? rank : min(cursor, rank);
}

/** Without branches that depend on the keys, which no processor could predict. */
@inline
function lowerBound(entry: u64, n: u32): usize {
  let base = first;
  let length = n;
  while (length > 1) {
    const half = length >> 1;
    const next = base + (half << 3);
    base = select<usize>(next, base, load<u64>(next - 8) < entry);
    length -= half;
  }
  return base + ((<usize>(length == 1 && load<u64>(base) < entry)) << 3);
}

/** What `nextToExpand` would give now, most likely. */
@inline
export function peek(): u32 {
  const likely = pending ? cursor : frontier;
  return likely < size ? slotOf(first + (likely << 3)) : 0xffffffff;
}

/** The nearest whose neighbours were not looked at, which are now; or `0xffffffff`. */
@inline
export function nextToExpand(): u32 {
  if (pending) {
    for (let i = cursor; i < frontier; i++) {
      const entry = first + (i << 3);
      if (load<u32>(entry) & 1) continue;
      pending--;
      cursor = i + 1;
      return expand(entry);
    }
    pending = 0; // the last one has dropped out at the end
  }
  if (frontier >= size) return 0xffffffff;
  return expand(first + (frontier++ << 3));
}

@inline
function expand(entry: usize): u32 {
  const low = load<u32>(entry);
  store<u32>(entry, low | 1);
  return low >> 1;
}
