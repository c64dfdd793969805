import type { Batch, Configuration, Entry, HardState, Restored, Snapshot } from '@ruvector/raft';
import { decodeConfiguration } from '../src/configuration.js';

/** A log as a storage has it: a hard state, a snapshot, and entries behind some base. */
export class LogView {
  hardState: HardState | undefined;
  snapshot: Snapshot | undefined;
  base = 0;
  baseTerm = 0;
  entries: Entry[] = [];

  get lastIndex(): number {
    return this.base + this.entries.length;
  }

  at(index: number): Entry | undefined {
    return this.entries[index - this.base - 1];
  }

  termAt(index: number): number | undefined {
    return index === this.base ? this.baseTerm : this.at(index)?.term;
  }

  /** As the law of `RaftStorage` has it: snapshot, then entries, then the hard state. */
  take({ hardState, entries, snapshot }: Batch): void {
    if (snapshot) this.#install(snapshot);
    const first = entries[0]?.index;
    if (first !== undefined) {
      if (first > this.lastIndex + 1) throw new Error(`a gap before the stored entry ${first}`);
      if (first <= this.lastIndex) this.entries.length = first - this.base - 1;
      for (const entry of entries) this.entries.push(entry);
    }
    if (hardState) this.hardState = hardState;
  }

  #install(snapshot: Snapshot): void {
    const { index, term } = snapshot;
    this.snapshot = snapshot;
    if (index < this.base) return;
    if (this.termAt(index) === term) this.entries.splice(0, index - this.base);
    else this.entries = [];
    this.base = index;
    this.baseTerm = term;
  }

  /** The configurations that may hold here: the last that is committed, and those behind it. */
  configurations(): Configuration[] {
    const found = this.snapshot ? [this.snapshot.config] : [];
    const { commit = 0 } = this.hardState ?? {};
    for (const { index, type, data } of this.entries) {
      if (type !== 'confChange') continue;
      if (index <= commit) found.length = 0;
      found.push(decodeConfiguration(data));
    }
    return found;
  }

  restored(): Restored {
    const { hardState, snapshot, entries } = this;
    return {
      ...(hardState && { hardState }),
      ...(snapshot && { snapshot }),
      entries: [...entries],
    };
  }

  copy(): LogView {
    return Object.assign(new LogView(), this, { entries: [...this.entries] });
  }
}
