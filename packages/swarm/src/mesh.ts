import {
  ByteReader,
  ByteWriter,
  isEdgeError,
  type Clock,
  type Entropy,
  type Logger,
  type PeerId,
} from '@ruvector/core';
import { memberKeyId, type IdentityManager, type Member } from '@ruvector/crypto';

import { NotConnectedError, RegistrationError } from './errors.js';
import { FailureDetector, type HeartbeatOptions } from './failure-detector.js';
import { Greeting } from './greeting.js';
import type { RosterEntry } from './join-wire.js';
import type { SwarmLimits } from './limits.js';
import type { Links } from './links.js';
import { Membership } from './membership.js';
import { encodeJson, parseJson } from './message.js';
import { MessageType } from './message-type.js';
import { Outbox } from './outbox.js';
import { isReachable, type Peer } from './peer.js';
import { isRole, type Role } from './role.js';
import { Wire, type OpenedMessage, type SealedMessage } from './wire.js';

/** Envelopes older than 30 s are refused, so nothing is held for longer than this. */
const PENDING_MS = 25_000;
/** A member that does not answer is greeted at each heartbeat at first, then this often. */
const GREETING_MS = 5_000;
const GREETING_EAGER_MS = 30_000;

export type MemberChange = 'member-joined' | 'member-suspected' | 'member-dead' | 'member-left';

export interface MeshOptions {
  readonly agentId: string;
  readonly swarmId: string;
  readonly identity: IdentityManager;
  readonly self: RosterEntry;
  readonly links: Links;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly limits: SwarmLimits;
  readonly heartbeat: Required<HeartbeatOptions>;
  readonly logger: Logger;
  /** 0 (idle) to 1 (full), told to the others. */
  readonly load: () => number;
  readonly onMember: (change: MemberChange, peer: Peer) => void;
  readonly onRefused: (code: string, from: PeerId) => void;
  readonly onError: (error: unknown) => void;
  readonly onTick: () => void;
}

/** The other members and the sealed messages to and from them. */
export class Mesh {
  readonly membership: Membership;
  readonly counts = { sent: 0, received: 0, dropped: 0, rawBytes: 0, sentBytes: 0 };
  readonly #o: MeshOptions;
  #keyed: { readonly wire: Wire; readonly greeting: Greeting } | undefined;
  readonly #detector: FailureDetector;
  readonly #handlers = new Map<number, (message: OpenedMessage) => void>();
  #startedAt: number | undefined;
  #cancelTick: () => void = () => undefined;
  #closed = false;

