import type { FrameHandler, PeerId, Transport, Unsubscribe } from '@ruvector/edge/core';
import { TappedTransport } from './tapped-transport.js';

/** Frames kept at most; what comes then is lost. */
const HOARD_MAX = 4096;

interface Kept {
  readonly from: PeerId;
  readonly frame: Uint8Array;
}

/**
 * The transport of a member that turns against the swarm: from some moment on it keeps what comes,
 * and so learns nothing of what was decided about it, until it has all it wants and tries.
 */
export class HoardingTransport extends TappedTransport {
  readonly #handlers = new Set<FrameHandler>();
  #kept: Kept[] | undefined;
  #onKept = () => undefined as void;

  constructor(inner: Transport) {
    super(inner);
    inner.onFrame((from, frame) => {
      if (this.#kept === undefined) return this.#hand({ from, frame });
      if (this.#kept.length < HOARD_MAX) this.#kept.push({ from, frame: new Uint8Array(frame) });
      this.#onKept();
    });
  }

  override onFrame(handler: FrameHandler): Unsubscribe {
    this.#handlers.add(handler);
    return () => void this.#handlers.delete(handler);
  }

  /** From now on frames are kept. */
  hoard(): void {
    this.#kept ??= [];
  }

  /** Resolves when so many frames were kept. */
  async has(count: number): Promise<void> {
    while ((this.#kept?.length ?? 0) < Math.min(count, HOARD_MAX))
      await new Promise<void>((resolve) => (this.#onKept = resolve));
  }

  /**
   * Hands over all that was kept, in the order in which most may still open: the latest first, so
   * that what tells this member to forget its keys comes last; then once more as it came.
   *
   * @returns how many frames there were.
   */
  tryAll(): number {
    const kept = this.#kept ?? [];
    this.#kept = [];
    for (const one of [...kept.toReversed(), ...kept]) this.#hand(one);
    return kept.length;
  }

  #hand({ from, frame }: Kept): void {
    for (const handler of this.#handlers) handler(from, frame);
  }
}
