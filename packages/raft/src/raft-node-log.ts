import { copyOf, type LogEntry } from './raft-node-messages.js';

/** The log of a `RaftNode`, in memory: entries from index 1 on. What it gives out are copies. */
export class RaftNodeLog {
  readonly #entries: LogEntry[] = [];

  /** 0 if it is empty. */
  get lastIndex(): number {
    return this.#entries.length;
  }

  get lastTerm(): number {
    return this.#entries.at(-1)?.term ?? 0;
  }

  /** 0 before the beginning, `undefined` behind the end. */
  termAt(index: number): number | undefined {
    return index === 0 ? 0 : this.#entries[index - 1]?.term;
  }

  /** Keeps the entry itself: its command belongs to the log. */
  append(entry: LogEntry): void {
    this.#entries.push(entry);
  }

  /** Drops the entry at this index and all behind it. */
  truncateFrom(index: number): void {
    this.#entries.length = index - 1;
  }

  /** The first entry with the term of the one at this index, which must be there. */
  firstOfTermAt(index: number): number {
    const term = this.termAt(index);
    let first = index;
    while (first > 1 && this.termAt(first - 1) === term) first -= 1;
    return first;
  }

  /** The last entry before `end` with at most this term, 0 if there is none. */
  lastUpToTerm(term: number, end: number): number {
    let index = Math.min(end - 1, this.lastIndex);
    while (index > 0 && this.termAt(index)! > term) index -= 1;
    return index;
  }

  /** `undefined` where there is none. */
  entryAt(index: number): LogEntry | undefined {
    const entry = this.#entries[index - 1];
    return entry && { ...entry, command: copyOf(entry.command) };
  }

  /** From an index on, so many at most, and so many bytes of commands; at least one if there is. */
  entriesFrom(index: number, countMax: number, bytesMax: number): LogEntry[] {
    const taken: LogEntry[] = [];
    let bytes = 0;
    for (const entry of this.#entries.slice(index - 1, index - 1 + countMax)) {
      bytes += entry.command.length;
      if (taken.length > 0 && bytes > bytesMax) break;
      taken.push({ ...entry, command: copyOf(entry.command) });
    }
    return taken;
  }
}
