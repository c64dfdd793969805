import { OverloadedError } from './errors.js';
import type { ReadState } from './ready.js';

const NONE: readonly ReadState[] = [];

interface Read {
  readonly context: string;
  /** The commit index when it came. */
  readonly index: number;
  /** The heartbeat that has to be answered by a majority: one that began after it came. */
  readonly round: number;
}

/**
 * Reads by ReadIndex (thesis, §6.4): an index counts once a majority has answered a heartbeat that
 * began after the read came, and the leader has committed an entry of its own term. Contexts may be
 * alike: each read is answered.
 */
export class Reads {
  readonly #max: number;
  /** Came before the leader knew what is committed. */
  #early: string[] = [];
  #pending: Read[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  /** @throws OverloadedError `ERR_RAFT_OVERLOADED` */
  checkRoom(): void {
    if (this.#early.length + this.#pending.length >= this.#max)
      throw new OverloadedError('maxPendingReads', this.#max);
  }

  /** Waits for the first commit of the term. */
  addEarly(context: string): void {
    this.#early.push(context);
  }

  add(context: string, index: number, round: number): void {
    this.#pending.push({ context, index, round });
  }

  /** Those that came early. They are waiting no more. */
  takeEarly(): readonly string[] {
    return this.#early.splice(0);
  }

  /** Those that a majority has confirmed by answering the heartbeat `round`. */
  confirm(round: number): readonly ReadState[] {
    let count = 0;
    while (count < this.#pending.length && this.#pending[count]!.round <= round) count++;
    if (count === 0) return NONE; // as with each heartbeat that nobody reads by
    return this.#pending.splice(0, count).map(({ context, index }) => ({ context, index }));
  }

  /** Whoever waits, when this member leads no more. */
  contexts(): string[] {
    return [...this.#pending.map(({ context }) => context), ...this.#early];
  }
}
