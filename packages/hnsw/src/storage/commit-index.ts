import type { Entry, PlacedEntry } from './commit-file.js';

/** A commit's file, and how much of it is still needed. */
export interface CommitFile {
  readonly number: number;
  /** Of the whole file. */
  readonly bytes: number;
  /** Keys that it puts, needed or not. */
  readonly puts: readonly string[];
  /** Entries that no later file replaces. */
  needed: number;
  /** Bytes of these. */
  neededBytes: number;
}

/** The latest entry on a key, and the file that has it. */
export interface Place extends PlacedEntry {
  readonly file: CommitFile;
}

/** A file below this is small: its entries move together with those of other small ones. */
const SMALL_BYTES = 65_536;

/** So many small files are left alone; one more, and they become one. */
const SMALL_FILES_MAX = 64;

/**
 * Where the latest value of each key is, and which files are needed for what. Does no I/O.
 *
 * A deletion is kept as long as an older file puts its key, which would else be there again when
 * the folder is opened next time.
 */
export class CommitIndex {
  readonly #places = new Map<string, Place>();
  /** In how many files a key is put. */
  readonly #putsOf = new Map<string, number>();
  readonly #files = new Map<number, CommitFile>();
  #newest = 0;

  /** Number of the newest commit, 0 before the first. */
  get newest(): number {
    return this.#newest;
  }

  /** The latest value of a key, `undefined` if it has none. */
  find(key: string): Place | undefined {
    const place = this.#places.get(key);
    return place?.value === undefined ? undefined : place;
  }

  /** The keys with this prefix that have a value, ascending by code units. */
  keys(prefix: string): string[] {
    const found: string[] = [];
    for (const [key, { value }] of this.#places)
      if (value !== undefined && key.startsWith(prefix)) found.push(key);
    return found.sort();
  }

  /** Takes in a commit newer than all before. */
  add(number: number, bytes: number, entries: readonly PlacedEntry[]): void {
    const puts = entries.filter(({ value }) => value !== undefined).map(({ key }) => key);
    const file: CommitFile = { number, bytes, puts, needed: 0, neededBytes: 0 };
    this.#files.set(number, file);
    this.#newest = number;
    for (const entry of entries) this.#place({ ...entry, file });
    for (const key of puts) this.#putsOf.set(key, (this.#putsOf.get(key) ?? 0) + 1);
  }

  /** Files without which nothing is lost. The newest stays: its number says what was written. */
  unneeded(): CommitFile[] {
    return this.#all().filter(({ needed, number }) => needed === 0 && number !== this.#newest);
  }

  /** The file is gone for good. */
  forget(file: CommitFile): void {
    this.#files.delete(file.number);
    for (const key of file.puts) {
      const left = this.#putsOf.get(key)! - 1;
      if (left > 0) this.#putsOf.set(key, left);
      else {
        this.#putsOf.delete(key);
        this.#release(key); // a deletion, of which there is nothing left to delete
      }
    }
  }

  /** Files that had better be written anew: half of one is not needed, or they are many. */
  wasteful(): CommitFile[] {
    const isSmall = ({ bytes }: CommitFile) => bytes < SMALL_BYTES;
    const small = this.#all().filter(isSmall);
    const large = this.#all().filter(
      (file) => !isSmall(file) && file.needed > 0 && 2 * file.neededBytes < file.bytes,
    );
    return small.length > SMALL_FILES_MAX ? [...small, ...large] : large;
  }

  /** The entries of these files that are needed. */
  neededOf(files: readonly CommitFile[]): Place[] {
    return [...this.#places.values()].filter(({ file }) => files.includes(file));
  }

  #all(): CommitFile[] {
    return [...this.#files.values()];
  }

  #place(place: Place): void {
    this.#release(place.key);
    if (place.value === undefined && !this.#putsOf.has(place.key)) return;
    this.#places.set(place.key, place);
    place.file.needed++;
    place.file.neededBytes += bytesOf(place);
  }

  #release(key: string): void {
    const place = this.#places.get(key);
    if (place === undefined) return;
    this.#places.delete(key);
    place.file.needed--;
    place.file.neededBytes -= bytesOf(place);
  }
}

const bytesOf = ({ key, value }: Entry): number => 2 * key.length + (value?.length ?? 0);
