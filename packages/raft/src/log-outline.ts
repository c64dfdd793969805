import { checkBytes, checkId, checkInteger, checkObject } from '@ruvector/core';
import { MEMBERS_MAX } from './configuration.js';
import type { Entry, HardState, Restored, Snapshot } from './entry.js';
import { entryRecordBytes } from './records.js';
import type { Batch } from './storage.js';

/**
 * What a storage has, as far as a next batch must fit to it: the terms of its entries, as runs of
 * equal ones, of which a log has few. Does no I/O.
 */
export class LogOutline {
  /** Ascending by `from`. */
  #runs: { readonly from: number; readonly term: number }[] = [];
  #last = 0;
  #snapshotIndex = 0;

  /** Takes in what is stored already. */
  constructor({ snapshot, entries }: Restored = { entries: [] }) {
    this.#snapshotIndex = this.#last = snapshot?.index ?? 0;
    this.#append(entries);
  }

  /** Index of the last entry, or of the one that the snapshot ends with. */
  get last(): number {
    return this.#last;
  }

  /** Index of the last entry that the snapshot stands for, 0 without one. */
  get snapshotIndex(): number {
    return this.#snapshotIndex;
  }

  /**
   * Takes in a batch that is about to be stored.
   *
   * @returns whether the entries behind its snapshot stay.
   * @throws TypeError or RangeError for what is no batch or does not fit; nothing has changed then.
   */
  take(batch: Batch): boolean {
    checkBatch(batch);
    const { snapshot, entries } = batch;
    const keeps = this.#keeps(snapshot);
    this.#checkFit(batch, keeps);
    if (snapshot !== undefined) {
      this.#snapshotIndex = snapshot.index;
      if (!keeps) {
        this.#runs = [];
        this.#last = snapshot.index;
      } else if (this.#runs.length > 1) {
        const first = this.#runs.findLastIndex(({ from }) => from <= snapshot.index);
        this.#runs.splice(0, first);
      }
    }
    this.#append(entries);
    return keeps;
  }

  #keeps(snapshot: Snapshot | undefined): boolean {
    return snapshot === undefined || this.#termAt(snapshot.index) === snapshot.term;
  }

  #termAt(index: number): number | undefined {
    if (index > this.#last) return undefined;
    return this.#runs.findLast(({ from }) => from <= index)?.term;
  }

  #checkFit({ snapshot, entries }: Batch, keeps: boolean): void {
    if (snapshot !== undefined && snapshot.index <= this.#snapshotIndex)
      throw new RangeError(
        `batch.snapshot.index must be above ${this.#snapshotIndex}, got ${snapshot.index}`,
      );
    if (entries.length === 0) return;
    const min = (snapshot?.index ?? this.#snapshotIndex) + 1;
    const max = (keeps ? this.#last : snapshot!.index) + 1;
    checkInteger('batch.entries[0].index', entries[0]!.index, { min, max });
  }

  #append(entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    const first = entries[0]!.index;
    while (this.#runs.length > 0 && this.#runs.at(-1)!.from >= first) this.#runs.pop();
    for (const { term, index } of entries)
      if (this.#runs.at(-1)?.term !== term) this.#runs.push({ from: index, term });
    this.#last = Math.max(entries.at(-1)!.index, this.#snapshotIndex);
  }
}

function checkBatch(batch: Batch): void {
  checkObject('batch', batch, { keys: ['hardState', 'entries', 'snapshot'] });
  if (batch.hardState !== undefined) checkHardState(batch.hardState);
  if (batch.snapshot !== undefined) checkSnapshot('batch.snapshot', batch.snapshot);
  const { entries } = batch;
  if (!Array.isArray(entries))
    throw new TypeError(`batch.entries must be an array, got ${typeof entries}`);
  let bytes = 0;
  for (let i = 0; i < entries.length; i++) {
    checkEntry(entries[i], i, entries[0]?.index + i);
    bytes += entryRecordBytes(entries[i]);
  }
  if (bytes > BATCH_BYTES_MAX)
    throw new RangeError(`batch.entries must have at most ${BATCH_BYTES_MAX} bytes, got ${bytes}`);
}

function checkEntry(entry: Entry, i: number, index: number): void {
  const name = `batch.entries[${i}]`;
  checkObject(name, entry);
  checkInteger(`${name}.term`, entry.term, { min: 1 });
  checkInteger(`${name}.index`, entry.index, { min: 1 });
  if (entry.index !== index)
    throw new RangeError(`${name}.index must be ${index}, got ${entry.index}`);
  if (entry.type !== 'normal' && entry.type !== 'confChange')
    throw new RangeError(`${name}.type must be normal or confChange, got ${String(entry.type)}`);
  checkBytes(`${name}.data`, entry.data, { max: BATCH_BYTES_MAX });
}

function checkHardState({ term, vote, commit }: HardState): void {
  checkInteger('batch.hardState.term', term, { min: 0 });
  if (vote !== null) checkId('batch.hardState.vote', vote);
  checkInteger('batch.hardState.commit', commit, { min: 0 });
}

/** Checks what is to be stored. @throws TypeError or RangeError that begins with `name` */
export function checkSnapshot(name: string, snapshot: Snapshot): void {
  checkObject(name, snapshot);
  checkInteger(`${name}.index`, snapshot.index, { min: 1 });
  checkInteger(`${name}.term`, snapshot.term, { min: 1 });
  checkBytes(`${name}.data`, snapshot.data, { max: SNAPSHOT_BYTES_MAX });
  const config = checkObject(`${name}.config`, snapshot.config);
  for (const key of ['voters', 'votersOutgoing', 'learners'] as const) {
    const list = `${name}.config.${key}`;
    if (!Array.isArray(config[key])) throw new TypeError(`${list} must be an array of ids`);
    if (config[key].length > MEMBERS_MAX)
      throw new RangeError(`${list} must have at most ${MEMBERS_MAX} ids`);
    config[key].forEach((id, i) => checkId(`${list}[${i}]`, id));
  }
}

/** Bytes of the entries of one batch, each with 25 around its data. */
const BATCH_BYTES_MAX = 1 << 30;

/** Bytes of a snapshot's data that a storage takes: it is in memory as a whole. */
const SNAPSHOT_BYTES_MAX = 2 ** 31 - 1;
