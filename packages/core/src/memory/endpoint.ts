import { checkBytes, checkId } from '../argument.js';
import { ClosedError, FrameTooLargeError } from '../errors.js';
import type { Logger } from '../logger.js';
import type {
  FrameHandler,
  PeerId,
  Transport,
  TransportCaps,
  TransportState,
  TransportStats,
  Unsubscribe,
} from '../transport.js';
import { Listeners } from '../transport/listeners.js';
import type { Switchboard } from './switchboard.js';
import { Waiters } from '../transport/waiters.js';

/** A frame on its way. */
export interface Flight {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly topic: string | undefined;
  readonly frame: Uint8Array;
}

export interface Medium {
  readonly caps: TransportCaps;
  readonly bufferedFramesMax: number;
  readonly bufferedBytesMax: number;
  readonly logger: Logger;
  readonly board: Switchboard<Endpoint>;
  /** Endpoints in which somebody waits for `ready`. */
  readonly waiting: Set<Endpoint>;
  /**
   * Ends in one call of `flight.to.land(flight)` or `flight.from.lose(flight)`, never in this turn.
   */
  carry(flight: Flight): void;
}

/** One peer of a network inside this process: the state of its side, and what it may send. */
export class Endpoint implements Transport {
  readonly peerId: PeerId;
  readonly #medium: Medium;
  readonly #frames: Listeners<Parameters<FrameHandler>>;
  readonly #states: Listeners<[state: TransportState, cause?: Error]>;
  readonly #topics = new Map<string, Listeners<Parameters<FrameHandler>>>();
  readonly #ready = new Waiters<PeerId | undefined>();
  readonly #drained = new Waiters<'drained'>();
  #life: 'new' | 'open' | 'closed' = 'new';
  #up = false;
  #stats = { sent: 0, received: 0, dropped: 0, bufferedBytes: 0 };
  /** Frames of ours on their way to others, empty ones too. */
  #outgoing = 0;
  /** Frames and bytes on their way to us: the queue that pushes back. */
  #incoming = 0;
  #incomingBytes = 0;

  constructor(medium: Medium, peerId: PeerId) {
    this.#medium = medium;
    this.peerId = checkId('peerId', peerId);
    this.#frames = new Listeners('frame handler', medium.logger);
    this.#states = new Listeners('state handler', medium.logger);
  }

  get caps(): TransportCaps {
    return this.#medium.caps;
  }

