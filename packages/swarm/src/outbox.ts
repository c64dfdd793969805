import { isEdgeError, LimitError, type Clock, type PeerId } from '@ruvector/core';

import type { Links } from './links.js';

interface Waiting {
  readonly frame: Uint8Array;
  readonly settle: (taken: boolean) => void;
  readonly fail: (error: Error) => void;
}

export interface OutboxOptions {
  readonly to: PeerId;
  readonly links: Links;
  readonly clock: Clock;
  readonly outboxBytesMax: number;
  /** So many frames were let go of. */
  readonly onDropped: (frames: number) => void;
}

/** The frames for one member that no transport has taken yet, first in, first out. */
export class Outbox {
  readonly #o: OutboxOptions;
  #waiting: Waiting[] = [];
  #bytes = 0;
  #movedAt = 0;
  #pumping = false;

  constructor(options: OutboxOptions) {
    this.#o = options;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** For how long frames have waited without any of them being taken, ms. */
  get stalledMs(): number {
    return this.isEmpty ? 0 : this.#o.clock.monotonic() - this.#movedAt;
  }

  /** This process was itself stalled for so long: that is not the member's fault. */
  forgive(ms: number): void {
    this.#movedAt += ms;
  }

  /**
   * Hands the frame to a transport, or keeps it until one takes it.
   *
   * @param isBounded - `false` for the few small frames that the way itself depends on.
   * @returns whether it was taken; `false` if the member went away first.
   * @throws LimitError if too much is waiting already
   */
  async push(frame: Uint8Array, isBounded = true): Promise<boolean> {
    const { links, to, outboxBytesMax } = this.#o;
    if (this.isEmpty && links.send(to, frame)) return true;
    if (isBounded && this.#bytes + frame.length > outboxBytesMax)
      throw new LimitError(`outbox for ${to} (bytes)`, outboxBytesMax);
    if (this.isEmpty) this.#movedAt = this.#o.clock.monotonic();
    this.#bytes += frame.length;
    const taken = new Promise<boolean>((settle, fail) => {
      this.#waiting.push({ frame, settle, fail });
    });
    void this.#pump();
    return taken;
  }

  /** Sends if that is possible at once, for what is worthless later. */
  offer(frame: Uint8Array): boolean {
    return this.isEmpty && this.#o.links.send(this.#o.to, frame);
  }

  /** Lets go of everything; who waits is told `false`, or fails with the error. */
  clear(error?: Error): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#bytes = 0;
    if (waiting.length > 0) this.#o.onDropped(waiting.length);
    for (const { settle, fail } of waiting) {
      if (error) fail(error);
      else settle(false);
    }
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#waiting.length > 0) {
        this.#drain();
        if (this.#waiting.length > 0) await this.#o.links.ready(this.#o.to);
      }
    } catch {
      this.clear(); // every transport is closed: nothing can be sent any more
    } finally {
      this.#pumping = false;
    }
  }

  #drain(): void {
    for (;;) {
      const next = this.#waiting[0];
      if (!next) return;
      try {
        if (!this.#o.links.send(this.#o.to, next.frame)) return;
        next.settle(true);
      } catch (error) {
        if (isEdgeError(error, 'ERR_CLOSED')) throw error;
        next.fail(error as Error); // this frame can never be sent; the others are not to blame
      }
      this.#waiting.shift();
      this.#bytes -= next.frame.length;
      this.#movedAt = this.#o.clock.monotonic();
    }
  }
}
