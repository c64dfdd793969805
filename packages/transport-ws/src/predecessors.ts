import type { Clock, PeerId } from '@ruvector/core';

/**
 * Instances that lost their peer id to another one while they were away or silent. One that comes
 * back in time was alive all along and gets its id again: nobody else knows its number. The first
 * of them counts, or an intruder who came twice would be his own predecessor.
 */
export class Predecessors {
  readonly #clock: Clock;
  readonly #keepMs: number;
  readonly #entriesMax: number;
  /** Oldest first. */
  readonly #entries = new Map<PeerId, { readonly instance: string; readonly untilMs: number }>();

  constructor(clock: Clock, keepMs: number, entriesMax: number) {
    this.#clock = clock;
    this.#keepMs = keepMs;
    this.#entriesMax = entriesMax;
  }

  /** Remembers the instance, unless another one of this peer id, or too many, are remembered. */
  add(peerId: PeerId, instance: string): void {
    const nowMs = this.#clock.monotonic();
    for (const [id, { untilMs }] of this.#entries) {
      if (untilMs > nowMs) break;
      this.#entries.delete(id);
    }
    if (this.#entries.size >= this.#entriesMax || this.#entries.has(peerId)) return;
    this.#entries.set(peerId, { instance, untilMs: nowMs + this.#keepMs });
  }

  /** Whether this instance is the one remembered; if so, it is not any more. */
  take(peerId: PeerId, instance: string): boolean {
    const entry = this.#entries.get(peerId);
    if (entry?.instance !== instance || entry.untilMs <= this.#clock.monotonic()) return false;
    return this.#entries.delete(peerId);
  }
}
