import type { Snapshot } from './entry.js';

/** How a follower is served. */
export type ProgressState = 'probe' | 'replicate' | 'snapshot';

/**
 * What a leader knows of a follower. A `probe` gets one message at a time until it is known where
 * the logs agree; `replicate` is sent ahead of the answers, within bounds; `snapshot` gets a
 * snapshot piece by piece.
 */
export class Progress {
  state: ProgressState = 'probe';
  /** The last entry that both are known to share. */
  match = 0;
  /** The next entry to send. */
  next: number;
  /** It has answered since the leader last looked. */
  isActive = false;
  /** A probe waits for its answer. */
  isWaiting = false;
  /** The largest commit that it was told. */
  commitSent = 0;
  /** The last heartbeat that it has answered. */
  round = 0;
  /** Being sent, and its first byte that was not acknowledged. */
  snapshot: Snapshot | undefined;
  offset = 0;
  /** Heartbeats answered since the present piece was sent. */
  beats = 0;
  /** Set once it is in no configuration any more: the entry that it left by. */
  leftAt: number | undefined;
  /** Indices and bytes of what was sent ahead, oldest first; those before `#first` are answered. */
  #ends: number[] = [];
  #bytes: number[] = [];
  #first = 0;
  #bytesAhead = 0;

  constructor(next: number) {
    this.next = next;
  }

  get messagesAhead(): number {
    return this.#ends.length - this.#first;
  }

  get bytesAhead(): number {
    return this.#bytesAhead;
  }

  /** Sends from what both share on, one message at a time. */
  probe(next = this.match + 1): void {
    this.#enter('probe');
    this.next = next;
  }

  /** Sends ahead. */
  replicate(): void {
    this.#enter('replicate');
    this.next = Math.max(this.next, this.match + 1);
  }

  /** Sends a snapshot. */
  install(snapshot: Snapshot): void {
    this.#enter('snapshot');
    this.snapshot = snapshot;
  }

  #enter(state: ProgressState): void {
    this.state = state;
    this.isWaiting = false;
    this.snapshot = undefined;
    this.offset = this.beats = 0;
    this.#ends = [];
    this.#bytes = [];
    this.#first = this.#bytesAhead = 0;
  }

  /** Entries up to `end` were sent without waiting. */
  sentAhead(end: number, bytes: number): void {
    this.next = end + 1;
    this.#ends.push(end);
    this.#bytes.push(bytes);
    this.#bytesAhead += bytes;
  }

  /** Both share the log up to `index`. @returns whether that is news. */
  matched(index: number): boolean {
    this.isWaiting = false;
    this.next = Math.max(this.next, index + 1);
    while (this.#first < this.#ends.length && this.#ends[this.#first]! <= index) this.#freeFirst();
    if (index <= this.match) return false;
    this.match = index;
    return true;
  }

  /** An answer shows that messages come through again: one may have been lost. */
  freeFirst(): void {
    if (this.messagesAhead > 0) this.#freeFirst();
  }

  #freeFirst(): void {
    this.#bytesAhead -= this.#bytes[this.#first]!;
    this.#first += 1;
    if (this.#first < 64 || this.#first * 2 < this.#ends.length) return;
    this.#ends.splice(0, this.#first);
    this.#bytes.splice(0, this.#first);
    this.#first = 0;
  }

  /**
   * A follower did not have the entry at `rejected`; the logs may agree at `latest` at the latest.
   * An answer to what was sent long ago changes nothing.
   */
  rejectedAt(rejected: number, latest: number): void {
    // who has lost what it had stored is asked again with the next heartbeat, and not at once
    if (this.state === 'snapshot' || rejected <= this.match) return;
    if (this.state === 'replicate') {
      this.probe();
      return;
    }
    if (rejected !== this.next - 1) return;
    this.next = Math.max(Math.min(rejected, latest + 1), this.match + 1);
    this.isWaiting = false;
  }
}
