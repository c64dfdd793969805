import { ByteReader, ByteWriter, MalformedError } from '@ruvector/core';
import type { Entry, HardState } from '../entry.js';
import {
  decodeEntry,
  decodeHardState,
  encodeRecord,
  isEntry,
  KIND,
  readNumber,
  writeNumber,
  type LogRecord,
} from '../records.js';
import { decodeReference, type SnapshotReference } from './snapshot-file.js';

/** What the records of a log amount to, one after the other. */
export class Replay {
  hardState: HardState | undefined;
  snapshot: SnapshotReference | undefined;
  entries: Entry[] = [];
  /** Index of the last entry, `undefined` before the first record. */
  #last: number | undefined;

  /**
   * @returns the index of the entry, 0 if the record has none.
   * @throws MalformedError for what does not follow from what came before.
   */
  take(record: LogRecord): number {
    if (isEntry(record)) return this.#takeEntry(decodeEntry(record));
    if (record.kind === KIND.hardState) this.hardState = decodeHardState(record);
    else if (record.kind === KIND.last) this.#takeLast(decodeLast(record));
    else if (record.kind === KIND.snapshotFile) this.#takeSnapshot(decodeReference(record));
    else throw malformed(`a record of kind ${record.kind} is unknown`);
    return 0;
  }

  /** To be called at the end: nothing is missing between the snapshot and the entries. */
  finish(): void {
    const { snapshot, entries } = this;
    const covered = snapshot?.index ?? 0;
    if (entries.length > 0 && entries[0]!.index > covered + 1)
      throw malformed(`entries ${covered + 1} to ${entries[0]!.index - 1} are missing`);
    if (entries.length === 0 && (this.#last ?? 0) > covered)
      throw malformed(`entries ${covered + 1} to ${this.#last} are missing`);
  }

  #takeEntry(entry: Entry): number {
    const { entries } = this;
    // the first may be any: those before it were dropped with their segments
    const at = entries.length === 0 ? 0 : entry.index - entries[0]!.index;
    if (at > entries.length)
      throw malformed(`entry ${entry.index} follows ${entries.at(-1)!.index}`);
    entries.length = Math.max(at, 0);
    entries.push(entry);
    this.#last = entry.index;
    return entry.index;
  }

  /** Said again at the beginning of a segment: the first one left tells what was before it. */
  #takeLast(last: number): void {
    this.#last ??= last;
    if (this.#last !== last) throw malformed(`it ends with entry ${this.#last}, not ${last}`);
  }

  #takeSnapshot(reference: SnapshotReference): void {
    const { index, keeps } = reference;
    this.snapshot = reference;
    const first = this.entries[0]?.index ?? 0;
    if (keeps) this.entries.splice(0, Math.max(0, index + 1 - first));
    else {
      this.entries = [];
      this.#last = index;
    }
  }
}

/** Where the log ended before the batch that this is in. */
export const encodeLast = (last: number): Uint8Array =>
  encodeRecord(KIND.last, writeNumber(new ByteWriter(8), last).bytes());

const decodeLast = ({ body }: LogRecord): number => readNumber(new ByteReader(body, 'last entry'));

const malformed = (reason: string) => new MalformedError(`the log: ${reason}`, { what: 'the log' });
