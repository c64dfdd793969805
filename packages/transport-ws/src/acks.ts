import type { Clock } from '@ruvector/core';

/** Unconfirmed bytes after which the receiver speaks up without being asked. */
const ACK_BYTES = 262_144;
/** How long a confirmation may wait for a batch that takes it along. */
const ACK_MS = 10;

/** What has come in a session, and when the other side is to be told of it. */
export class Acks {
  readonly #clock: Clock;
  readonly #onLate: () => void;
  #received = 0;
  #unackedBytes = 0;
  #due = false;
  #cancel: (() => void) | undefined;

  /** @param onLate - a confirmation is due, and no batch has taken it along in time. */
  constructor(clock: Clock, onLate: () => void) {
    this.#clock = clock;
    this.#onLate = onLate;
  }

  /** Batches got in this session, modulo 2^32: the confirmation itself. */
  get received(): number {
    return this.#received;
  }

  /** A confirmation is to be sent now. */
  get due(): boolean {
    return this.#due;
  }

  /** A batch of so many bytes has come. */
  got(bytes: number): void {
    this.#received = (this.#received + 1) >>> 0;
    this.#unackedBytes += bytes;
    if (this.#unackedBytes >= ACK_BYTES) {
      this.#due = true;
      return;
    }
    // Runs on if a batch takes the confirmation along: a timer a frame would cost more than a
    // frame.
    this.#cancel ??= this.#clock.setTimeout(() => {
      this.#cancel = undefined;
      this.#due = this.#unackedBytes > 0;
      if (this.#due) this.#onLate();
    }, ACK_MS);
  }

  /** The other side asks. */
  asked(): void {
    this.#due = true;
  }

  /** A message has taken the confirmation along. */
  told(): void {
    this.#due = false;
    this.#unackedBytes = 0;
  }

  /** The socket is gone: the next one begins with the confirmation in HELLO. */
  reset(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.told();
  }
}
