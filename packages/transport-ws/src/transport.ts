import {
  checkBytes,
  checkId,
  ClosedError,
  FrameTooLargeError,
  type FrameHandler,
  type PeerId,
  type Transport,
  type TransportCaps,
  type TransportState,
  type TransportStats,
  type Unsubscribe,
} from '@ruvector/core';
import { Listeners, Waiters } from '@ruvector/core/transport';
import { Links, type LinksOwner } from './links.js';
import { Opening } from './opening.js';
import { readOptions, type Settings, type WsBaseOptions } from './options.js';
import type { Platform, Server, WsAddress } from './platform.js';
import type { Socket } from './socket.js';
import { FRAME_BYTES_MAX } from './wire.js';

/** Counts of a WebSocket transport since it was made; `links` as of now. */
export interface WsStats extends TransportStats {
  /** Frames of others that were passed on. */
  relayed: number;
  /** Links that work at the moment. */
  links: number;
}

/** Everything about a WebSocket transport that Node and browsers share. */
export class SocketTransport implements Transport {
  readonly caps: TransportCaps = {
    maxFrameBytes: FRAME_BYTES_MAX,
    ordered: true,
    reliable: true,
    broadcast: false,
    durable: false,
    crossHost: true,
  };
  /** The id this side says in HELLO. */
  readonly peerId: PeerId;
  readonly #platform: Platform;
  readonly #settings: Settings;
  readonly #links: Links;
  readonly #frames: Listeners<Parameters<FrameHandler>>;
  readonly #states: Listeners<[state: TransportState, cause?: Error]>;
  readonly #ready = new Waiters<PeerId | undefined>();
  readonly #drained = new Waiters<'caller' | 'close'>();
  #server: Server | undefined;
  #opening: { readonly done: Promise<void>; readonly abort: AbortController } | undefined;
  #dialing: Opening | undefined;
  #closing: Promise<void> | undefined;
  #state: TransportState | undefined;
  #sent = 0;
  #received = 0;
  #dropped = 0;

  constructor(options: WsBaseOptions, platform: Platform) {
    this.#settings = readOptions(options);
    this.#platform = platform;
    this.peerId = this.#settings.peerId;
    this.#frames = new Listeners('frame handler', this.#settings.logger);
    this.#states = new Listeners('state handler', this.#settings.logger);
    this.#links = new Links(this.#linksOwner(), this.#settings, platform);
  }

  /**
   * Where this transport listens; `undefined` before `open()`, after `close()` and without
   * `listen`.
   */
  get address(): WsAddress | undefined {
    return this.#server?.address;
  }

  /**
   * Peers at the other end of a link or behind a hub; one that has no room just now is among them.
   */
  peers(): PeerId[] {
    return this.#links.peers();
  }

