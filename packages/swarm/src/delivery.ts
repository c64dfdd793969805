import { isEdgeError, LimitError, type Clock } from '@ruvector/core';

import { encodeDirect } from './direct-message.js';
import type { Epochs } from './epochs.js';
import type { GroupSealer } from './group-sealer.js';
import type { SwarmLimits } from './limits.js';
import { MessageType } from './message-type.js';
import { isReachable, type Peer } from './peer.js';
import type { SealedMessage } from './sealed-message.js';

/** Nobody counts on a message that is older than this. */
const PENDING_MS = 25_000;
/** What an object takes for a message that waits, beside its bytes. */
const AROUND_MESSAGE_BYTES = 256;

export interface DeliveryOptions {
  readonly peers: ReadonlyMap<string, Peer>;
  readonly clock: Clock;
  readonly limits: SwarmLimits;
  readonly epochs: Epochs;
  readonly sealer: GroupSealer;
  /** New keys are wanted. */
  readonly seekKeys: () => void;
  /** A session with that member is wanted. */
  readonly greet: (peer: Peer) => void;
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
 * Seals messages and brings them on their way: at once, when a transport has room, when there is a
 * key for them, when a member answers.
 */
export class Delivery {
  #closed = false;
  readonly counts = { sent: 0, dropped: 0, rawBytes: 0, sentBytes: 0 };
  readonly #o: DeliveryOptions;

  constructor(options: DeliveryOptions) {
    this.#o = options;
  }

