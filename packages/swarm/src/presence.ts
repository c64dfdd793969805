import type { Clock, Transport } from '@ruvector/core';

import { hasCoordinator } from './commit-order.js';
import type { Delivery } from './delivery.js';
import type { HeartbeatOptions } from './failure-detector.js';
import { decodeHello, encodeHello } from './hello.js';
import type { Links } from './links.js';
import type { Membership, RosterEntry } from './membership.js';
import { encodeJson, parseJson } from './message.js';
import { MessageType } from './message-type.js';
import { isReachable, type Peer } from './peer.js';
import { Pulse } from './pulse.js';
import type { OpenedMessage } from './opened-message.js';
import type { SealedMessage } from './sealed-message.js';
import type { Sessions } from './sessions.js';

export type PresenceChange = 'member-joined' | 'member-suspected' | 'member-dead';

export interface PresenceOptions {
  readonly self: RosterEntry;
  readonly clock: Clock;
  readonly links: Links;
  readonly heartbeat: Required<HeartbeatOptions>;
  readonly membership: Membership;
  readonly delivery: Delivery;
  readonly sessions: Sessions;
  /** Which run of its process this member is. */
  readonly incarnation: bigint;
  /** 0 (idle) to 1 (full), told to the others. */
  readonly load: () => number;
  readonly onMember: (change: PresenceChange, peer: Peer) => void;
  /** A member is there that was not. */
  readonly onMet: (peer: Peer) => void;
  /** A coordinator's digest of its list. */
  readonly onDigest: (coordinator: Peer, digest: bigint) => void;
  /** At each heartbeat, first and last. */
  readonly onBegin: () => void;
  readonly onEnd: () => void;
  readonly onError: (error: unknown) => void;
}

/** Who is there and who is gone: greets, listens to heartbeats, and tells by silence. */
export class Presence {
  readonly #o: PresenceOptions;
  readonly #pulse: Pulse;
  #isStarted = false;

  constructor(options: PresenceOptions) {
    this.#o = options;
    this.#pulse = this.#createPulse();
  }

  start(): void {
    this.#isStarted = true;
    for (const peer of this.#peers.values()) this.greet(peer);
    this.#pulse.start();
  }

  close(): void {
    this.#isStarted = false;
    this.#pulse.stop();
  }

  /** Lets a member know that this one is there, and asks whether it is. */
  greet(peer: Peer): void {
    if (!this.#isStarted) return;
    peer.greetingAt = this.#o.clock.monotonic();
    this.#say(peer, this.#hello(true));
    if (this.#isNeighbour(peer)) this.#o.sessions.greet(peer);
  }

  /** This member has keys: whoever is there should know. */
  announce(): void {
    const others = [...this.#peers.values()].filter(({ state }) => state !== 'dead');
    this.#o.delivery.announce(others, this.#hello(true));
  }

  /** Its packet could not be read: both began a handshake, or one of us was started again. */
  lost(peer: Peer, code: string): void {
    if (code === 'ERR_HANDSHAKE_CROSSING') return this.#o.sessions.insist(peer);
    if (code !== 'ERR_SESSION_UNKNOWN' && code !== 'ERR_HANDSHAKE_REPLAY') return;
    const now = this.#o.clock.monotonic();
    if (now - peer.greetingAt < this.#o.heartbeat.intervalMs) return; // anybody can cause that
    peer.greetingAt = now;
    this.#o.sessions.greet(peer);
  }

  /** The peer has proven that it is there. */
  alive(peer: Peer, via?: Transport): void {
    peer.heardAt = this.#o.clock.monotonic();
    if (via) this.#o.links.proved(peer.agentId, via);
    const before = peer.state;
    peer.state = 'live';
    if (before !== 'known' && before !== 'dead') return;
    this.#o.onMember('member-joined', peer);
    this.#o.onMet(peer);
  }

  dead(peer: Peer): void {
    if (!isReachable(peer)) return;
    peer.state = 'dead';
    peer.greetingAt = this.#o.clock.monotonic();
    this.#o.delivery.drop(peer);
    this.#o.onMember('member-dead', peer);
  }

  /** Another run of its process: what the former one had is lost, and so is the session with it. */
  restarted(peer: Peer): void {
    this.dead(peer);
    peer.incarnation = undefined; // what it says next is no second restart
    this.#o.sessions.renew(peer);
  }

  /**
   * Which run of its process the peer is, as it says.
   *
   * @param isSessionNew - it said so through a session that this run of it made.
   */
  runs(peer: Peer, incarnation: bigint, isSessionNew: boolean): void {
    const isRestart = peer.incarnation !== undefined && peer.incarnation !== incarnation;
    if (isRestart && isSessionNew) this.dead(peer);
    else if (isRestart) this.restarted(peer);
    peer.incarnation = incarnation;
    if (isRestart) this.alive(peer);
  }

  hearHello({ peer, body }: OpenedMessage): void {
    const { wantsAnswer, incarnation } = decodeHello(body);
    this.runs(peer, incarnation, false);
    if (wantsAnswer) this.#say(peer, this.#hello(false));
  }

  hearHeartbeat(message: OpenedMessage): void {
    const digest = this.#pulse.hear(message);
    if (message.peer.role === 'coordinator') this.#o.onDigest(message.peer, digest);
  }

  /** A coordinator says who is dead. */
  hearDead({ body }: OpenedMessage): void {
    const { agent_id: agentId } = (parseJson(body) ?? {}) as { agent_id?: unknown };
    const lost = typeof agentId === 'string' ? this.#peers.get(agentId) : undefined;
    if (lost) this.dead(lost);
  }

  get #peers(): ReadonlyMap<string, Peer> {
    return this.#o.membership.peers;
  }

  get #isCoordinator(): boolean {
    return this.#o.self.role === 'coordinator';
  }

  #declareDead(peer: Peer): void {
    this.dead(peer);
    if (!this.#isCoordinator) return;
    const body = encodeJson({ agent_id: peer.agentId });
    this.#o.delivery.toGroup({ type: MessageType.memberDead, body }).catch(this.#o.onError);
  }

  #hello(wantsAnswer: boolean): SealedMessage {
    const body = encodeHello({ wantsAnswer, incarnation: this.#o.incarnation });
    return { type: MessageType.hello, body };
  }

  /** Through the session if there is one: who was away may be in another epoch. */
  #say(peer: Peer, message: SealedMessage): void {
    if (peer.session.isReady) this.#o.delivery.offerDirect(peer, message);
    else this.#o.delivery.offerOne(peer, message);
  }

  /** Everybody has a session with the coordinators; with others when there is something to say. */
  #isNeighbour(peer: Peer): boolean {
    if (this.#isCoordinator || peer.role === 'coordinator' || peer.unsent.length > 0) return true;
    return !hasCoordinator(this.#o.self, this.#peers.values());
  }

  #createPulse(): Pulse {
    const { membership, delivery, onMember, onBegin } = this.#o;
    return new Pulse({
      ...this.#o,
      isCoordinator: this.#isCoordinator,
      peers: membership.peers,
      digest: () => membership.digest,
      offer: (peers, message) => delivery.offer(peers, message),
      greet: (peer) => this.greet(peer),
      onSuspected: (peer) => onMember('member-suspected', peer),
      onDead: (peer) => this.#declareDead(peer),
      onBegin: () => {
        for (const peer of this.#peers.values()) {
          delivery.forgetOld(peer);
          peer.session.needsHandshake(); // erases the secrets of what is over
        }
        onBegin();
      },
    });
  }
}
