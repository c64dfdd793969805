import {
  isEdgeError,
  randomBytes,
  type Clock,
  type Entropy,
  type PeerId,
  type Transport,
} from '@ruvector/core';
import { readEnvelopeHeader, type IdentityManager, type Member } from '@ruvector/crypto';
import type { postQuantumProvider } from '@ruvector/crypto/pq';

import { Delivery, type GroupDelivery } from './delivery.js';
import { decodeDirect } from './direct-message.js';
import { EpochSync } from './epoch-sync.js';
import type { BegunEpoch } from './epochs.js';
import { RegistrationError } from './errors.js';
import { Expulsion } from './expulsion.js';
import type { HeartbeatOptions } from './failure-detector.js';
import { GroupSealer } from './group-sealer.js';
import type { Invitation } from './invitation.js';
import type { SwarmLimits } from './limits.js';
import type { Links } from './links.js';
import { Membership, type RosterEntry } from './membership.js';
import { encodeJson, parseJson } from './message.js';
import { BEFORE_ADMISSION, MessageType } from './message-type.js';
import { Outbox } from './outbox.js';
import type { Peer } from './peer.js';
import { Presence, type PresenceChange } from './presence.js';
import type { Role } from './role.js';
import { RosterSync } from './roster-sync.js';
import type { OpenedMessage } from './opened-message.js';
import type { SealedMessage } from './sealed-message.js';
import { isSessionPacket, Sessions } from './sessions.js';

export type MemberChange = PresenceChange | 'member-left';

export interface MeshOptions {
  readonly agentId: string;
  readonly swarmId: string;
  readonly identity: IdentityManager;
  readonly self: RosterEntry;
  /** What members that register each other by hand must hold; none if this one was invited. */
  readonly swarmKey: Uint8Array | undefined;
  readonly invitation: Invitation | undefined;
  readonly links: Links;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly provider: ReturnType<typeof postQuantumProvider>;
  readonly limits: SwarmLimits;
  readonly heartbeat: Required<HeartbeatOptions>;
  /** 0 (idle) to 1 (full), told to the others. */
  readonly load: () => number;
  readonly onMember: (change: MemberChange, peer: Peer) => void;
  readonly onEpoch: (epoch: number) => void;
  /** A coordinator has expelled a member, perhaps this one. */
  readonly onExpelled: (agentId: string) => void;
  readonly onRefused: (code: string, from: PeerId) => void;
  readonly onError: (error: unknown) => void;
  readonly onTick: () => void;
}

/** The other members: who is there, and what they say. */
export class Mesh {
  readonly membership: Membership;
  readonly delivery: Delivery;
  readonly roster: RosterSync;
  readonly expulsion: Expulsion;
  received = 0;
  readonly #o: MeshOptions;
  readonly #incarnation: bigint;
  readonly #sessions: Sessions;
  readonly #sync: EpochSync;
  readonly #sealer: GroupSealer;
  readonly #presence: Presence;
  readonly #handlers = new Map<number, (message: OpenedMessage) => void>();
  #life: 'new' | 'started' | 'closed' = 'new';