  /**
   * Settles when every member that is there has it on its way; the others get it when they answer,
   * and all get it once there are keys.
   */
  async toGroup(message: SealedMessage): Promise<GroupDelivery> {
    if (this.#closed || this.#others().length === 0) return { members: 0, failures: [] };
    this.counts.rawBytes += message.body.length;
    const own = ownCopy(message);
    // another epoch may begin before the frame is there, with members that could not read it
    const readers = new Set(this.#others().filter((peer) => this.#canRead(peer)));
    const sealing = this.#o.epochs.canSeal ? this.#o.sealer.seal(message) : undefined;
    if (this.#o.epochs.rekeyDue()) this.#o.seekKeys();
    const frame = await sealing;
    const outcomes = await Promise.allSettled(
      this.#others().map(async (peer) => {
        if (frame && readers.has(peer) && isReachable(peer)) {
          await this.#push(peer, frame);
          return;
        }
        this.#hold(peer, own);
        this.flush(peer);
      }),
    );
    const failures = outcomes.flatMap((o) => (o.status === 'rejected' ? [o.reason] : []));
    return { members: outcomes.length - failures.length, failures };
  }

  /** @returns whether a transport took it; `false` if the member is or goes away. */
  async toPeer(peer: Peer, message: SealedMessage): Promise<boolean> {
    if (this.#closed || !isReachable(peer)) return false;
    this.counts.rawBytes += message.body.length;
    if (peer.session.isReady && peer.unsent.length === 0) return this.#pushDirect(peer, message);
    return this.#waitForSession(peer, message);
  }

  /** Seals once for all these members; who has no room goes without, and without keys all do. */
  offer(peers: readonly Peer[], message: SealedMessage): void {
    if (this.#closed || peers.length === 0 || !this.#o.epochs.canSeal) return;
    const frame = this.#o.epochs.seal(message);
    for (const peer of peers) this.now(peer, frame);
  }

  /** The same for what nobody should go without: it waits where there is no room. */
  announce(peers: readonly Peer[], message: SealedMessage): void {
    if (this.#closed || peers.length === 0 || !this.#o.epochs.canSeal) return;
    const frame = this.#o.epochs.seal(message);
    for (const peer of peers) this.first(peer, frame);
  }

  /** A message to all, for this member only; not without keys. */
  offerOne(peer: Peer, message: SealedMessage): void {
    if (this.#closed || !this.#o.epochs.canSeal) return;
    this.now(peer, this.#o.epochs.seal(message, peer.member.memberKeyId));
  }

  /** The same through the session with the member. */
  offerDirect(peer: Peer, message: SealedMessage): void {
    if (!this.#closed) this.now(peer, peer.session.seal(encodeDirect(message)));
  }

  /** At once or never. */
  now(peer: Peer, frame: Uint8Array): void {
    if (!this.#closed && unlessClosed(() => peer.outbox.offer(frame))) this.#countSent(frame);
  }

  /** For what the way to the member depends on: at once, or behind what waits for it. */
  first(peer: Peer, frame: Uint8Array): void {
    if (this.#closed) return;
    if (peer.outbox.isEmpty) this.now(peer, frame);
    else this.#push(peer, frame, false).catch(this.#o.onError);
  }

  close(error: Error): void {
    this.#closed = true;
    for (const peer of this.#o.peers.values()) this.drop(peer, error);
  }

  /** The member is there, and there are keys: what waited for that goes out. */
  flush(peer: Peer): void {
    if (this.#closed || !this.#canRead(peer) || !this.#o.epochs.canSeal) return;
    this.forgetOld(peer);
    for (const { message } of peer.pending.splice(0)) {
      const frame = this.#o.epochs.seal(message, peer.member.memberKeyId);
      this.#push(peer, frame).catch(this.#o.onError);
    }
  }

  /** There is a session with the member: what waited for it goes out. */
  flushDirect(peer: Peer): void {
    if (!peer.session.isReady) return;
    for (const { message, settle } of peer.unsent.splice(0))
      settle(this.#pushDirect(peer, message));
  }

  forgetOld(peer: Peer): void {
    const horizon = this.#o.clock.monotonic() - PENDING_MS;
    while (peer.pending[0] && peer.pending[0].since < horizon) this.#dropOldest(peer);
  }

  /** The member is gone: nothing is kept for it. */
  drop(peer: Peer, error?: Error): void {
    this.counts.dropped += peer.pending.length + peer.unsent.length;
    peer.pending = [];
    for (const { settle } of peer.unsent.splice(0)) settle(error ? Promise.reject(error) : false);
    peer.outbox.clear(error);
  }

  /** Whether it is there, and in the present epoch. */
  #canRead(peer: Peer): boolean {
    return isReachable(peer) && this.#o.epochs.has(peer.member.memberKeyId);
  }

  #others(): Peer[] {
    return [...this.#o.peers.values()].filter((peer) => peer.state !== 'dead');
  }

  #waitForSession(peer: Peer, message: SealedMessage): Promise<boolean> {
    const { outboxBytesMax } = this.#o.limits;
    const bytes = peer.unsent.reduce((sum, unsent) => sum + roomFor(unsent.message), 0);
    if (bytes + roomFor(message) > outboxBytesMax)
      throw new LimitError(`outbox for ${peer.agentId} (bytes)`, outboxBytesMax);
    const own = ownCopy(message);
    const taken = new Promise<boolean>((settle) => peer.unsent.push({ message: own, settle }));
    this.#o.greet(peer);
    return taken;
  }

  #hold(peer: Peer, message: SealedMessage): void {
    const { pendingFramesMax, pendingBytesMax } = this.#o.limits;
    peer.pending.push({ message, since: this.#o.clock.monotonic() });
    const bytes = () => peer.pending.reduce((sum, held) => sum + held.message.body.length, 0);
    while (peer.pending.length > pendingFramesMax || bytes() > pendingBytesMax)
      this.#dropOldest(peer);
  }

  #dropOldest(peer: Peer): void {
    peer.pending.shift();
    this.counts.dropped += 1;
  }

  #pushDirect(peer: Peer, message: SealedMessage): Promise<boolean> {
    // without its news a member reads nothing of what waits behind them
    const isBounded = message.type !== MessageType.epochNews;
    return this.#push(peer, peer.session.seal(encodeDirect(message)), isBounded);
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

/** What waits is not sealed yet, and its bytes are the caller's. */
function ownCopy(message: SealedMessage): SealedMessage {
  return { ...message, body: message.body.slice() };
}

/** What it takes in memory, about: messages of no bytes add up too. */
const roomFor = ({ topic = '', body }: SealedMessage): number =>
  body.length + topic.length + AROUND_MESSAGE_BYTES;

/** Transports may be closed before the swarm is; then nothing is sent any more. */
function unlessClosed(send: () => boolean): boolean {
  try {
    return send();
  } catch (error) {
    if (isEdgeError(error, 'ERR_CLOSED')) return false;
    throw error;
  }
}
