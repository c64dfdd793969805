import type { VectorId } from '@ruvector/core';
import type { IdMap } from './id-map.js';

/** What decides whether an id may be found. */
export type IdFilter = ((id: VectorId) => boolean) | ReadonlySet<VectorId>;

/** Which slots of a segment pass: a bit each, and how many they are. */
export interface Mask {
  readonly bits: Uint8Array;
  readonly count: number;
}

/** @throws TypeError for what is neither a function nor a set. */
export function checkFilter(filter: unknown): IdFilter {
  if (typeof filter === 'function') return filter as (id: VectorId) => boolean;
  if (filter instanceof Set) return filter as ReadonlySet<VectorId>;
  throw new TypeError(`filter must be a function or a Set, got ${typeof filter}`);
}

/** Slots, which of them are in use, and by whom. */
interface Filtered {
  readonly shard: { readonly count: number; isDead(slot: number): boolean };
  readonly ids: IdMap;
}

/** Asks a predicate about every id, or looks up every id of a set. */
export function maskOf({ shard, ids }: Filtered, filter: IdFilter): Mask {
  const bits = new Uint8Array(8 * Math.ceil(shard.count / 64));
  let count = 0;
  const pass = (slot: number): void => {
    bits[slot >>> 3]! |= 1 << (slot & 7);
    count++;
  };
  if (typeof filter === 'function') {
    for (let slot = 0; slot < shard.count; slot++)
      if (!shard.isDead(slot) && filter(ids.idOf(slot))) pass(slot);
  } else
    for (const id of filter) {
      if (typeof id !== 'string' && typeof id !== 'number')
        throw new TypeError(`filter must be a Set of strings and numbers, got ${typeof id}`);
      const slot = ids.slotOf(id);
      if (slot !== undefined) pass(slot);
    }
  return { bits, count };
}
