import {
  ClosedError,
  isEdgeError,
  type PeerId,
  type Transport,
  type Unsubscribe,
} from '@ruvector/core';

export type LinkFrameHandler = (from: PeerId, frame: Uint8Array, via: Transport) => void;

/**
 * The transports of a member as one: a frame goes over the first that takes it, the one that last
 * brought a genuine message of that peer being asked first.
 */
export class Links {
  readonly transports: readonly Transport[];
  readonly frameBytesMax: number;
  readonly #route = new Map<PeerId, Transport>();
  readonly #unsubscribe: Unsubscribe[] = [];

  constructor(transports: readonly Transport[]) {
    if (transports.length === 0) throw new RangeError('transport must not be an empty list');
    this.transports = transports;
    this.frameBytesMax = Math.min(...transports.map((t) => t.caps.maxFrameBytes));
  }

  async open(signal?: AbortSignal): Promise<void> {
    const options = signal ? { signal } : {};
    await Promise.all(this.transports.map((t) => t.open(options)));
  }

  onFrame(handler: LinkFrameHandler): void {
    for (const via of this.transports)
      this.#unsubscribe.push(via.onFrame((from, frame) => handler(from, frame, via)));
  }

  /** A message of this member has proven itself, and this is the way it came. */
  proved(agentId: PeerId, via: Transport): void {
    if (this.transports.length > 1) this.#route.set(agentId, via);
  }

  /** The member is gone from the list. */
  forget(agentId: PeerId): void {
    this.#route.delete(agentId);
  }

  /**
   * @returns whether a transport took the frame.
   * @throws ClosedError if all are closed
   */
  send(to: PeerId, frame: Uint8Array): boolean {
    const known = this.#route.get(to);
    let closed = 0;
    for (const transport of known ? [known, ...this.transports] : this.transports) {
      const taken = sendOver(transport, to, frame);
      if (taken) return true;
      if (taken === undefined) closed += 1;
    }
    if (closed >= this.transports.length) throw new ClosedError('every transport');
    return false;
  }

  /** Resolves when some transport may take a frame for this peer. */
  async ready(to: PeerId): Promise<void> {
    try {
      await Promise.any(this.transports.map((t) => t.ready(to)));
    } catch (error) {
      throw new ClosedError('every transport', { cause: error });
    }
  }

  async drain(): Promise<void> {
    await Promise.all(this.transports.map((t) => t.drain()));
  }

  async close(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    await Promise.all(this.transports.map((t) => t.close()));
  }
}

/** @returns `undefined` if the transport is closed: others may still work. */
function sendOver(transport: Transport, to: PeerId, frame: Uint8Array): boolean | undefined {
  try {
    return transport.send(to, frame);
  } catch (error) {
    if (isEdgeError(error, 'ERR_CLOSED')) return undefined;
    throw error;
  }
}
