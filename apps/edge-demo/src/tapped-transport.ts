import type {
  FrameHandler,
  PeerId,
  Transport,
  TransportCaps,
  TransportStats,
  Unsubscribe,
} from '@ruvector/edge/core';

/** A transport with another one inside, of which somebody sees what passes. */
export class TappedTransport implements Transport {
  protected readonly inner: Transport;

  constructor(inner: Transport) {
    this.inner = inner;
  }

  get caps(): TransportCaps {
    return this.inner.caps;
  }

  open(options?: { signal?: AbortSignal }): Promise<void> {
    return this.inner.open(options);
  }

  send(to: PeerId, frame: Uint8Array): boolean {
    return this.inner.send(to, frame);
  }

  ready(to?: PeerId): Promise<void> {
    return this.inner.ready(to);
  }

  onFrame(handler: FrameHandler): Unsubscribe {
    return this.inner.onFrame(handler);
  }

  onState(handler: Parameters<Transport['onState']>[0]): Unsubscribe {
    return this.inner.onState(handler);
  }

  stats(): TransportStats {
    return this.inner.stats();
  }

  drain(): Promise<void> {
    return this.inner.drain();
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}
