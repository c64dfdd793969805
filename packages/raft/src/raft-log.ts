import { decodeConfiguration, type Configuration } from './configuration.js';
import { ConfigurationHistory } from './configuration-history.js';
import type { Entry, Snapshot } from './entry.js';
import { InconsistentLogError } from './errors.js';

const NONE: readonly Entry[] = [];

/**
 * The entries behind a base, which is compacted or the beginning, and how far they have come:
 * handed ≥ persisted, commit ≥ applied. Indices count from 1.
 */
export class RaftLog {
  /** Stands for what is not in the log any more; what it begins with, if anything. */
  snapshot: Snapshot | undefined;
  configurations: ConfigurationHistory;
  /** The last entry known to be committed. */
  commit = 0;
  /** The last entry that the state machine has. */
  applied = 0;
  /** The last entry that is stored. */
  persisted = 0;
  /** The last entry that was given out to be stored. */
  handed = 0;
  #baseIndex = 0;
  #baseTerm = 0;
  /** Those behind the base; some at the front may be cut off already. */
  #entries: Entry[] = [];

  constructor(configuration: Configuration) {
    this.configurations = new ConfigurationHistory(0, configuration);
  }

  get baseIndex(): number {
    return this.#baseIndex;
  }

  get lastIndex(): number {
    return this.#baseIndex + this.#entries.length;
  }

  get lastTerm(): number {
    return this.#entries.at(-1)?.term ?? this.#baseTerm;
  }

  /** The configuration that holds now. */
  get configuration(): Configuration {
    return this.configurations.latest;
  }

  /** Snapshots are made of entries from here on: behind the last one, where members are known. */
  get compactableFrom(): number {
    return Math.max((this.snapshot?.index ?? 0) + 1, this.configurations.knownFrom);
  }

  /** `undefined` for what is not in the log: compacted, or not there yet. */
  termAt(index: number): number | undefined {
    return index === this.#baseIndex
      ? this.#baseTerm
      : this.#entries[index - this.#baseIndex - 1]?.term;
  }

  has(index: number, term: number): boolean {
    return this.termAt(index) === term;
  }

  /** Of two logs the later last term is more up to date, then the longer log (§5.4.1). */
  isUpToDate(lastIndex: number, lastTerm: number): boolean {
    return lastTerm > this.lastTerm || (lastTerm === this.lastTerm && lastIndex >= this.lastIndex);
  }

  /** Entries from `first` to `last`, and not more bytes of data than said, but one at least. */
  slice(first: number, last: number, bytesMax: number): readonly Entry[] {
    const from = first - this.#baseIndex - 1;
    const to = Math.min(last - this.#baseIndex, this.#entries.length);
    if (from >= to) return NONE;
    let bytes = this.#entries[from]!.data.length;
    let end = from + 1;
    while (end < to && (bytes += this.#entries[end]!.data.length) <= bytesMax) end++;
    return this.#entries.slice(from, end);
  }

  /** The entries that were not given out to be stored yet; they count as given out from now on. */
  takeUnstored(): readonly Entry[] {
    if (this.handed === this.lastIndex) return NONE;
    const entries = this.slice(this.handed + 1, this.lastIndex, Infinity);
    this.handed = this.lastIndex;
    return entries;
  }

  /** Puts an entry of this leader at the end. */
  push(entry: Entry): void {
    const configuration = configurationIn(entry);
    this.#entries.push(entry);
    if (configuration) this.configurations.push(entry.index, configuration);
  }

  /**
   * Takes entries of a leader behind one that both have. Those that are there already stay, so that
   * a late message does not truncate (§5.3); from the first that contradicts on, they take the
   * place of ours.
   *
   * @returns the entries that were given up.
   * @throws MalformedError if one carries a bad configuration; nothing is changed then.
   */
  append(entries: readonly Entry[]): readonly Entry[] {
    const fresh = entries.findIndex(({ index, term }) => !this.has(index, term));
    if (fresh < 0) return NONE;
    const added = entries.slice(fresh);
    const configurations = added.map(configurationIn);
    const overwritten = this.#truncateFrom(added[0]!.index);
    added.forEach((entry, i) => {
      this.#entries.push(entry);
      if (configurations[i]) this.configurations.push(entry.index, configurations[i]);
    });
    return overwritten;
  }

  #truncateFrom(index: number): readonly Entry[] {
    if (index <= this.commit)
      throw new InconsistentLogError(
        `entry ${index} contradicts a committed one; ${this.commit} are committed`,
      );
    const overwritten = this.#entries.splice(index - this.#baseIndex - 1);
    if (overwritten.length === 0) return NONE;
    this.persisted = Math.min(this.persisted, index - 1);
    this.handed = Math.min(this.handed, index - 1);
    this.configurations.truncateFrom(index);
    return overwritten;
  }

  /**
   * The latest entry up to `index` whose term is at most `term`: later ones cannot agree with a log
   * that has `term` there, and need not be tried (§5.3, end).
   *
   * @returns its index and term, which is 0 where it is not known any more.
   */
  latestUpTo(index: number, term: number): { index: number; term: number } {
    let at = Math.min(index, this.lastIndex);
    while (at > this.#baseIndex && this.termAt(at)! > term) at--;
    return { index: at, term: this.termAt(at) ?? 0 };
  }

  /** @returns whether anything new is committed. */
  commitTo(index: number): boolean {
    const commit = Math.min(index, this.lastIndex);
    if (commit <= this.commit) return false;
    this.commit = commit;
    return true;
  }

  /** Keeps `snapshot` for what it stands for, and of the log what is behind `keptFrom`. */
  compact(snapshot: Snapshot, keptFrom: number): void {
    this.snapshot = snapshot;
    if (keptFrom <= this.#baseIndex) return;
    this.#baseTerm = this.termAt(keptFrom)!;
    this.#entries.splice(0, keptFrom - this.#baseIndex);
    this.#baseIndex = keptFrom;
    this.configurations.compactTo(keptFrom);
  }

  /**
   * Gives up all of the log for a snapshot, which is neither stored nor applied yet.
   *
   * @returns the entries that were given up.
   */
  restore(snapshot: Snapshot): readonly Entry[] {
    const [overwritten, applied] = [this.#entries, this.applied];
    this.startFrom(snapshot);
    this.applied = applied;
    return overwritten;
  }

  /** Begins with what a storage had. */
  startFrom(snapshot: Snapshot): void {
    const { index, term, config } = snapshot;
    this.snapshot = snapshot;
    this.#entries = [];
    this.#baseIndex = index;
    this.#baseTerm = term;
    this.configurations = new ConfigurationHistory(index, config);
    this.commit = this.applied = this.persisted = this.handed = index;
  }
}

const configurationIn = ({ type, data }: Entry): Configuration | undefined =>
  type === 'confChange' ? decodeConfiguration(data) : undefined;