  constructor(options: MeshOptions) {
    this.#o = options;
    const { clock, self, limits, swarmId } = options;
    const createPeer = (member: Member, role: Role) => this.#createPeer(member, role);
    this.membership = new Membership({ swarmId, clock, limits, self, createPeer });
    this.#detector = new FailureDetector(options.heartbeat, this.isCoordinator);
    this.on(MessageType.heartbeat, (message) => this.#hearHeartbeat(message));
    this.on(MessageType.rekey, (message) => this.#hearRekey(message));
    this.on(MessageType.memberJoined, (message) => this.#hearJoined(message));
    this.on(MessageType.memberDead, (message) => this.#hearDead(message));
    this.on(MessageType.leave, ({ peer }) => this.#left(peer));
  }

  get isCoordinator(): boolean {
    return this.#o.self.role === 'coordinator';
  }

  get peers(): ReadonlyMap<string, Peer> {
    return this.membership.peers;
  }

  /** Makes sealing and opening possible: the swarm key is known from the start, or since joining. */
  unlock(swarmKey: Uint8Array): void {
    const wire = new Wire({
      ...this.#o,
      swarmKey,
      memberKeyId: this.selfKeyId,
      registry: this.membership.registry,
      peerOf: (keyId) => this.membership.byKeyId(keyId),
    });
    const greeting = new Greeting(wire, (peer, frame) => this.#sendNow(peer, frame));
    this.#keyed = { wire, greeting };
  }

  /** The transports are open: greets those already registered, and keeps the heart beating. */
  start(): void {
    this.#startedAt = this.#o.clock.monotonic();
    for (const peer of this.peers.values()) this.#greet(peer);
    this.#rearm();
  }

  close(): void {
    this.#closed = true;
    this.#cancelTick();
    for (const peer of this.peers.values()) peer.outbox.clear();
  }

  on(type: MessageType, handler: (message: OpenedMessage) => void): void {
    this.#handlers.set(type, handler);
  }

  /** @throws RegistrationError if a rule of the registry is broken */
  register(registration: unknown, role: Role): Peer {
    const peer = this.membership.register(registration, role);
    if ('code' in peer) throw new RegistrationError(peer.code);
    if (peer.state === 'known') this.#greet(peer);
    return peer;
  }

  get selfKeyId(): Uint8Array {
    return memberKeyId(this.#o.self.registration.record);
  }

  /** Tells the others that a member was admitted here, and greets it. */
  announce(agentId: string): void {
    const peer = this.peers.get(agentId);
    if (!peer) return;
    const entry = { registration: peer.member.registration, role: peer.role };
    const message = { type: MessageType.memberJoined, body: encodeJson(entry as never) };
    for (const other of this.peers.values())
      if (other !== peer) this.#background(this.toPeer(other, message));
    this.#greet(peer);
  }

  /** Settles when every member that is there has it on its way; the others get it when they answer. */
  async toGroup(message: SealedMessage): Promise<void> {
    const others = [...this.peers.values()].filter((peer) => peer.state !== 'dead');
    if (others.length === 0) return;
    if (this.#wire.group.next >= this.#o.limits.messagesPerEpochMax) this.#rekeyGroup();
    const counter = this.#wire.group.next;
    const frame = this.#wire.sealGroup(message);
    this.counts.rawBytes += message.body.length;
    const sealedAt = this.#o.clock.now();
    await Promise.all(
      others.map((peer) => {
        if (isReachable(peer)) return this.#push(peer, frame);
        return this.#hold(peer, { frame, counter, sealedAt });
      }),
    );
  }

  /** @returns whether a transport took it; `false` if the member is or goes away. */
  async toPeer(peer: Peer, message: SealedMessage): Promise<boolean> {
    if (!isReachable(peer)) return false;
    if (peer.outbound.next >= this.#o.limits.messagesPerEpochMax) this.#rekeyPeer(peer);
    this.counts.rawBytes += message.body.length;
    return this.#push(peer, this.#wire.sealFor(peer, message));
  }

  /** Takes a frame from a transport. Never throws: what is wrong is reported and changes nothing. */
  hear(from: PeerId, frame: Uint8Array): void {
    try {
      const opened = this.#wire.open(frame);
      if (!opened.ok) return this.#o.onRefused(opened.code, from);
      this.#dispatch(opened, from);
    } catch (error) {
      if (isEdgeError(error)) this.#o.onRefused(error.code, from);
      else this.#o.onError(error);
    }
  }

  get #wire(): Wire {
    return this.#secrets.wire;
  }

  get #greeting(): Greeting {
    return this.#secrets.greeting;
  }

  get #secrets() {
    if (!this.#keyed) throw new NotConnectedError();
    return this.#keyed;
  }

  #rearm(): void {
    this.#cancelTick = this.#o.clock.setTimeout(() => this.#tick(), this.#o.heartbeat.intervalMs);
  }

  #dispatch(message: OpenedMessage, from: PeerId): void {
    if (message.type === MessageType.hello) return this.#hearHello(message, from);
    const handler = this.#handlers.get(message.type);
    if (!handler) return this.#o.onRefused('ERR_SWARM_MESSAGE_TYPE', from);
    this.counts.received += 1;
    this.#alive(message.peer);
    handler(message);
  }

  #hearHello(message: OpenedMessage, from: PeerId): void {
    const verdict = this.#greeting.hear(message);
    if (verdict === 'stale') this.#o.onRefused('ERR_ENVELOPE_REPLAY', from);
    if (verdict === 'met' || verdict === 'known') this.#alive(message.peer);
    if (verdict === 'met') this.#flush(message.peer);
  }

  /** The peer has proven that it is there. */
  #alive(peer: Peer): void {
    peer.heardAt = this.#o.clock.monotonic();
    const before = peer.state;
    peer.state = 'live';
    if (before === 'known' || before === 'dead') this.#o.onMember('member-joined', peer);
  }

  #dead(peer: Peer): void {
    if (!isReachable(peer)) return;
    peer.state = 'dead';
    peer.greetingAt = this.#o.clock.monotonic();
    this.counts.dropped += peer.outbox.clear() + peer.pending.length;
    peer.pending = [];
    this.#o.onMember('member-dead', peer);
  }

  #left(peer: Peer): void {
    this.membership.remove(peer);
    this.#o.onMember('member-left', peer);
  }

  #tick(): void {
    if (this.#closed) return;
    this.#rearm();
    this.#greeting.tick();
    const now = this.#o.clock.monotonic();
    const { suspected, dead } = this.#detector.check(this.peers.values(), now);
    for (const peer of suspected) {
      peer.state = 'suspected';
      this.#o.onMember('member-suspected', peer);
    }
    for (const peer of dead) this.#declareDead(peer);
    this.#greetStrangers(now);
    this.#beat();
    this.#o.onTick();
  }

  #declareDead(peer: Peer): void {
    this.#dead(peer);
    if (!this.isCoordinator) return;
    const body = encodeJson({ agent_id: peer.agentId });
    this.#background(this.toGroup({ type: MessageType.memberDead, body }));
  }

  #greetStrangers(now: number): void {
    const isEager = now - (this.#startedAt ?? now) < GREETING_EAGER_MS;
    for (const peer of this.peers.values()) {
      this.#forgetOld(peer);
      if (isReachable(peer)) continue;
      const due = peer.state === 'known' && isEager ? 0 : GREETING_MS;
      if (now - peer.greetingAt >= due) this.#greet(peer);
    }
  }

