import type { Configuration } from './configuration.js';

interface Dated {
  readonly index: number;
  readonly configuration: Configuration;
}

/**
 * The configurations of a log. One holds from the entry that carries it, committed or not, and so
 * goes when that entry goes (§6).
 */
export class ConfigurationHistory {
  #all: Dated[];

  /** @param index - where the first configuration holds from. */
  constructor(index: number, configuration: Configuration) {
    this.#all = [{ index, configuration }];
  }

  /** The one that holds now. */
  get latest(): Configuration {
    return this.#all.at(-1)!.configuration;
  }

  /** The entry that `latest` holds from. */
  get latestIndex(): number {
    return this.#all.at(-1)!.index;
  }

  /** From which entry on it is known who the members are: a joiner is told by an entry. */
  get knownFrom(): number {
    return (
      this.#all.find(({ configuration }) => configuration.voters.length > 0)?.index ?? Infinity
    );
  }

  /** The one that holds at an entry. */
  at(index: number): Configuration {
    return this.#all.findLast((each) => each.index <= index)!.configuration;
  }

  /** Those that may hold, where what is committed goes up to `commit`. */
  since(commit: number): Configuration[] {
    const first = this.#all.findLastIndex((each) => each.index <= commit);
    return this.#all.slice(Math.max(0, first)).map(({ configuration }) => configuration);
  }

  push(index: number, configuration: Configuration): void {
    this.#all.push({ index, configuration });
  }

  /** Forgets those of entries that were truncated. */
  truncateFrom(index: number): void {
    this.#all = this.#all.filter((each, i) => i === 0 || each.index < index);
  }

  /** Forgets what no entry from `index` on needs. */
  compactTo(index: number): void {
    const first = this.#all.findLastIndex((each) => each.index <= index);
    this.#all.splice(0, Math.max(0, first));
  }
}
