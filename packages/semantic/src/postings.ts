import type { Profile } from './profile.js';

interface PostingList {
  slots: number[];
  values: number[];
}

/**
 * For each feature the agents that have it: an inverted index, so that a task is compared only with
 * agents it has something in common with. Agents are small integers, called slots.
 */
export class Postings {
  readonly #lists = new Map<number, PostingList>();

  add(slot: number, { keys, values }: Profile): void {
    for (let i = 0; i < keys.length; i++) {
      const list = this.#lists.get(keys[i]!);
      if (list === undefined) this.#lists.set(keys[i]!, { slots: [slot], values: [values[i]!] });
      else {
        list.slots.push(slot);
        list.values.push(values[i]!);
      }
    }
  }

  /** Takes back `add` with the same profile. */
  remove(slot: number, { keys }: Profile): void {
    for (const key of keys) {
      const list = this.#lists.get(key)!;
      const at = list.slots.indexOf(slot);
      const [lastSlot, lastValue] = [list.slots.pop()!, list.values.pop()!];
      if (list.slots.length === 0) this.#lists.delete(key);
      else if (at < list.slots.length) {
        list.slots[at] = lastSlot;
        list.values[at] = lastValue;
      }
    }
  }

  /** How many agents have a feature. */
  count(key: number): number {
    return this.#lists.get(key)?.slots.length ?? 0;
  }

  /** The inner products of a profile with those in slots below `slotCount`. */
  products({ keys, values }: Profile, slotCount: number): Float64Array {
    const sums = new Float64Array(slotCount);
    for (let i = 0; i < keys.length; i++) {
      const list = this.#lists.get(keys[i]!);
      if (list === undefined) continue;
      const { slots, values: held } = list;
      const value = values[i]!;
      for (let j = 0; j < slots.length; j++) sums[slots[j]!]! += value * held[j]!;
    }
    return sums;
  }
}