  constructor(options: MeshOptions) {
    this.#o = options;
    const { clock, limits, onError, onRefused, entropy } = options;
    this.#incarnation = new DataView(randomBytes(entropy, 8).buffer).getBigUint64(0);
    const createPeer = (member: Member, role: Role) => this.#createPeer(member, role);
    const onDropped = (peer: Peer) => this.#dropped(peer);
    this.membership = new Membership({ ...options, createPeer, onDropped });
    this.#sessions = this.#createSessions();
    this.#sync = this.#createSync();
    const { epochs } = this.#sync;
    const sealer = (this.#sealer = new GroupSealer({ clock, sealing: () => epochs.sealing() }));
    const greet = (peer: Peer) => this.#sessions.greet(peer);
    this.delivery = new Delivery({
      ...{ peers: this.peers, clock, limits, epochs, sealer, greet, onError },
      seekKeys: () => this.#sync.seek(),
    });
    this.expulsion = this.#createExpulsion();
    this.roster = new RosterSync({
      clock,
      membership: this.membership,
      payloadBytesMax: limits.payloadBytesMax,
      send: (peer, message) => this.#send(peer, message),
      onMember: (peer) => this.#presence.greet(peer),
      onDead: (peer) => this.#presence.dead(peer),
      onRemoval: (removal, by) => this.expulsion.hear(removal, by),
      onListed: () => this.#sync.listed(),
      onRefused,
    });
    this.#presence = this.#createPresence();
    this.#listen();
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

  /** Where the epochs are: goes into invitations. */
  get present(): { readonly epoch: number; readonly commitHash: Uint8Array } {
    const { epoch, commitHash } = this.#sync.epochs;
    return { epoch, commitHash };
  }

  /** The transports are open: greets those already registered, and keeps the heart beating. */
  start(): void {
    if (this.#life === 'closed') return;
    this.#life = 'started';
    this.#sync.commitNow();
    this.#presence.start();
  }

  /** Resolves when this member can seal for the group. */
  keyed(): Promise<void> {
    return this.#sync.when(() => this.#sync.epochs.canSeal);
  }

  /** Who waits for something to be sent fails with the error. */
  close(error: Error): void {
    this.#life = 'closed';
    this.#presence.close();
    this.delivery.close(error);
    for (const { session } of this.peers.values()) session.destroy();
    this.#sync.close(error);
  }

  on(type: MessageType, handler: (message: OpenedMessage) => void): void {
    this.#handlers.set(type, handler);
  }

  /**
   * By the application's own hand, or `isVouched`: nothing more is asked of the member.
   * @throws RegistrationError if a rule of the registry is broken
   */
  register(registration: unknown, role: Role, isVouched = false): void {
    const registered = this.membership.register(registration, role, isVouched);
    if ('code' in registered) throw new RegistrationError(registered.code);
    const { peer, isNew } = registered;
    if (isNew) this.#presence.greet(peer);
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
    if (!isNew && peer.role !== role) return 'ERR_SWARM_ROLE';
    peer.isAdmitted = true;
    if (!isNew) {
      this.#presence.restarted(peer);
      return undefined;
    }
    const body = encodeJson({ registration: peer.member.registration, role });
    for (const other of this.peers.values())
      if (other !== peer) this.#send(other, { type: MessageType.memberJoined, body });
    return undefined;
  }

  toGroup(message: SealedMessage): Promise<GroupDelivery> {
    return this.delivery.toGroup(message);
  }

  /** @returns whether it is on its way; not to one that lacks the swarm key. */
  async toPeer(peer: Peer, message: SealedMessage): Promise<boolean> {
    return this.#sync.isAdmitted(peer) && this.delivery.toPeer(peer, message);
  }

  /**
   * Takes a frame from a transport. Never throws: what is wrong is reported and changes nothing.
   */
  hear(from: PeerId, frame: Uint8Array, via: Transport): void {
    if (this.#life !== 'started') return;
    try {
      if (isSessionPacket(frame)) this.#hearPacket(from, frame, via);
      else this.#hearEnvelope(from, frame, via);
    } catch (error) {
      if (isEdgeError(error)) this.#o.onRefused(error.code, from);
      else this.#o.onError(error);
    }
  }

  /** Who it is from only its transport says; what does not open is not. */
  #hearPacket(from: PeerId, packet: Uint8Array, via: Transport): void {
    const peer = this.peers.get(from);
    if (!peer) return this.#o.onRefused('ERR_ENVELOPE_SENDER', from);
    const heard = this.#sessions.hear(peer, packet);
    if (!heard.ok) {
      if (heard.code !== 'ERR_HANDSHAKE_CROSSING') this.#o.onRefused(heard.code, from);
      return this.#presence.lost(peer, heard.code);
    }
    if (!heard.isLive) return;
    this.#presence.alive(peer, via);
    if (heard.payload) this.#hearDirect({ peer, ...decodeDirect(heard.payload) });
  }

  /** A session shows who speaks; whether it may, the swarm key shows where there is one. */
  #hearDirect(message: OpenedMessage): void {
    const { peer, type } = message;
    if (BEFORE_ADMISSION.has(type) || this.#sync.isAdmitted(peer)) this.#dispatch(message);
    else this.#o.onRefused('ERR_SWARM_KEY', peer.agentId);
  }

  #hearEnvelope(from: PeerId, frame: Uint8Array, via: Transport): void {
    const { epochs } = this.#sync;
    if (!epochs.hasBegun && readEnvelopeHeader(frame)) return; // the keys are under way
    const opened = epochs.open(frame);
    if (!opened.ok) return this.#refused(opened.code, from);
    const peer = this.membership.byKeyId(opened.header.sender);
    if (!peer) return this.#o.onRefused('ERR_ENVELOPE_SENDER', from);
    this.#presence.alive(peer, via);
    this.#dispatch({ peer, ...opened.payload });
  }

  #refused(code: string, from: PeerId): void {
    // of an epoch that this member has not heard of yet, or that is over for it
    if (code === 'ERR_ENVELOPE_EPOCH' || code === 'ERR_ENVELOPE_WAITING') this.#sync.missed();
    if (code !== 'ERR_ENVELOPE_WAITING') this.#o.onRefused(code, from);
  }

  #dispatch(message: OpenedMessage): void {
    const handler = this.#handlers.get(message.type);
    if (!handler) return this.#o.onRefused('ERR_SWARM_MESSAGE_TYPE', message.peer.agentId);
    this.received += 1;
    handler(message);
  }

