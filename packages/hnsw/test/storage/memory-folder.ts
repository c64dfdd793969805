import { concatBytes } from '@ruvector/core';
import type { Folder, Pieces } from '../../src/storage/folder.js';

/** A folder in memory that tells of every state in which a crash could leave it. */
export class MemoryFolder implements Folder {
  readonly place = 'memory';
  readonly files: Map<string, Uint8Array>;
  readonly #onChange: (files: ReadonlyMap<string, Uint8Array>) => void;

  constructor(
    files: ReadonlyMap<string, Uint8Array> = new Map(),
    onChange: (files: ReadonlyMap<string, Uint8Array>) => void = () => undefined,
  ) {
    this.files = new Map(files);
    this.#onChange = onChange;
  }

  async names(): Promise<string[]> {
    return [...this.files.keys()].reverse(); // in an order that is not the one of their numbers
  }

  async read(name: string, offset: number, length: number): Promise<Uint8Array | undefined> {
    return this.files.get(name)?.slice(offset, offset + length);
  }

  async size(name: string): Promise<number | undefined> {
    return this.files.get(name)?.length;
  }

  async create(name: string, pieces: Pieces): Promise<boolean> {
    if (this.files.has(name)) return false;
    const all: Uint8Array[] = [];
    for await (const piece of pieces) all.push(piece);
    this.files.set(name, concatBytes(...all));
    this.#onChange(this.files);
    return true;
  }

  /** File by file, from the last: no order is promised. */
  async remove(names: readonly string[]): Promise<void> {
    for (const name of names.toReversed()) {
      this.files.delete(name);
      this.#onChange(this.files);
    }
  }

  async sweep(): Promise<void> {}

  async exclusively<T>(act: () => Promise<T>): Promise<T> {
    return act();
  }
}
