import { ByteReader, ByteWriter, type Clock } from '@ruvector/core';

import { FailureDetector, type HeartbeatOptions } from './failure-detector.js';
import { MessageType } from './message-type.js';
import { isReachable, type Peer } from './peer.js';
import type { OpenedMessage } from './opened-message.js';
import type { SealedMessage } from './sealed-message.js';

/** A member that does not answer is greeted at each heartbeat at first, then this often. */
const GREETING_MS = 5_000;
const GREETING_EAGER_MS = 30_000;
/**
 * A member that beats but takes nothing for so long counts as dead: others must not wait for it.
 */
const STALLED_MS = 10_000;

export interface PulseOptions {
  readonly clock: Clock;
  readonly heartbeat: Required<HeartbeatOptions>;
  readonly isCoordinator: boolean;
  readonly peers: ReadonlyMap<string, Peer>;
  /** 0 (idle) to 1 (full), told to the others. */
  readonly load: () => number;
  /** Of the members known here. */
  readonly digest: () => bigint;
  /** Sends at once or not at all: a beat that finds no room is left out, the next comes soon. */
  readonly offer: (peers: readonly Peer[], message: SealedMessage) => void;
  readonly greet: (peer: Peer) => void;
  readonly onSuspected: (peer: Peer) => void;
  readonly onDead: (peer: Peer) => void;
  /** Called at each heartbeat, before anything else of it and after. */
  readonly onBegin: () => void;
  readonly onEnd: () => void;
  /** Hears what any step of a heartbeat throws; the next steps come all the same. */
  readonly onError: (error: unknown) => void;
}

/** What happens at every heartbeat: this member watches the others, greets strangers, and beats. */
export class Pulse {
  readonly #o: PulseOptions;
  readonly #detector: FailureDetector;
  #startedAt = 0;
  #cancel: (() => void) | undefined;

  constructor(options: PulseOptions) {
    this.#o = options;
    this.#detector = new FailureDetector(options.heartbeat, options.isCoordinator);
  }

  start(): void {
    this.#startedAt = this.#o.clock.monotonic();
    this.#arm();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Another member's heartbeat. @returns the digest of the members that it knows. */
  hear({ peer, body }: OpenedMessage): bigint {
    const reader: ByteReader = new ByteReader(body, 'heartbeat');
    const [load, digest, isAlone] = [reader.f32(), reader.u64(), reader.u8() === 1];
    reader.end();
    if (!(load >= 0 && load <= 1)) reader.fail('the load is not from 0 to 1');
    peer.load = load;
    if (isAlone) this.#detector.lend(peer, this.#o.clock.monotonic());
    return digest;
  }

  #arm(): void {
    this.#cancel = this.#o.clock.setTimeout(() => this.#beatOnce(), this.#o.heartbeat.intervalMs);
  }

  #beatOnce(): void {
    this.#arm();
    const { onBegin, onEnd } = this.#o;
    for (const step of [onBegin, () => this.#watch(), () => this.#beat(), onEnd])
      try {
        step();
      } catch (error) {
        this.#o.onError(error);
      }
  }

  #watch(): void {
    const { clock, peers, onSuspected, onDead } = this.#o;
    const now = clock.monotonic();
    const { suspected, dead, cleared } = this.#detector.check([...peers.values()], now);
    for (const peer of cleared) peer.state = 'live';
    for (const peer of suspected) {
      peer.state = 'suspected';
      onSuspected(peer);
    }
    for (const peer of dead) onDead(peer);
    for (const peer of peers.values()) if (peer.outbox.stalledMs >= STALLED_MS) onDead(peer);
    this.#greetStrangers(now);
  }

  #greetStrangers(now: number): void {
    const isEager = now - this.#startedAt < GREETING_EAGER_MS;
    for (const peer of this.#o.peers.values()) {
      if (isReachable(peer)) continue;
      const due = peer.state === 'known' && isEager ? 0 : GREETING_MS;
      if (now - peer.greetingAt >= due) this.#o.greet(peer);
    }
  }

  #beat(): void {
    const peers = [...this.#o.peers.values()];
    const body = new ByteWriter(13)
      .f32(this.#o.load())
      .u64(this.#o.digest())
      .u8(this.#detector.isAlone(peers) ? 1 : 0)
      .bytes();
    const owed = this.#detector.owed(peers, this.#o.clock.monotonic());
    this.#o.offer(owed, { type: MessageType.heartbeat, body });
  }
}