  /** One seal for all partners; a beat that finds no room is left out, the next comes soon. */
  #beat(): void {
    const partners = this.#detector.partners(this.peers.values());
    if (partners.length === 0) return;
    if (this.#wire.group.next >= this.#o.limits.messagesPerEpochMax) this.#rekeyGroup();
    const body = new ByteWriter(4).f32(this.#o.load()).bytes();
    const frame = this.#wire.sealGroup({ type: MessageType.heartbeat, body });
    for (const peer of partners) if (peer.outbox.offer(frame)) this.#countSent(frame);
  }

  #hearHeartbeat({ peer, body }: OpenedMessage): void {
    const reader: ByteReader = new ByteReader(body, 'heartbeat');
    const load = reader.f32();
    reader.end();
    if (!(load >= 0 && load <= 1)) reader.fail('the load is not from 0 to 1');
    peer.load = load;
  }

  #hearJoined({ peer, body }: OpenedMessage): void {
    if (peer.role !== 'coordinator') return this.#o.onRefused('ERR_SWARM_ROLE', peer.agentId);
    const { registration, role } = (parseJson(body) ?? {}) as Partial<RosterEntry>;
    if (!isRole(role)) return this.#o.onRefused('ERR_MALFORMED', peer.agentId);
    const member = this.membership.register(registration, role);
    if ('code' in member) this.#o.onRefused(member.code, peer.agentId);
    else if (member.state === 'known') this.#greet(member);
  }

  #hearDead({ peer, body }: OpenedMessage): void {
    if (peer.role !== 'coordinator') return this.#o.onRefused('ERR_SWARM_ROLE', peer.agentId);
    const { agent_id: agentId } = (parseJson(body) ?? {}) as { agent_id?: unknown };
    const lost = typeof agentId === 'string' ? this.peers.get(agentId) : undefined;
    if (lost) this.#dead(lost);
  }

  #hearRekey({ peer, body }: OpenedMessage): void {
    const reader: ByteReader = new ByteReader(body, 'rekey');
    const [isGroup, epoch] = [reader.u8() === 1, reader.u64()];
    reader.end();
    if (!peer.inbound) return;
    const next = this.#wire.inbound(peer, epoch, 0);
    peer.inbound = isGroup ? { ...peer.inbound, group: next } : { ...peer.inbound, direct: next };
  }

  /** The last message of a chain names the next chain. */
  #rekeyPeer(peer: Peer): void {
    const next = this.#wire.newOutbound();
    const body = new ByteWriter(9).u8(0).u64(next.epoch).bytes();
    const frame = this.#wire.sealFor(peer, { type: MessageType.rekey, body });
    peer.outbound = next;
    this.#background(this.#push(peer, frame));
  }

  #rekeyGroup(): void {
    const next = this.#wire.newOutbound();
    const body = new ByteWriter(9).u8(1).u64(next.epoch).bytes();
    for (const peer of this.peers.values()) {
      this.counts.dropped += peer.pending.length;
      peer.pending = [];
      this.#background(this.toPeer(peer, { type: MessageType.rekey, body }));
    }
    this.#wire.group = next;
  }

  #greet(peer: Peer): void {
    if (this.#startedAt === undefined) return;
    peer.greetingAt = this.#o.clock.monotonic();
    this.#greeting.greet(peer);
  }

  #hold(peer: Peer, pending: Peer['pending'][number]): Promise<void> {
    peer.pending.push(pending);
    if (peer.pending.length > this.#o.limits.pendingFramesMax) {
      peer.pending.shift();
      this.counts.dropped += 1;
    }
    return Promise.resolve();
  }

  #forgetOld(peer: Peer): void {
    const horizon = this.#o.clock.now() - PENDING_MS;
    while (peer.pending[0] && peer.pending[0].sealedAt < horizon) {
      peer.pending.shift();
      this.counts.dropped += 1;
    }
  }

  #flush(peer: Peer): void {
    this.#forgetOld(peer);
    for (const { frame } of peer.pending.splice(0)) this.#background(this.#push(peer, frame));
  }

  async #push(peer: Peer, frame: Uint8Array): Promise<boolean> {
    const taken = await peer.outbox.push(frame);
    if (taken) this.#countSent(frame);
    return taken;
  }

  #sendNow(peer: Peer, frame: Uint8Array): void {
    if (this.#o.links.send(peer.agentId, frame)) this.#countSent(frame);
  }

  #countSent(frame: Uint8Array): void {
    this.counts.sent += 1;
    this.counts.sentBytes += frame.length;
  }

  #background(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#o.onError(error));
  }

  #createPeer(member: Member, role: Role): Peer {
    const { links, limits, clock } = this.#o;
    return {
      agentId: member.agentId,
      member,
      role,
      outbox: new Outbox(member.agentId, links, limits.outboxBytesMax),
      state: 'known',
      outbound: this.#wire.newOutbound(),
      inbound: undefined,
      greetedAt: -Infinity,
      pending: [],
      heardAt: clock.monotonic(),
      greetingAt: -Infinity,
      load: 0,
    };
  }
}
