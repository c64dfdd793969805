import {
  ByteReader,
  isEdgeError,
  type Clock,
  type Entropy,
  type PeerId,
  type Transport,
} from '@ruvector/core';
import type { IdentityManager, Member } from '@ruvector/crypto';

import { Delivery, type GroupDelivery } from './delivery.js';
import { NotConnectedError, RegistrationError } from './errors.js';
import type { HeartbeatOptions } from './failure-detector.js';
import { Greeting } from './greeting.js';
import type { SwarmLimits } from './limits.js';
import type { Links } from './links.js';
import { Membership, type RosterEntry } from './membership.js';
import { encodeJson, parseJson } from './message.js';
import { MessageType } from './message-type.js';
import { Outbox } from './outbox.js';
import { isReachable, replaceInbound, type Peer } from './peer.js';
import { Pulse } from './pulse.js';
import type { Role } from './role.js';
import { RosterSync } from './roster-sync.js';
import { Wire, type OpenedMessage, type SealedMessage } from './wire.js';

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
  /** 0 (idle) to 1 (full), told to the others. */
  readonly load: () => number;
  readonly onMember: (change: MemberChange, peer: Peer) => void;
  readonly onRefused: (code: string, from: PeerId) => void;
  readonly onError: (error: unknown) => void;
  readonly onTick: () => void;
}

/** The other members: who is there, and what they say. */
export class Mesh {
  readonly membership: Membership;
  readonly delivery: Delivery;
  readonly roster: RosterSync;
  received = 0;
  readonly #o: MeshOptions;
  readonly #pulse: Pulse;
  readonly #handlers = new Map<number, (message: OpenedMessage) => void>();
  #keyed: { readonly wire: Wire; readonly greeting: Greeting } | undefined;
  #life: 'new' | 'started' | 'closed' = 'new';

