/** The agent id of a peer: a hint for routing, never proof of who sent something. */
export type PeerId = string;

/** Takes back a registration; calling it twice is fine. */
export type Unsubscribe = () => void;

/** `frame` is read only, and valid only during the call: copy what must outlive it. */
export type FrameHandler = (from: PeerId, frame: Uint8Array) => void;

/** Whether any link works; see `onState`. */
export type TransportState = 'up' | 'down' | 'retry';

/** What a transport promises about the frames it accepts. */
export interface TransportCaps {
  /** A longer frame is refused with `ERR_FRAME_TOO_LARGE`. */
  readonly maxFrameBytes: number;
  /** Frames between two peers arrive in the order they were sent. */
  readonly ordered: boolean;
  /** An accepted frame arrives unless the peer goes away. */
  readonly reliable: boolean;
  /** `publish` and `subscribe` exist. */
  readonly broadcast: boolean;
  /** Frames outlive their receiver's absence. */
  readonly durable: boolean;
  /** Peers may be on other machines. */
  readonly crossHost: boolean;
}

/** Counts since the transport was made. */
export interface TransportStats {
  /** Frames accepted for sending. */
  sent: number;
  /** Frames handed to handlers. */
  received: number;
  /** Frames accepted and then lost, or received and thrown away. Never silently: counted here. */
  dropped: number;
  /** Bytes accepted but not yet handed to the platform. */
  bufferedBytes: number;
}

/**
 * Moves opaque frames between peers.
 *
 * The law. `open` may be called twice and resolves when usable; an aborted `open` rejects with the
 * signal's reason, leaves nothing behind, so that neither side has a way to the other, and may be
 * tried again; an already aborted signal always rejects.
 *
 * `send` and `publish` copy the frame before they return, so the caller may reuse its buffer, and
 * count it as sent; `false` means refused and not counted (no room, no way to the peer, not open
 * yet): wait for `ready` and try again. `ready` does not resolve while a send would be refused.
 * What is buffered for a peer is bounded, by 128 MiB at most: the rest is refused. A frame is
 * delivered whole or not at all, empty ones too, and never inside the `send` or `publish` that it
 * comes from. A handler of frames, topics or states that throws is logged and does not disturb the
 * others; a frame that finds no handler is counted as dropped. `publish` reaches the subscribers of
 * a topic among the other peers, never the publisher nor anybody's `onFrame`.
 *
 * `drain` resolves when nothing is buffered: what was drained before `close` arrives. `close`
 * resolves when all is released and may be called twice; from then on no handler is called, `open`,
 * `send`, `publish`, `ready` and `drain` fail with `ERR_CLOSED`, and so do an `open`, `ready` or
 * `drain` that were still pending. To its peers a transport that has closed is gone.
 */
export interface Transport {
  readonly caps: TransportCaps;
  /** Resolves when frames can be sent. @throws what the platform says, or the signal's reason */
  open(options?: { signal?: AbortSignal }): Promise<void>;
  /**
   * Takes a frame for one peer, or says that it cannot.
   *
   * @returns whether it was accepted; if not, nothing of it was sent.
   * @throws FrameTooLargeError above `caps.maxFrameBytes`
   * @throws ClosedError after `close()`
   */
  send(to: PeerId, frame: Uint8Array): boolean;
  /** Resolves when a `send` to this peer (or to anyone) has a chance again. */
  ready(to?: PeerId): Promise<void>;
  /** Sends to all subscribers of the topic; `false` if there is no room for one of them. */
  publish?(topic: string, frame: Uint8Array): boolean;
  /** Hears what others publish on the topic. */
  subscribe?(topic: string, handler: FrameHandler): Unsubscribe;
  /** Hears every frame that was sent to this peer. */
  onFrame(handler: FrameHandler): Unsubscribe;
  /**
   * `up`: at least one link works; `retry`: a link was lost and is being mended; `down`: none is
   * left.
   */
  onState(handler: (state: TransportState, cause?: Error) => void): Unsubscribe;
  /** A copy of the counts. */
  stats(): TransportStats;
  /** Resolves when nothing is buffered any more. */
  drain(): Promise<void>;
  /** Resolves when all is released. */
  close(): Promise<void>;
}
