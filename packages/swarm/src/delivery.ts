import { ByteWriter, isEdgeError, type Clock } from '@ruvector/core';

import type { SwarmLimits } from './limits.js';
import type { Links } from './links.js';
import { MessageType } from './message-type.js';
import { isReachable, type OutboundChain, type Peer, type PendingFrame } from './peer.js';
import type { SealedMessage, Wire } from './wire.js';

/** Envelopes older than 30 s are refused, so nothing is held for longer than this. */
const PENDING_MS = 25_000;

export interface DeliveryOptions {
  readonly peers: ReadonlyMap<string, Peer>;
  readonly links: Links;
  readonly clock: Clock;
  readonly limits: SwarmLimits;
  readonly wire: () => Wire;
  readonly onError: (error: unknown) => void;
}

/** What became of a message to all. */
export interface GroupDelivery {
  /** Members whose transport took it, and members it is held for. */
  readonly members: number;
  /** Why some members' outboxes did not take it. */
  readonly failures: readonly unknown[];
}

/**
 * Seals messages and brings them on their way: at once, when a transport has room, when a member
 * answers.
 */
export class Delivery {
  #closed = false;
  readonly counts = { sent: 0, dropped: 0, rawBytes: 0, sentBytes: 0 };
  readonly #o: DeliveryOptions;

  constructor(options: DeliveryOptions) {
    this.#o = options;
  }

  /**
   * Settles when every member that is there has it on its way; the others get it when they answer.
   */
  async toGroup(message: SealedMessage): Promise<GroupDelivery> {
    const others = [...this.#o.peers.values()].filter((peer) => peer.state !== 'dead');
    if (this.#closed || others.length === 0) return { members: 0, failures: [] };
    this.counts.rawBytes += message.body.length;
    const { frame, counter } = this.#sealGroup(message);
    const held = { frame, counter, sealedAt: this.#o.clock.now() };
    const outcomes = await Promise.allSettled(
      others.map((peer) => (isReachable(peer) ? this.#push(peer, frame) : this.#hold(peer, held))),
    );
    const failures = outcomes.flatMap((o) => (o.status === 'rejected' ? [o.reason] : []));
    return { members: outcomes.length - failures.length, failures };
  }

  /** @returns whether a transport took it; `false` if the member is or goes away. */
  async toPeer(peer: Peer, message: SealedMessage): Promise<boolean> {
    if (this.#closed || !isReachable(peer)) return false;
    if (this.#isUsedUp(peer.outbound.next)) this.#rekeyPeer(peer);
    this.counts.rawBytes += message.body.length;
    return this.#push(peer, this.#o.wire().sealFor(peer, message));
  }

  /** One seal for all; who has no room goes without. */
  offer(peers: readonly Peer[], message: SealedMessage): void {
    if (this.#closed || peers.length === 0) return;
    const { frame } = this.#sealGroup(message);
    for (const peer of peers)
      if (unlessClosed(() => peer.outbox.offer(frame))) this.#countSent(frame);
  }

  /** At once or never, for what finds the way to the member; but not ahead of what waits for it. */
  now(peer: Peer, frame: Uint8Array): void {
    if (this.#closed) return;
    if (!peer.outbox.isEmpty) this.#push(peer, frame, false).catch(this.#o.onError);
    else if (unlessClosed(() => peer.outbox.offer(frame))) this.#countSent(frame);
  }

  close(error: Error): void {
    this.#closed = true;
    for (const peer of this.#o.peers.values()) this.drop(peer, error);
  }

  /** A member that is greeted again and again must not use up its chain. */
  freshen(peer: Peer): void {
    if (!this.#isUsedUp(peer.outbound.next)) return;
    if (isReachable(peer)) this.#rekeyPeer(peer);
    else peer.outbound = this.#o.wire().newOutbound(peer.outbound.generation + 1);
  }

  /** The member has answered: what waited for it goes out. */
  flush(peer: Peer): void {
    this.forgetOld(peer);
    for (const { frame } of peer.pending.splice(0)) this.#push(peer, frame).catch(this.#o.onError);
  }

  forgetOld(peer: Peer): void {
    const horizon = this.#o.clock.now() - PENDING_MS;
    while (peer.pending[0] && peer.pending[0].sealedAt < horizon) this.#dropOldest(peer);
  }

  /** The member is gone: nothing is kept for it. */
  drop(peer: Peer, error?: Error): void {
    this.counts.dropped += peer.pending.length;
    peer.pending = [];
    peer.outbox.clear(error);
  }

  #sealGroup(message: SealedMessage): { frame: Uint8Array; counter: number } {
    const wire = this.#o.wire();
    if (this.#isUsedUp(wire.group.next)) this.#rekeyGroup(wire);
    const counter = wire.group.next;
    return { frame: wire.sealGroup(message), counter };
  }

  #isUsedUp(next: number): boolean {
    return next >= this.#o.limits.messagesPerEpochMax;
  }

  /** The last message of a chain names the next chain. A peer that misses it is greeted again. */
  #rekeyPeer(peer: Peer): void {
    const wire = this.#o.wire();
    const next = wire.newOutbound(peer.outbound.generation + 1);
    const body = rekeyBody(false, next);
    const frame = wire.sealFor(peer, { type: MessageType.rekey, body });
    this.#push(peer, frame, false).catch(this.#o.onError);
    peer.outbound = next;
  }

  #rekeyGroup(wire: Wire): void {
    const next = wire.newOutbound(wire.group.generation + 1);
    const body = rekeyBody(true, next);
    for (const peer of this.#o.peers.values()) {
      this.counts.dropped += peer.pending.length;
      peer.pending = [];
      if (!isReachable(peer)) continue;
      const frame = wire.sealFor(peer, { type: MessageType.rekey, body });
      this.#push(peer, frame, false).catch(this.#o.onError);
    }
    wire.group = next;
  }

  async #hold(peer: Peer, pending: PendingFrame): Promise<void> {
    const { pendingFramesMax, pendingBytesMax } = this.#o.limits;
    peer.pending.push(pending);
    const bytes = () => peer.pending.reduce((sum, { frame }) => sum + frame.length, 0);
    while (peer.pending.length > pendingFramesMax || bytes() > pendingBytesMax)
      this.#dropOldest(peer);
  }

  #dropOldest(peer: Peer): void {
    peer.pending.shift();
    this.counts.dropped += 1;
  }

  async #push(peer: Peer, frame: Uint8Array, isBounded = true): Promise<boolean> {
    const taken = await peer.outbox.push(frame, isBounded);
    if (taken) this.#countSent(frame);
    return taken;
  }

  #countSent(frame: Uint8Array): void {
    this.counts.sent += 1;
    this.counts.sentBytes += frame.length;
  }
}

function rekeyBody(isGroup: boolean, { epoch, generation }: OutboundChain): Uint8Array {
  return new ByteWriter(13)
    .u8(isGroup ? 1 : 0)
    .u64(epoch)
    .u32(generation)
    .bytes();
}

/** Transports may be closed before the swarm is; then nothing is sent any more. */
function unlessClosed(send: () => boolean): boolean {
  try {
    return send();
  } catch (error) {
    if (isEdgeError(error, 'ERR_CLOSED')) return false;
    throw error;
  }
}
