/** The unit that a disk writes as a whole. */
const SECTOR_BYTES = 512;

/** What becomes of sectors that were not synced when the power fails. */
export type Fate = 'lost' | 'kept' | 'mixed';

/** A file as it is read, and as it is on the plate. */
export class SimulatedFile {
  #cached = new Uint8Array();
  #safe = new Uint8Array();
  /** Sectors that were written since the last sync. */
  readonly #unsynced = new Set<number>();

  get length(): number {
    return this.#cached.length;
  }

  bytes(): Uint8Array {
    return this.#cached.slice();
  }

  replace(bytes: Uint8Array): void {
    this.#cached = new Uint8Array(bytes);
    this.#safe = new Uint8Array(bytes);
    this.#unsynced.clear();
  }

  write(offset: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const end = offset + bytes.length;
    if (end > this.#cached.length) this.#cached = resized(this.#cached, end);
    this.#cached.set(bytes, offset);
    for (let sector = Math.floor(offset / SECTOR_BYTES); sector * SECTOR_BYTES < end; sector++)
      this.#unsynced.add(sector);
  }

  flush(): void {
    for (const sector of this.#unsynced) this.#keep(sector);
    this.#unsynced.clear();
  }

  /** A sync that failed: some sectors are safe, and nobody knows that the others are not. */
  forget(isKept: () => boolean): void {
    for (const sector of this.#unsynced) if (isKept()) this.#keep(sector);
    this.#unsynced.clear();
  }

  crash(fate: Fate, isKept: () => boolean): void {
    for (const sector of this.#unsynced)
      if (fate === 'kept' || (fate === 'mixed' && isKept())) this.#keep(sector);
    this.#unsynced.clear();
    this.#cached = this.#safe.slice();
  }

  #keep(sector: number): void {
    const at = sector * SECTOR_BYTES;
    const part = this.#cached.subarray(at, at + SECTOR_BYTES);
    if (at + part.length > this.#safe.length) this.#safe = resized(this.#safe, at + part.length);
    this.#safe.set(part, at);
  }
}

function resized(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const grown = new Uint8Array(length);
  grown.set(bytes);
  return grown;
}
