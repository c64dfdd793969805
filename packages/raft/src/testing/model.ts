import type { Random } from '@ruvector/core';
import type { Entry, HardState, Restored, Snapshot } from '../entry.js';
import type { Batch } from '../storage.js';

/** What a storage should have: the law of `RaftStorage` in the plainest words, never dropping. */
export interface Model {
  readonly hardState: HardState | undefined;
  readonly snapshot: Snapshot | undefined;
  /** By index; those up to the snapshot may be missing in a storage. */
  readonly entries: ReadonlyMap<number, Entry>;
}

export const EMPTY: Model = { hardState: undefined, snapshot: undefined, entries: new Map() };

/** The model after one more batch. */
export function after(model: Model, batch: Batch): Model {
  const entries = new Map(model.entries);
  const { snapshot } = batch;
  if (snapshot !== undefined && entries.get(snapshot.index)?.term !== snapshot.term)
    entries.clear();
  const first = batch.entries[0]?.index ?? Infinity;
  for (const index of [...entries.keys()]) if (index >= first) entries.delete(index);
  for (const entry of batch.entries) entries.set(entry.index, entry);
  return {
    hardState: batch.hardState ?? model.hardState,
    snapshot: snapshot ?? model.snapshot,
    entries,
  };
}

/** Index of the last entry, or of the one that the snapshot ends with. */
export const lastOf = ({ snapshot, entries }: Model): number =>
  Math.max(snapshot?.index ?? 0, ...entries.keys());

/** Why what was loaded is not what it should be, `undefined` if it is. */
export function difference(loaded: Restored, model: Model): string | undefined {
  const { hardState, snapshot, entries } = loaded;
  if (textOf(hardState) !== textOf(model.hardState))
    return `hard state ${textOf(hardState)}, expected ${textOf(model.hardState)}`;
  if (textOf(snapshot) !== textOf(model.snapshot))
    return `snapshot ${textOf(snapshot)}, expected ${textOf(model.snapshot)}`;
  const covered = model.snapshot?.index ?? 0;
  const first = entries[0]?.index ?? covered + 1;
  if (first > covered + 1) return `the first entry is ${first}, the snapshot ends with ${covered}`;
  const last = entries.at(-1)?.index ?? covered;
  if (last !== lastOf(model)) return `the last entry is ${last}, expected ${lastOf(model)}`;
  for (const [i, entry] of entries.entries()) {
    const expected = model.entries.get(entry.index);
    if (entry.index !== first + i) return `entry ${first + i} is missing`;
    if (textOf(entry) !== textOf(expected))
      return `entry ${textOf(entry)}, expected ${textOf(expected)}`;
  }
  return undefined;
}

/** Equal for what is equal, whatever the order of keys. */
function textOf(value: Entry | HardState | Snapshot | undefined): string {
  if (value === undefined) return 'nothing';
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(sorted, (_, each: unknown) =>
    each instanceof Uint8Array ? Array.from(each).join(' ') : each,
  );
}

/** What a member could come to store next: entries, a vote, a conflict, a snapshot. */
export function nextBatch(model: Model, random: Random, entryBytesMax = 700): Batch {
  const below = (bound: number) => Math.floor(random.next() * bound);
  const term = model.hardState?.term ?? 1;
  const covered = model.snapshot?.index ?? 0;
  const last = lastOf(model);
  const bytes = (length: number) => Uint8Array.from({ length }, () => below(256));
  const entries = (from: number, count: number, of: number): Entry[] =>
    Array.from({ length: count }, (_, i) => ({
      term: of,
      index: from + i,
      type: below(5) === 0 ? 'confChange' : 'normal',
      data: bytes(below(4) === 0 ? 0 : below(entryBytesMax)),
    }));
  const state = (of: number) => ({ term: of, vote: below(2) === 0 ? null : 'b', commit: covered });
  const snapshotAt = (index: number, of: number): Snapshot => ({
    index,
    term: of,
    config: { voters: ['a', 'b', 'c'], votersOutgoing: [], learners: below(2) === 0 ? [] : ['d'] },
    data: bytes(below(2_000)),
  });
  const choice = below(10);
  if (choice === 0) return { hardState: state(term + 1), entries: [] };
  if (choice === 1 && last > covered) {
    const index = covered + 1 + below(last - covered);
    return { entries: [], snapshot: snapshotAt(index, model.entries.get(index)!.term) };
  }
  if (choice === 2) {
    const index = covered + 1 + below(last - covered + 5);
    const behind = entries(index + 1, below(3), term + 1);
    return { hardState: state(term + 1), entries: behind, snapshot: snapshotAt(index, term + 1) };
  }
  if (choice === 3) {
    const from = covered + 1 + below(last - covered + 1);
    return { hardState: state(term + 1), entries: entries(from, 1 + below(3), term + 1) };
  }
  return { entries: entries(last + 1, 1 + below(4), term) };
}
