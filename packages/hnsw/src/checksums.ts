import { CHECKSUM_BYTES } from './layout.js';
import type { ShardMemory } from './shard-memory.js';

/** CRC-32 of what stands in a memory, computed where it stands. */
export class Checksums {
  readonly #memory: ShardMemory;
  readonly #tables: number;

  /** Needs some memory above all sections, until the next change of the layout. */
  constructor(memory: ShardMemory) {
    this.#memory = memory;
    this.#tables = memory.layout.bytes;
    memory.growTo(this.#tables + CHECKSUM_BYTES);
    memory.run.makeChecksumTables(this.#tables);
  }

  of(address: number, bytes: number): number {
    return this.#memory.run.checksum(address, bytes, this.#tables) >>> 0;
  }
}
