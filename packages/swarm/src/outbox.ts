import { LimitError, type PeerId } from '@ruvector/core';

import type { Links } from './links.js';

interface Waiting {
  readonly frame: Uint8Array;
  readonly settle: (taken: boolean) => void;
}

/** The frames for one member that no transport has taken yet, first in, first out. */
export class Outbox {
  readonly #to: PeerId;
  readonly #links: Links;
  readonly #bytesMax: number;
  #waiting: Waiting[] = [];
  #bytes = 0;
  #pumping = false;

  constructor(to: PeerId, links: Links, bytesMax: number) {
    this.#to = to;
    this.#links = links;
    this.#bytesMax = bytesMax;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /**
   * Hands the frame to a transport, or keeps it until one takes it.
   *
   * @returns whether it was taken; `false` if the member went away first.
   * @throws LimitError if too much is waiting already
   */
  async push(frame: Uint8Array): Promise<boolean> {
    if (this.isEmpty && this.#links.send(this.#to, frame)) return true;
    if (this.#bytes + frame.length > this.#bytesMax)
      throw new LimitError(`outbox for ${this.#to} (bytes)`, this.#bytesMax);
    this.#bytes += frame.length;
    const taken = new Promise<boolean>((settle) => this.#waiting.push({ frame, settle }));
    void this.#pump();
    return taken;
  }

  /** Sends if that is possible at once, for what is worthless later. */
  offer(frame: Uint8Array): boolean {
    return this.isEmpty && this.#links.send(this.#to, frame);
  }

  /** Lets go of everything. @returns how many frames were not sent. */
  clear(): number {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#bytes = 0;
    for (const { settle } of waiting) settle(false);
    return waiting.length;
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#waiting.length > 0) {
        this.#drain();
        if (this.#waiting.length > 0) await this.#links.ready(this.#to);
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
      if (!next || !this.#links.send(this.#to, next.frame)) return;
      this.#waiting.shift();
      this.#bytes -= next.frame.length;
      next.settle(true);
    }
  }
}