  /**
   * Listens, and dials the peers. Resolves as soon as each peer was tried once and something works:
   * the own server or a peer; the others are dialed again and again in the background.
   *
   * @throws WsListenError if the server cannot start.
   * @throws WsDialError if there is no server and no peer answered within `openTimeoutMs`, or all
   *   refused for good: wrong version, another peer's id, HTTP 4xx but 408 and 429.
   */
  open({ signal }: { signal?: AbortSignal } = {}): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(this.#closedError());
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    const opening = (this.#opening ??= this.#open());
    const abort = () => opening.abort.abort(signal!.reason);
    signal?.addEventListener('abort', abort);
    return opening.done.finally(() => signal?.removeEventListener('abort', abort));
  }

  send(to: PeerId, frame: Uint8Array): boolean {
    if (this.#closing !== undefined) throw this.#closedError();
    const { length } = checkBytes('frame', frame);
    if (length > FRAME_BYTES_MAX) throw new FrameTooLargeError(length, FRAME_BYTES_MAX);
    const sent = this.#links.send(to, frame);
    if (sent) this.#sent++;
    else checkId('to', to);
    return sent;
  }

  ready(to?: PeerId): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(this.#closedError());
    return this.#hasRoom(to) ? Promise.resolve() : this.#ready.wait(to);
  }

  /** Hears every frame that was sent to this peer, also through a hub. */
  onFrame(handler: FrameHandler): Unsubscribe {
    return this.#frames.add(handler);
  }

  /** The cause, where there is one, is a `WsLinkError`. */
  onState(handler: (state: TransportState, cause?: Error) => void): Unsubscribe {
    return this.#states.add(handler);
  }

  /**
   * Counts since the start. A frame on a link that was lost for good counts as dropped unless its
   * arrival was confirmed, though it may have arrived; `bufferedBytes` are those queued or not yet
   * confirmed, with their heads.
   */
  stats(): WsStats {
    return {
      sent: this.#sent,
      received: this.#received,
      dropped: this.#dropped,
      bufferedBytes: this.#links.bufferedBytes,
      relayed: this.#links.relayed,
      links: this.#links.links.filter((link) => link.up).length,
    };
  }

  /** Resolves when each frame was confirmed by the next transport on its way, or dropped. */
  drain(): Promise<void> {
    return this.#closing === undefined
      ? this.#drain('caller')
      : Promise.reject(this.#closedError());
  }

  /** Lets what is buffered leave, for `closeTimeoutMs` at most, then closes all links. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  #open(): { readonly done: Promise<void>; readonly abort: AbortController } {
    const abort = new AbortController();
    const done = this.#start(abort.signal).catch(async (error: unknown) => {
      await this.#stop();
      this.#opening = undefined;
      throw error;
    });
    return { done, abort };
  }

  async #start(signal: AbortSignal): Promise<void> {
    const door = {
      settings: this.#settings,
      admits: () => this.#links.admits(),
      accept: (socket: Socket) => this.#links.accept(socket),
    };
    this.#server = await this.#platform.listen?.(door);
    signal.throwIfAborted();
    const { clock, openTimeoutMs } = this.#settings;
    const dialers = this.#links.dialAll();
    const dialing = new Opening(dialers, this.#server !== undefined, clock, openTimeoutMs);
    this.#dialing = dialing;
    signal.addEventListener('abort', () => dialing.abort(signal.reason));
    for (const dialer of dialers) dialer.start();
    await dialing.done;
  }

  async #stop(): Promise<void> {
    await Promise.all([this.#links.end(), this.#server?.close()]);
    this.#server = undefined;
  }

  async #close(): Promise<void> {
    const error = this.#closedError();
    this.#ready.rejectAll(error);
    this.#drained.rejectAll(error);
    this.#frames.clear();
    this.#states.clear();
    this.#opening?.abort.abort(error);
    await this.#opening?.done.catch(() => undefined);
    this.#links.retire();
    const { clock, closeTimeoutMs } = this.#settings;
    const cancel = clock.setTimeout(() => this.#drained.resolveIf(() => true), closeTimeoutMs);
    await this.#drain('close');
    cancel();
    await this.#stop();
  }

  #drain(who: 'caller' | 'close'): Promise<void> {
    if (this.#links.bufferedBytes === 0) return Promise.resolve();
    this.#links.hurry();
    return this.#drained.wait(who);
  }

  #hasRoom(to: PeerId | undefined): boolean {
    if (to !== undefined) return this.#links.way(to) !== undefined;
    return this.#links.links.some((link) => link.up && !link.full);
  }

  #linksOwner(): LinksOwner {
    return {
      frame: (from, frame) => {
        if (this.#frames.size === 0) this.#dropped++;
        else this.#received++;
        this.#frames.call(from, frame);
      },
      state: (state, cause) => {
        if (state === this.#state && state !== 'retry') return;
        this.#state = state;
        if (cause === undefined) this.#states.call(state);
        else this.#states.call(state, cause);
      },
      changed: () => {
        this.#ready.resolveIf((to) => this.#hasRoom(to));
        if (this.#links.bufferedBytes === 0) this.#drained.resolveIf(() => true);
      },
      dropped: (frames) => (this.#dropped += frames),
      reached: (dialer) => this.#dialing?.reached(dialer),
      missed: (dialer, end) => this.#dialing?.missed(dialer, end),
    };
  }

  #closedError(): ClosedError {
    return new ClosedError(`transport of ${this.peerId}`);
  }
}
