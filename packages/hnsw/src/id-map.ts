import { compareIds } from '@ruvector/core/memory';
import type { VectorId } from '@ruvector/core';

const EMPTY = 0xffffffff;
/** Marks, in `#numbers`, a slot whose id is a string. */
const IS_STRING = NaN;

/**
 * Which id is in which slot, and back. Ids that are the numbers of their slots, as those are that
 * the index gave itself, take no memory; other numbers take 8 bytes and a place in a hash table of
 * whole numbers; strings a place in a `Map`.
 */
export class IdMap {
  /** Slots below have the number of the slot as id, unless one of the fields below says else. */
  #dense = 0;
  #numbers: Float64Array | undefined;
  readonly #strings: (string | undefined)[] = [];
  readonly #slotOfString = new Map<string, number>();
  readonly #slotOfNumber = new NumberTable();

  /** Whether the ids sort as the slots do, so that ties by slot are ties by id. */
  get inOrder(): boolean {
    return this.#numbers === undefined;
  }

  slotOf(id: VectorId): number | undefined {
    if (typeof id === 'string') return this.#slotOfString.get(id);
    if (this.#numbers === undefined)
      return id >= 0 && id < this.#dense && Number.isInteger(id) ? id : undefined;
    return this.#slotOfNumber.get(id, this.#numbers);
  }

  /** @param slot - that is taken. */
  idOf(slot: number): VectorId {
    if (this.#numbers === undefined) return slot;
    const id = this.#numbers[slot]!;
    return id === id ? id : this.#strings[slot]!;
  }

  /** The slot must be free and the id unknown. */
  set(slot: number, id: VectorId): void {
    if (this.#numbers === undefined) {
      if (id === slot && slot === this.#dense) {
        this.#dense++;
        return;
      }
      this.#writeDown();
    }
    const numbers = this.#reserve(slot + 1);
    if (typeof id === 'string') {
      numbers[slot] = IS_STRING;
      this.#strings[slot] = id;
      this.#slotOfString.set(id, slot);
    } else {
      numbers[slot] = id;
      this.#slotOfNumber.set(id, slot, numbers);
    }
  }

  delete(slot: number): void {
    if (this.#numbers === undefined) this.#writeDown();
    const id = this.idOf(slot);
    if (typeof id === 'string') {
      this.#slotOfString.delete(id);
      this.#strings[slot] = undefined;
    } else this.#slotOfNumber.delete(id, this.#numbers!);
  }

  /** Forgets the slots from one on to below another, which is the end of those in use. */
  drop(first: number, end: number): void {
    if (this.#numbers === undefined) this.#dense = first;
    else for (let slot = first; slot < end; slot++) this.delete(slot);
  }

  clear(): void {
    this.#dense = 0;
    this.#numbers = undefined;
    this.#strings.length = 0;
    this.#slotOfString.clear();
    this.#slotOfNumber.clear();
  }

  /** Bytes of what is not in a `Map`. */
  get bytes(): number {
    return (this.#numbers?.byteLength ?? 0) + this.#slotOfNumber.bytes;
  }

  /** Ids are no longer the numbers of slots: from now on they are kept. */
  #writeDown(): void {
    const numbers = new Float64Array(Math.max(64, 2 * this.#dense));
    this.#numbers = numbers;
    for (let slot = 0; slot < this.#dense; slot++) {
      numbers[slot] = slot;
      this.#slotOfNumber.set(slot, slot, numbers);
    }
  }

  #reserve(length: number): Float64Array {
    const numbers = this.#numbers!;
    if (length <= numbers.length) return numbers;
    this.#numbers = new Float64Array(Math.max(length, Math.ceil(1.5 * numbers.length)));
    this.#numbers.set(numbers);
    return this.#numbers;
  }
}

/** From a number to its slot: open addressing over slots, the numbers themselves are elsewhere. */
class NumberTable {
  #slots = new Uint32Array(0);
  #size = 0;

  get bytes(): number {
    return this.#slots.byteLength;
  }

  get(id: number, numbers: Float64Array): number | undefined {
    if (this.#size === 0) return undefined;
    const slot = this.#slots[this.#placeOf(id, numbers)]!;
    return slot === EMPTY ? undefined : slot;
  }

  set(id: number, slot: number, numbers: Float64Array): void {
    if (4 * (this.#size + 1) > 3 * this.#slots.length) this.#grow(numbers);
    this.#slots[this.#placeOf(id, numbers)] = slot;
    this.#size++;
  }

  /** Those behind move up, so that no search ends early: no marks of what was are left. */
  delete(id: number, numbers: Float64Array): void {
    const mask = this.#slots.length - 1;
    let hole = this.#placeOf(id, numbers);
    this.#size--;
    for (let place = (hole + 1) & mask; this.#slots[place] !== EMPTY; place = (place + 1) & mask) {
      const home = hashOf(numbers[this.#slots[place]!]!) & mask;
      if (((place - home) & mask) < ((place - hole) & mask)) continue;
      this.#slots[hole] = this.#slots[place]!;
      hole = place;
    }
    this.#slots[hole] = EMPTY;
  }

  clear(): void {
    this.#slots = new Uint32Array(0);
    this.#size = 0;
  }

  /** Where the id stands, or where it would. */
  #placeOf(id: number, numbers: Float64Array): number {
    const mask = this.#slots.length - 1;
    let place = hashOf(id) & mask;
    for (;;) {
      const slot = this.#slots[place]!;
      if (slot === EMPTY || numbers[slot] === id) return place;
      place = (place + 1) & mask;
    }
  }

  #grow(numbers: Float64Array): void {
    const before = this.#slots;
    this.#slots = new Uint32Array(Math.max(64, 2 * before.length)).fill(EMPTY);
    for (const slot of before)
      if (slot !== EMPTY) this.#slots[this.#placeOf(numbers[slot]!, numbers)] = slot;
  }
}

/** Both halves of the integer count, and all bits of the result depend on all of them. */
function hashOf(id: number): number {
  let h = Math.imul((id | 0) ^ Math.imul(Math.floor(id / 4294967296) | 0, 0x9e3779b1), 0x85ebca6b);
  h ^= h >>> 15;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 13)) >>> 0;
}

/** Orders hits as the contract says. */
export function compareHits(
  a: { distance: number; id: VectorId },
  b: { distance: number; id: VectorId },
): number {
  return a.distance - b.distance || compareIds(a.id, b.id);
}