  #listen(): void {
    const presence = this.#presence;
    this.on(MessageType.hello, (message) => presence.hearHello(message));
    this.on(MessageType.heartbeat, (message) => presence.hearHeartbeat(message));
    this.on(MessageType.epochAsk, (message) => this.#sync.hearAsk(message));
    this.on(MessageType.epochClaim, (message) => this.#sync.hearClaim(message));
    this.on(MessageType.leave, ({ peer }) => this.#left(peer));
    this.on(MessageType.rosterRequest, ({ peer }) => this.roster.answer(peer));
    this.#onCoordinator(MessageType.roster, (message) => this.roster.hear(message));
    this.#onCoordinator(MessageType.memberDead, (message) => presence.hearDead(message));
    this.#onCoordinator(MessageType.memberExpelled, ({ body }) =>
      this.expulsion.hear(parseJson(body)),
    );
    this.#onCoordinator(MessageType.memberJoined, ({ peer, body }) =>
      this.roster.hearEntry(peer, parseJson(body)),
    );
    this.on(MessageType.epochNews, (message) => this.#sync.hearNews(message));
  }

  #onCoordinator(type: MessageType, handler: (message: OpenedMessage) => void): void {
    this.on(type, (message) => {
      if (message.peer.role === 'coordinator') handler(message);
      else this.#o.onRefused('ERR_SWARM_ROLE', message.peer.agentId);
    });
  }

  #met(peer: Peer): void {
    // who was away has missed who came, left and died
    if (this.isCoordinator) this.roster.answer(peer);
    this.delivery.flush(peer);
    this.#sync.met(peer);
  }

  #left(peer: Peer): void {
    this.membership.remove(peer);
    this.#sync.seek();
  }

  #dropped(peer: Peer): void {
    this.delivery.drop(peer);
    peer.session.destroy();
    this.roster.forget(peer.agentId);
    this.#o.links.forget(peer.agentId);
    this.#o.onMember('member-left', peer);
  }

  #begun({ epoch, isFirst, opened }: BegunEpoch): void {
    if (isFirst) this.#presence.announce();
    for (const peer of this.peers.values()) this.delivery.flush(peer);
    for (const message of opened) {
      const peer = message.ok ? this.membership.byKeyId(message.header.sender) : undefined;
      if (!message.ok || !peer) continue;
      this.#presence.alive(peer);
      this.#dispatch({ peer, ...message.payload });
    }
    this.#o.onEpoch(epoch);
  }

  #send(peer: Peer, message: SealedMessage): void {
    this.delivery.toPeer(peer, message).catch(this.#o.onError);
  }

  #createPresence(): Presence {
    return new Presence({
      ...this.#o,
      membership: this.membership,
      delivery: this.delivery,
      sessions: this.#sessions,
      incarnation: this.#incarnation,
      onMember: (change, peer) => {
        this.#o.onMember(change, peer);
        if (change === 'member-dead') this.#sync.seek();
      },
      onMet: (peer) => this.#met(peer),
      onDigest: (coordinator, digest) => this.roster.compare(coordinator, digest),
      onBegin: () => this.#sync.seek(),
      onEnd: () => this.#o.onTick(),
    });
  }

  #createSessions(): Sessions {
    return new Sessions({
      ...this.#o,
      memberKeyId: this.selfKeyId,
      send: (peer, packet) => this.delivery.first(peer, packet),
      onReady: (peer) => {
        this.delivery.flushDirect(peer);
        this.#sync.met(peer);
      },
    });
  }

  #createExpulsion(): Expulsion {
    const { identity, clock, agentId, onExpelled } = this.#o;
    return new Expulsion({
      ...{ identity, clock, agentId, onExpelled },
      isCoordinator: this.isCoordinator,
      membership: this.membership,
      sync: this.#sync,
      announce: (message) => this.delivery.announce([...this.peers.values()], message),
    });
  }

  #createSync(): EpochSync {
    return new EpochSync({
      ...this.#o,
      membership: this.membership,
      incarnation: this.#incarnation,
      invited: this.#o.invitation,
      messagesPerEpochMax: this.#o.limits.messagesPerEpochMax,
      waitingBytesMax: this.#o.limits.outboxBytesMax,
      send: (peer, message) => this.#send(peer, message),
      greet: (peer) => this.#sessions.greet(peer),
      onEnd: () => this.#sealer.endEpoch(),
      onBegin: (begun) => this.#begun(begun),
      onFork: () => this.#o.onRefused('ERR_COMMIT_FORK', this.#o.agentId),
      onMissing: (peer) => this.roster.ask(peer),
      onIncarnation: (peer, incarnation) => this.#presence.runs(peer, incarnation, true),
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
      session: this.#sessions.create(member),
      isAdmitted: false,
      isPassedOver: false,
      state: 'known',
      incarnation: undefined,
      pending: [],
      unsent: [],
      heardAt: clock.monotonic(),
      beatsWantedUntil: -Infinity,
      greetingAt: -Infinity,
      asked: { what: '', at: -Infinity, since: -Infinity, times: 0 },
      load: 0,
    };
  }
}
