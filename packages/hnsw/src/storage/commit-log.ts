import { MalformedError } from '@ruvector/core';
import type { Changes } from './changes.js';
import {
  decodeTable,
  encodeTable,
  gathered,
  nameOf,
  numberOf,
  tableEnd,
  type Entry,
} from './commit-file.js';
import { CommitIndex, type Place } from './commit-index.js';
import { crc32 } from './crc32.js';
import type { Folder, Pieces } from './folder.js';
import { staleError } from './storage-error.js';

/** Read at once when a file is looked at: most tables are shorter. */
const FIRST_BYTES = 4_096;

/** How often a folder is read anew that another storage changes meanwhile. */
const READINGS_MAX = 16;

/**
 * Keys and values as numbered commits, each a file of its own that is made whole and never changed.
 * What is kept is what the commits say, one after the other.
 *
 * Files of commits rather than one file a key: names say nothing of keys, a batch needs no journal
 * beside it, and no value is written twice. Whoever makes a commit takes the next number, which
 * nobody else can take then: so two storages on one folder never mix what they write.
 */
export class CommitLog {
  readonly #folder: Folder;
  readonly #index: CommitIndex;
  #isSwept = false;
  #rewrites = true;

  private constructor(folder: Folder, index: CommitIndex) {
    this.#folder = folder;
    this.#index = index;
  }

  /** Reads what is kept, and changes nothing: another storage may be writing. */
  static async open(folder: Folder): Promise<CommitLog> {
    for (let reading = 0; reading < READINGS_MAX; reading++) {
      const numbers = await commitsIn(folder);
      const index = await readIndex(folder, numbers);
      const again = await commitsIn(folder);
      if (index !== undefined && String(again) === String(numbers))
        return new CommitLog(folder, index);
    }
    throw staleError(folder.place);
  }

  /** Whether the key has a value. */
  has(key: string): boolean {
    return this.#index.find(key) !== undefined;
  }

  /** Ascending by code units. */
  keys(prefix: string): string[] {
    return this.#index.keys(prefix);
  }

  /** The value as it was put, or an error; `undefined` if there is none. */
  async get(key: string): Promise<Uint8Array | undefined> {
    const place = this.#index.find(key);
    return place === undefined ? undefined : this.#read(place);
  }

  /** Makes all the changes or none. */
  async commit(changes: Changes): Promise<void> {
    const real = [...changes].filter(([key, bytes]) => bytes !== undefined || this.has(key));
    if (real.length === 0) return;
    const entries = real.map(([key, bytes]): Entry =>
      bytes === undefined ? { key } : { key, value: { length: bytes.length, crc: crc32(bytes) } },
    );
    await this.#write(entries, async function* () {
      for (const [, bytes] of real) if (bytes !== undefined) yield bytes;
    });
  }

  /** Frees the room of what is not needed. Never fails: what it cannot do now can wait. */
  async tidy(): Promise<void> {
    if (!this.#isSwept) return; // this storage has written nothing
    try {
      await this.#drop();
      if (this.#rewrites && (await this.#rewrite())) await this.#drop();
    } catch {
      this.#rewrites = false; // no second try before the next opening, and nothing is lost
    }
  }

  async #write(entries: readonly Entry[], values: () => Pieces): Promise<void> {
    const folder = this.#folder;
    const number = this.#index.newest + 1;
    const table = encodeTable(entries);
    const pieces = async function* () {
      yield table;
      yield* values();
    };
    const isMade = await folder.exclusively(async () => {
      if ((await commitsIn(folder)).some((other) => other >= number)) return false;
      if (!this.#isSwept) await folder.sweep();
      return folder.create(nameOf(number), gathered(pieces()));
    });
    if (!isMade) throw staleError(folder.place);
    this.#isSwept = true;
    let offset = table.length;
    const placed = entries.map((entry) => {
      const at = offset;
      offset += entry.value?.length ?? 0;
      return { ...entry, offset: at };
    });
    this.#index.add(number, offset, placed);
  }

  /** Round by round: a deletion outlives what it deletes, also when the power fails between. */
  async #drop(): Promise<void> {
    for (;;) {
      const files = this.#index.unneeded();
      if (files.length === 0) return;
      await this.#folder.remove(files.map(({ number }) => nameOf(number)));
      for (const file of files) this.#index.forget(file);
    }
  }

  /** Writes what is needed of wasteful files into a new one, in which each value is checked. */
  async #rewrite(): Promise<boolean> {
    const places = this.#index.neededOf(this.#index.wasteful());
    if (places.length === 0) return false;
    const read = (place: Place) => this.#read(place);
    await this.#write(places.map(entryOf), async function* () {
      for (const place of places) if (place.value !== undefined) yield await read(place);
    });
    return true;
  }

  async #read({ key, file, offset, value }: Place): Promise<Uint8Array> {
    const { length, crc } = value!;
    const name = nameOf(file.number);
    const bytes = await this.#folder.read(name, offset, length);
    if (bytes === undefined) throw staleError(this.#folder.place);
    if (bytes.length === length && crc32(bytes) === crc) return bytes;
    const what = `${this.#folder.place}/${name}`;
    const reason = bytes.length < length ? 'ends early' : 'the checksum does not match';
    throw new MalformedError(`${what}: ${reason}`, { what, key, offset });
  }
}

const entryOf = ({ key, value }: Place): Entry => (value === undefined ? { key } : { key, value });

/** Numbers of the commits in the folder, ascending. */
async function commitsIn(folder: Folder): Promise<number[]> {
  const numbers = (await folder.names()).map(numberOf);
  return numbers.filter((number) => number !== undefined).sort((a, b) => a - b);
}

/** `undefined` if one of the files is gone, since another storage needs it no more. */
async function readIndex(
  folder: Folder,
  numbers: readonly number[],
): Promise<CommitIndex | undefined> {
  const index = new CommitIndex();
  for (const number of numbers) {
    const name = nameOf(number);
    const bytes = await folder.size(name);
    const table = bytes === undefined ? undefined : await readTable(folder, name);
    if (table === undefined) return undefined;
    index.add(number, bytes!, decodeTable(table, `${folder.place}/${name}`));
  }
  return index;
}

/** Head and table of a commit. No more is allocated than the file has, whatever its head says. */
async function readTable(folder: Folder, name: string): Promise<Uint8Array | undefined> {
  const first = await folder.read(name, 0, FIRST_BYTES);
  if (first === undefined) return undefined;
  const end = tableEnd(first, `${folder.place}/${name}`);
  return end <= first.length ? first.subarray(0, end) : folder.read(name, 0, end);
}