  async open({ signal }: { signal?: AbortSignal } = {}): Promise<void> {
    this.#refuseClosed();
    signal?.throwIfAborted();
    await Promise.resolve(); // opening takes a turn, as elsewhere, so that an abort can still win
    signal?.throwIfAborted();
    this.#refuseClosed();
    if (this.#life === 'open') return;
    this.#life = 'open';
    try {
      this.#medium.board.join(this);
    } catch (error) {
      this.#life = 'new';
      throw error;
    }
  }

  send(to: PeerId, frame: Uint8Array): boolean {
    this.#checkFrame(frame);
    const peer = this.#medium.board.reach(this, to);
    if (peer === undefined || !peer.#hasRoom(frame.length)) return false;
    this.#stats.sent++;
    this.#launch(peer, undefined, frame);
    return true;
  }

  publish(topic: string, frame: Uint8Array): boolean {
    this.#checkFrame(frame);
    if (this.#life !== 'open') return false;
    const peers = [...this.#medium.board.reachable(this)].filter((peer) => peer.#topics.has(topic));
    if (peers.some((peer) => !peer.#hasRoom(frame.length))) return false;
    this.#stats.sent++;
    for (const peer of peers) this.#launch(peer, topic, frame);
    return true;
  }

  subscribe(topic: string, handler: FrameHandler): Unsubscribe {
    this.#refuseClosed();
    let handlers = this.#topics.get(topic);
    if (handlers === undefined) {
      handlers = new Listeners('topic handler', this.#medium.logger);
      this.#topics.set(topic, handlers);
    }
    const remove = handlers.add(handler);
    return () => {
      remove();
      if (handlers.size === 0 && this.#topics.get(topic) === handlers) this.#topics.delete(topic);
    };
  }

  ready(to?: PeerId): Promise<void> {
    if (this.#life === 'closed') return Promise.reject(new ClosedError(this.#what));
    if (this.#maySend(to)) return Promise.resolve();
    this.#medium.waiting.add(this);
    return this.#ready.wait(to);
  }

  onFrame(handler: FrameHandler): Unsubscribe {
    return this.#frames.add(handler);
  }

  onState(handler: (state: TransportState, cause?: Error) => void): Unsubscribe {
    return this.#states.add(handler);
  }

  stats(): TransportStats {
    return { ...this.#stats };
  }

  drain(): Promise<void> {
    if (this.#life === 'closed') return Promise.reject(new ClosedError(this.#what));
    return this.#outgoing === 0 ? Promise.resolve() : this.#drained.wait('drained');
  }

  close(): Promise<void> {
    if (this.#life === 'closed') return Promise.resolve();
    this.#life = 'closed';
    for (const handlers of [this.#frames, this.#states, ...this.#topics.values()]) handlers.clear();
    this.#topics.clear();
    this.#medium.waiting.delete(this);
    this.#medium.board.leave(this);
    const error = new ClosedError(this.#what);
    this.#ready.rejectAll(error);
    this.#drained.rejectAll(error);
    return Promise.resolve();
  }

  /**
   * The end of a flight. One that finds its receiver gone or cut off is lost.
   *
   * @returns whether it arrived.
   */
  land(flight: Flight): boolean {
    const arrives = this.#receives(flight.from);
    if (arrives) flight.from.#release(flight);
    else flight.from.lose(flight);
    return arrives && this.#hand(flight);
  }

  /** What a faulty medium delivers once more, after the end of the flight or before it. */
  landAgain(flight: Flight): boolean {
    return this.#receives(flight.from) && this.#hand(flight);
  }

  /** The end of a flight that was lost on the way. */
  lose(flight: Flight): void {
    this.#stats.dropped++;
    this.#release(flight);
  }

  get settled(): boolean {
    return this.#up && this.#ready.size === 0;
  }

  linksChanged(): void {
    this.wake();
    const up = !this.#medium.board.reachable(this)[Symbol.iterator]().next().done;
    if (up === this.#up) return;
    this.#up = up;
    this.#states.call(up ? 'up' : 'down');
  }

  wake(): void {
    this.#ready.resolveIf((to) => this.#maySend(to));
    if (this.#ready.size === 0) this.#medium.waiting.delete(this);
  }

  #receives(from: Endpoint): boolean {
    return this.#life === 'open' && !this.#medium.board.isCut(from.peerId, this.peerId);
  }

  /** Hands a frame to whoever listens; one that finds nobody is counted as dropped. */
  #hand({ from, topic, frame }: Flight): true {
    const handlers = topic === undefined ? this.#frames : this.#topics.get(topic);
    if (handlers === undefined || handlers.size === 0) {
      this.#stats.dropped++;
    } else {
      this.#stats.received++;
      handlers.call(from.peerId, frame);
    }
    return true;
  }

  get #what(): string {
    return `transport of ${this.peerId}`;
  }

  #refuseClosed(): void {
    if (this.#life === 'closed') throw new ClosedError(this.#what);
  }

  #checkFrame(frame: Uint8Array): void {
    this.#refuseClosed();
    const { length } = checkBytes('frame', frame);
    if (length > this.caps.maxFrameBytes)
      throw new FrameTooLargeError(length, this.caps.maxFrameBytes);
  }

  #hasRoom(bytes: number): boolean {
    const { bufferedFramesMax, bufferedBytesMax } = this.#medium;
    return this.#incoming < bufferedFramesMax && this.#incomingBytes + bytes <= bufferedBytesMax;
  }

  /**
   * Room is asked for the largest frame, so that whoever was refused really waits. Without `to`
   * every peer within reach must have room: a `publish` needs all of them.
   */
  #maySend(to: PeerId | undefined): boolean {
    const { board, caps } = this.#medium;
    const one = to === undefined ? undefined : board.reach(this, to);
    const peers = to === undefined ? [...board.reachable(this)] : one === undefined ? [] : [one];
    return peers.length > 0 && peers.every((peer) => peer.#hasRoom(caps.maxFrameBytes));
  }

  #launch(to: Endpoint, topic: string | undefined, frame: Uint8Array): void {
    this.#outgoing++;
    this.#stats.bufferedBytes += frame.length;
    to.#incoming++;
    to.#incomingBytes += frame.length;
    // Not frame.slice(): that of a Node Buffer shares its memory.
    this.#medium.carry({ from: this, to, topic, frame: new Uint8Array(frame) });
  }

  #release({ to, frame }: Flight): void {
    this.#outgoing--;
    this.#stats.bufferedBytes -= frame.length;
    to.#incoming--;
    to.#incomingBytes -= frame.length;
    if (this.#outgoing === 0) this.#drained.resolveIf(() => true);
    for (const endpoint of [...this.#medium.waiting]) endpoint.wake();
  }
}
