import type { PeerId, Transport, Unsubscribe } from '@ruvector/edge/core';
import { readEnvelopeHeader } from '@ruvector/edge/crypto';

const FRAMES_MAX = 16;
const FRAME_BYTES_MAX = 1 << 20;

/** Keeps the latest frames of some peers, as somebody on the wire could. */
export class FrameRecorder {
  readonly #frames = new Map<PeerId, Uint8Array[]>();
  readonly #stop: Unsubscribe;

  constructor(transport: Transport) {
    this.#stop = transport.onFrame((from, frame) => {
      const kept = this.#frames.get(from);
      if (kept === undefined || frame.length > FRAME_BYTES_MAX) return;
      if (readEnvelopeHeader(frame) === undefined) return;
      kept.push(new Uint8Array(frame));
      if (kept.length > FRAMES_MAX) kept.shift();
    });
  }

  /** Keeps what this peer sends from now on. */
  listenTo(peer: PeerId): void {
    if (!this.#frames.has(peer)) this.#frames.set(peer, []);
  }

  /** The latest frames of a peer, oldest first, at most 16. */
  of(peer: PeerId): readonly Uint8Array[] {
    return [...(this.#frames.get(peer) ?? [])];
  }

  /** Peers of whom there are frames, by name. */
  get peers(): readonly PeerId[] {
    return [...this.#frames]
      .filter(([, kept]) => kept.length > 0)
      .map(([peer]) => peer)
      .toSorted();
  }

  close(): void {
    this.#stop();
    this.#frames.clear();
  }
}
