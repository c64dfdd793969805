import { checkInteger, type PeerId, type Transport, type Unsubscribe } from '@ruvector/core';

/**
 * The transports of a member as one: a frame goes over the first that takes it, the one that last
 * brought something from that peer being asked first.
 */
export class Links {
  readonly transports: readonly Transport[];
  readonly frameBytesMax: number;
  readonly #route = new Map<PeerId, Transport>();
  readonly #unsubscribe: Unsubscribe[] = [];
  readonly #routesMax: number;

  constructor(transports: readonly Transport[], routesMax: number) {
    if (transports.length === 0) throw new RangeError('transport must not be an empty list');
    this.transports = transports;
    this.#routesMax = checkInteger('routesMax', routesMax, { min: 1 });
    this.frameBytesMax = Math.min(...transports.map((t) => t.caps.maxFrameBytes));
  }

  async open(signal?: AbortSignal): Promise<void> {
    const options = signal ? { signal } : {};
    await Promise.all(this.transports.map((t) => t.open(options)));
  }

  onFrame(handler: (from: PeerId, frame: Uint8Array) => void): void {
    for (const transport of this.transports)
      this.#unsubscribe.push(
        transport.onFrame((from, frame) => {
          this.#remember(from, transport);
          handler(from, frame);
        }),
      );
  }

  /** @returns whether a transport took the frame. */
  send(to: PeerId, frame: Uint8Array): boolean {
    const known = this.#route.get(to);
    if (known?.send(to, frame)) return true;
    return this.transports.some((t) => t !== known && t.send(to, frame));
  }

  /** Resolves when some transport may take a frame for this peer. */
  async ready(to: PeerId): Promise<void> {
    await Promise.any(this.transports.map((t) => t.ready(to)));
  }

  async close(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    await Promise.all(this.transports.map((t) => t.close()));
  }

  /** Names are hints that anybody can invent, so only so many are remembered. */
  #remember(from: PeerId, transport: Transport): void {
    if (this.transports.length === 1 || this.#route.get(from) === transport) return;
    const oldest = this.#route.keys().next();
    if (this.#route.size >= this.#routesMax && !oldest.done) this.#route.delete(oldest.value);
    this.#route.set(from, transport);
  }
}
