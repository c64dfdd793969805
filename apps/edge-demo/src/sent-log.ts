import type { PeerId } from '@ruvector/edge/core';
import { TappedTransport } from './tapped-transport.js';

/** Frames kept at most. */
const SENT_MAX = 4096;

/** Keeps copies of the frames that are sent, from some moment on. */
export class SentLog extends TappedTransport {
  #sent: Uint8Array[] | undefined;

  override send(to: PeerId, frame: Uint8Array): boolean {
    const isTaken = super.send(to, frame);
    if (isTaken && this.#sent !== undefined && this.#sent.length < SENT_MAX)
      this.#sent.push(new Uint8Array(frame));
    return isTaken;
  }

  start(): void {
    this.#sent = [];
  }

  /** What was sent since the start, to whomever; no more is kept from now on. */
  stop(): readonly Uint8Array[] {
    const sent = this.#sent ?? [];
    this.#sent = undefined;
    return sent;
  }

  /** Sends a frame to a peer, as soon as there is room. */
  async push(to: PeerId, frame: Uint8Array): Promise<void> {
    while (!super.send(to, frame)) await this.ready(to);
  }
}