  constructor(options: MeshOptions) {
    this.#o = options;
    const { clock, self, limits, swarmId, links, onError, onRefused } = options;
    const createPeer = (member: Member, role: Role) => this.#createPeer(member, role);
    const onDropped = (peer: Peer) => this.#dropped(peer);
    this.membership = new Membership({ swarmId, clock, limits, self, createPeer, onDropped });
    const wire = () => this.#secrets.wire;
    this.delivery = new Delivery({ peers: this.peers, links, clock, limits, wire, onError });
    this.roster = new RosterSync({
      clock,
      membership: this.membership,
      payloadBytesMax: limits.payloadBytesMax,
      send: (peer, message) => void this.toPeer(peer, message).catch(onError),
      onMember: (peer) => this.#greet(peer),
      onDead: (peer) => this.#dead(peer),
      onRefused,
    });
    this.#pulse = this.#createPulse();
    this.on(MessageType.heartbeat, (message) => this.#hearHeartbeat(message));
    this.on(MessageType.rekey, (message) => this.#hearRekey(message));
    this.on(MessageType.leave, ({ peer }) => this.membership.remove(peer));
    this.on(MessageType.rosterRequest, ({ peer }) => this.roster.answer(peer));
    this.#onCoordinator(MessageType.roster, (message) => this.roster.hear(message));
    this.#onCoordinator(MessageType.memberDead, (message) => this.#hearDead(message));
    this.#onCoordinator(MessageType.memberJoined, ({ peer, body }) =>
      this.roster.hearEntry(peer, parseJson(body)),
    );
  }

  get isCoordinator(): boolean {
    return this.#o.self.role === 'coordinator';
  }

  get peers(): ReadonlyMap<string, Peer> {
    return this.membership.peers;
  }

  get selfKeyId(): Uint8Array {
    return this.membership.selfKeyId;
  }

  /**
   * Makes sealing and opening possible: the swarm key is known from the start, or since joining.
   */
  unlock(swarmKey: Uint8Array): void {
    const wire = new Wire({
      ...this.#o,
      swarmKey,
      memberKeyId: this.selfKeyId,
      registry: this.membership.registry,
      peerOf: (keyId) => this.membership.byKeyId(keyId),
    });
    const greeting = new Greeting({
      wire,
      send: (peer, frame) => this.delivery.now(peer, frame),
      freshen: (peer) => this.delivery.freshen(peer),
    });
    this.#keyed = { wire, greeting };
  }

  /** The transports are open: greets those already registered, and keeps the heart beating. */
  start(): void {
    if (this.#life === 'closed') return;
    this.#life = 'started';
    for (const peer of this.peers.values()) this.#greet(peer);
    this.#pulse.start();
  }

  /** Who waits for something to be sent fails with the error. */
  close(error: Error): void {
    this.#life = 'closed';
    this.#pulse.stop();
    this.delivery.close(error);
  }

  on(type: MessageType, handler: (message: OpenedMessage) => void): void {
    this.#handlers.set(type, handler);
  }

  /** @throws RegistrationError if a rule of the registry is broken */
  register(registration: unknown, role: Role): void {
    const registered = this.membership.register(registration, role);
    if ('code' in registered) throw new RegistrationError(registered.code);
    const { peer, isNew } = registered;
    if (isNew) this.#greet(peer);
    else if (peer.role !== role) throw new RegistrationError('ERR_SWARM_ROLE');
  }

  /**
   * As `register`, for a newcomer that the others are told of.
   * @returns the code of a broken rule.
   */
  admit(registration: unknown, role: Role): string | undefined {
    const registered = this.membership.register(registration, role);
    if ('code' in registered) return registered.code;
    const { peer, isNew } = registered;
    // the others know its role from when it first came: two truths would split the swarm
    if (!isNew) return peer.role === role ? undefined : 'ERR_SWARM_ROLE';
    const body = encodeJson({ registration: peer.member.registration, role });
    for (const other of this.peers.values())
      if (other !== peer)
        this.toPeer(other, { type: MessageType.memberJoined, body }).catch(this.#o.onError);
    return undefined;
  }

  toGroup(message: SealedMessage): Promise<GroupDelivery> {
    return this.delivery.toGroup(message);
  }

  toPeer(peer: Peer, message: SealedMessage): Promise<boolean> {
    return this.delivery.toPeer(peer, message);
  }

  /**
   * Takes a frame from a transport. Never throws: what is wrong is reported and changes nothing.
   */
  hear(from: PeerId, frame: Uint8Array, via: Transport): void {
    if (this.#life !== 'started') return;
    try {
      const opened = this.#secrets.wire.open(frame);
      if (opened.ok) this.#dispatch(opened, from, via);
      else this.#refused(opened.code, from, opened.peer);
    } catch (error) {
      if (isEdgeError(error)) this.#o.onRefused(error.code, from);
      else this.#o.onError(error);
    }
  }

  get #secrets() {
    if (!this.#keyed) throw new NotConnectedError();
    return this.#keyed;
  }

  #onCoordinator(type: MessageType, handler: (message: OpenedMessage) => void): void {
    this.on(type, (message) => {
      if (message.peer.role === 'coordinator') handler(message);
      else this.#o.onRefused('ERR_SWARM_ROLE', message.peer.agentId);
    });
  }

  #dispatch(message: OpenedMessage, from: PeerId, via: Transport): void {
    const { peer, type } = message;
    if (type === MessageType.hello) return this.#hearHello(message, from, via);
    const handler = this.#handlers.get(type);
    if (!handler) return this.#o.onRefused('ERR_SWARM_MESSAGE_TYPE', from);
    this.received += 1;
    this.#o.links.proved(peer.agentId, via);
    this.#alive(peer);
    handler(message);
  }

  #refused(code: string, from: PeerId, peer: Peer | undefined): void {
    this.#o.onRefused(code, from);
    // perhaps a genuine member that we lost the thread of; a greeting finds it again
    if (code === 'ERR_ENVELOPE_EPOCH' && peer) this.#secrets.greeting.seek(peer);
  }

  #hearHello(message: OpenedMessage, from: PeerId, via: Transport): void {
    const { peer } = message;
    const verdict = this.#secrets.greeting.hear(message);
    if (verdict === 'unproven') return;
    if (verdict === 'stale') return this.#o.onRefused('ERR_ENVELOPE_REPLAY', from);
    // what its former run had is lost, however quickly it came back
    if (verdict === 'restarted') this.#dead(peer);
    this.#o.links.proved(peer.agentId, via);
    this.#alive(peer);
    if (verdict !== 'known') this.delivery.flush(peer);
  }

