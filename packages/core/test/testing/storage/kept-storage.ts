import {
  checkBytes,
  checkString,
  ClosedError,
  type Storage,
  type StorageOperation,
} from '@ruvector/core';
import type { StorageFixture } from '@ruvector/core/testing';

/** What outlives the stores that are opened on it. */
export type Disk = Map<string, Uint8Array>;

type Step = readonly [key: string, bytes: Uint8Array | undefined];

/**
 * A durable store for tests: it writes to a map that it was given, one call after the other and
 * each in a later turn, as one would that writes to a disk.
 */
export class KeptStorage implements Storage {
  readonly supports = { durable: true };
  readonly #disk: Disk;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    checkString('key', key);
    return this.#next(() => this.#disk.get(key)?.slice());
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    return this.#write([[checkString('key', key), copyOf(checkBytes('bytes', bytes))]]);
  }

  async delete(key: string): Promise<void> {
    return this.#write([[checkString('key', key), undefined]]);
  }

  async batch(operations: readonly StorageOperation[]): Promise<void> {
    if (!Array.isArray(operations)) throw new TypeError('operations must be an array');
    return this.#write(Array.from(operations, stepOf));
  }

  async *keys(prefix = ''): AsyncIterable<string> {
    checkString('prefix', prefix);
    const keys = await this.#next(() => [...this.#disk.keys()]);
    for (const key of keys.filter((k) => k.startsWith(prefix)).sort())
      if (await this.#next(() => this.#disk.has(key))) yield key;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#last;
  }

  #write(steps: readonly Step[]): Promise<void> {
    return this.#next(() => {
      for (const [key, bytes] of steps)
        if (bytes === undefined) this.#disk.delete(key);
        else this.#disk.set(key, bytes);
    });
  }

  /** Does `act` after all that was asked for before. */
  #next<T>(act: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(new ClosedError('storage'));
    const done = this.#last.then(act);
    this.#last = done;
    return done;
  }
}

/** A new disk, and a store on it that may be changed on the way. */
export function keptStorage(change = (storage: Storage): Storage => storage): StorageFixture {
  const disk: Disk = new Map();
  const open = () => change(new KeptStorage(disk));
  return { storage: open(), reopen: async () => open() };
}

/** Not `slice()`, which of a subclass makes one more of it. */
const copyOf = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);

function stepOf(operation: unknown): Step {
  const { put, delete: deleted } = (operation ?? {}) as { put?: unknown; delete?: unknown };
  if ((put === undefined) === (deleted === undefined))
    throw new TypeError('one of the operations is neither { put } nor { delete }');
  if (put === undefined) return [checkString('key of operations', deleted), undefined];
  if (!Array.isArray(put)) throw new TypeError('a put of operations must be [key, bytes]');
  const bytes = checkBytes('bytes of operations', put[1]);
  return [checkString('key of operations', put[0]), copyOf(bytes)];
}
