import type { Entry, HardState, Snapshot } from '../../entry.js';
import type { Batch, RaftStorage } from '../../storage.js';
import { after, EMPTY, type Model } from '../model.js';
import type { OpenedStorage } from '../opened-storage.js';

/** A sentence of the law, and how to see whether it holds. */
export interface RaftStorageCase {
  readonly title: string;
  /** What a storage must claim to be tried. */
  readonly needs?: readonly ('durable' | 'crash')[];
  run(opened: OpenedStorage): Promise<void>;
}

/** An entry whose data says which it is. */
export const entry = (index: number, term = 1, data = Uint8Array.of(index, term)): Entry => ({
  term,
  index,
  type: 'normal',
  data,
});

/** Entries of one term, both ends included. */
export const entries = (first: number, last: number, term = 1): Entry[] =>
  Array.from({ length: last - first + 1 }, (_, i) => entry(first + i, term));

export const state = (term: number, vote: string | null = null, commit = 0): HardState => ({
  term,
  vote,
  commit,
});

export const snapshot = (index: number, term = 1, data = Uint8Array.of(index)): Snapshot => ({
  index,
  term,
  config: { voters: ['a', 'b'], votersOutgoing: ['a'], learners: ['c'] },
  data,
});

/** Appends one after the other; the model says what is there then. */
export async function appendAll(
  storage: RaftStorage,
  batches: readonly Batch[],
  from: Model = EMPTY,
): Promise<Model> {
  for (const batch of batches) await storage.append(batch);
  return batches.reduce(after, from);
}
