import type { Batch } from '@ruvector/raft';
import { LogView } from './log-view.js';

/** Why a storage refuses to start. */
export type Damage = 'rotten' | 'wiped';

/**
 * The disk of a member. What was synced stays; of what was not, a crash leaves any number of whole
 * batches from the front, since a batch is stored as a whole or not at all.
 */
export class Disk {
  #synced = new LogView();
  #unsynced: Batch[] = [];
  damage: Damage | undefined;
  /** Whether anything was ever durable: if so, an empty disk is a lost one. */
  isUsed = false;

  write(batch: Batch): void {
    this.#unsynced.push(batch);
  }

  sync(): void {
    if (this.#unsynced.length > 0) this.#keep(this.#unsynced.length);
  }

  /** @param share - of what was not synced stays, 0 to 1. */
  crash(share: number): void {
    this.#keep(Math.floor(share * (this.#unsynced.length + 1)));
  }

  #keep(count: number): void {
    for (const batch of this.#unsynced.splice(0).slice(0, count)) {
      this.#synced.take(batch);
      this.isUsed = true;
    }
  }

  wipe(): void {
    this.#synced = new LogView();
    this.#unsynced = [];
    this.damage = 'wiped';
  }

  /** What is there after a crash. */
  load(): LogView {
    return this.#synced.copy();
  }
}