  /** The peer has proven that it is there. */
  #alive(peer: Peer): void {
    peer.heardAt = this.#o.clock.monotonic();
    const before = peer.state;
    peer.state = 'live';
    if (before !== 'known' && before !== 'dead') return;
    this.#o.onMember('member-joined', peer);
    // who was away has missed who came, left and died
    if (this.isCoordinator) this.roster.tell(peer);
  }

  #dead(peer: Peer): void {
    if (!isReachable(peer)) return;
    peer.state = 'dead';
    peer.greetingAt = this.#o.clock.monotonic();
    this.delivery.drop(peer);
    this.#o.onMember('member-dead', peer);
  }

  #dropped(peer: Peer): void {
    this.delivery.drop(peer);
    peer.inbound?.direct.chain.destroy();
    peer.inbound?.group.chain.destroy();
    peer.inbound = undefined;
    this.roster.forget(peer.agentId);
    this.#o.links.forget(peer.agentId);
    this.#o.onMember('member-left', peer);
  }

  #declareDead(peer: Peer): void {
    this.#dead(peer);
    if (!this.isCoordinator) return;
    const body = encodeJson({ agent_id: peer.agentId });
    this.toGroup({ type: MessageType.memberDead, body }).catch(this.#o.onError);
  }

  #hearHeartbeat(message: OpenedMessage): void {
    const digest = this.#pulse.hear(message);
    if (message.peer.role === 'coordinator') this.roster.compare(message.peer, digest);
  }

  #hearDead({ body }: OpenedMessage): void {
    const { agent_id: agentId } = (parseJson(body) ?? {}) as { agent_id?: unknown };
    const lost = typeof agentId === 'string' ? this.peers.get(agentId) : undefined;
    if (lost) this.#dead(lost);
  }

  /** Held back, such a word may come after a later one: chains only ever get newer. */
  #hearRekey({ peer, body }: OpenedMessage): void {
    const reader: ByteReader = new ByteReader(body, 'rekey');
    const isGroup = reader.u8() === 1;
    const next = { epoch: reader.u64(), generation: reader.u32(), counterMin: 0 };
    reader.end();
    const present = isGroup ? peer.inbound?.group : peer.inbound?.direct;
    if (!present || next.generation <= present.generation) return;
    const chain = this.#secrets.wire.inbound(peer, next);
    replaceInbound(peer, isGroup ? { group: chain } : { direct: chain });
  }

  #greet(peer: Peer): void {
    if (this.#life !== 'started') return;
    peer.greetingAt = this.#o.clock.monotonic();
    this.#secrets.greeting.greet(peer);
  }

  #createPulse(): Pulse {
    return new Pulse({
      ...this.#o,
      isCoordinator: this.isCoordinator,
      peers: this.peers,
      digest: () => this.membership.digest,
      offer: (peers, message) => this.delivery.offer(peers, message),
      greet: (peer) => this.#greet(peer),
      onSuspected: (peer) => this.#o.onMember('member-suspected', peer),
      onDead: (peer) => this.#declareDead(peer),
      onBegin: () => {
        this.#secrets.greeting.tick();
        for (const peer of this.peers.values()) this.delivery.forgetOld(peer);
      },
      onEnd: () => this.#o.onTick(),
    });
  }

  #createPeer(member: Member, role: Role): Peer {
    const { links, limits, clock } = this.#o;
    const { outboxBytesMax } = limits;
    const to = member.agentId;
    const onDropped = (frames: number) => void (this.delivery.counts.dropped += frames);
    return {
      agentId: to,
      member,
      role,
      outbox: new Outbox({ to, links, clock, outboxBytesMax, onDropped }),
      state: 'known',
      outbound: this.#secrets.wire.newOutbound(),
      inbound: undefined,
      incarnation: undefined,
      openedGreetings: new Map(),
      pending: [],
      heardAt: clock.monotonic(),
      beatsWantedUntil: -Infinity,
      greetingAt: -Infinity,
      load: 0,
    };
  }
}
