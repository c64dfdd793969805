import { randomBytes, toHex, type PeerId, type TransportState } from '@ruvector/core';
import { Dialer, type DialerOwner } from './dialer.js';
import { WsLinkError } from './errors.js';
import { Link, type LinkOwner } from './link.js';
import type { Settings } from './options.js';
import type { Platform } from './platform.js';
import { Reception } from './reception.js';
import { Relay } from './relay.js';
import { CloseCode, shut, type Socket, type SocketEnd } from './socket.js';
import { encodeHello, INSTANCE_BYTES, NO_INSTANCE, RecordKind, RouteState } from './wire.js';
import type { Hello, WireRecord } from './wire.js';

export interface LinksOwner {
  frame(from: PeerId, frame: Uint8Array): void;
  state(state: TransportState, cause?: Error): void;
  /** A link, its room or what is buffered may have changed. */
  changed(): void;
  /** So many frames are lost. */
  dropped(frames: number): void;
  reached(dialer: Dialer): void;
  missed(dialer: Dialer, end: SocketEnd): void;
}

/** All links of a transport: makes them, mends them, and knows which one leads to whom. */
export class Links {
  /** Frames of others that were passed on. */
  relayed = 0;
  readonly #owner: LinksOwner;
  readonly #settings: Settings;
  readonly #budget = { bytes: 0 };
  /** Two peers may dial each other: then there are two links, each side sends on its own. */
  readonly #dialed = new Map<PeerId, Link>();
  readonly #accepted = new Map<PeerId, Link>();
  readonly #relay: Relay;
  readonly #linkOwner: LinkOwner;
  readonly #dialerOwner: DialerOwner;
  readonly #dialers = new Map<PeerId, Dialer>();
  readonly #reception: Reception;

  constructor(owner: LinksOwner, settings: Settings, platform: Platform) {
    this.#owner = owner;
    this.#settings = settings;
    this.#reception = new Reception({
      settings,
      accepted: this.#accepted,
      admit: (socket, hello) => this.#admit(socket, hello),
      refuse: (socket, closeCode, reason) => this.#refuse(socket, closeCode, reason),
    });
    this.#relay = new Relay(settings, this.#budget, this.#accepted);
    this.#linkOwner = {
      settings,
      budget: this.#budget,
      defer: platform.defer,
      received: (link, records) => this.#received(link, records),
      changed: (link) => this.#changed(link),
      lost: (link, end) => this.#lost(link, end),
      over: (link, framesLost) => this.#over(link, framesLost),
    };
    this.#dialerOwner = {
      settings,
      dial: platform.dial,
      hello: ({ peerId, ownInstance }) => this.#hello(ownInstance, this.#dialed.get(peerId)),
      reached: (dialer, socket, hello) => this.#reached(dialer, socket, hello),
      missed: (dialer, end) => owner.missed(dialer, end),
    };
  }

  /** Bytes queued or not confirmed. */
  get bufferedBytes(): number {
    return this.#budget.bytes;
  }

  get links(): Link[] {
    return [...this.#dialed.values(), ...this.#accepted.values()];
  }

  peers(): PeerId[] {
    const ids = new Set<PeerId>();
    for (const link of this.links) {
      if (!link.up) continue;
      ids.add(link.peerId);
      for (const peerId of link.routes.keys()) ids.add(peerId);
    }
    ids.delete(this.#settings.peerId);
    return [...ids];
  }

  dialAll(): Dialer[] {
    for (const [peerId, url] of this.#settings.peers)
      this.#dialers.set(peerId, new Dialer(this.#dialerOwner, peerId, url, this.#draw()));
    return [...this.#dialers.values()];
  }

  /** Whether one more connection may come in; a dialer that may still come back makes room. */
  admits(): boolean {
    return this.#reception.admits();
  }

  accept(socket: Socket): void {
    this.#reception.accept(socket);
  }

  /** @returns false if there is no way or no room; the frame is copied otherwise. */
  send(to: PeerId, frame: Uint8Array): boolean {
    const link = this.way(to);
    if (link === undefined) return false;
    if (link.peerId === to) link.push(RecordKind.data, '', frame);
    else link.push(RecordKind.relay, to, frame);
    return true;
  }

  /** The link that would take a frame for this peer now, if there is one with room. */
  way(to: PeerId): Link | undefined {
    const link = this.#direct(to) ?? this.#hub(to);
    if (link === undefined || !link.up || link.full) return undefined;
    return link.peerId === to || link.routes.get(to) === true ? link : undefined;
  }

  /** Asks everybody to confirm at once, so that waiting for it ends sooner. */
  hurry(): void {
    for (const link of this.links) link.hurry();
  }

  /** From now on nobody is dialed, greeted or waited for; frames under way still leave. */
  retire(): void {
    for (const dialer of this.#dialers.values()) dialer.stop();
    this.#dialers.clear();
    this.#reception.close();
    for (const link of this.links) if (!link.up) void link.end(CloseCode.goingAway, 'closing');
  }

  /** Ends all links; resolves when their sockets are gone. */
  async end(): Promise<void> {
    this.retire();
    await Promise.all(this.links.map((link) => link.end(CloseCode.goingAway, 'closing')));
  }

  #direct(to: PeerId): Link | undefined {
    const dialed = this.#dialed.get(to);
    const accepted = this.#accepted.get(to);
    // A link that still holds frames is kept to, or later ones would overtake them.
    if (dialed !== undefined && (dialed.up || !dialed.idle)) {
      if (accepted === undefined || accepted.idle || !dialed.idle) return dialed;
    }
    return accepted !== undefined && (accepted.up || !accepted.idle) ? accepted : undefined;
  }

  #hub(to: PeerId): Link | undefined {
    for (const link of this.#dialed.values()) if (link.up && link.routes.has(to)) return link;
    return undefined;
  }

  /** A number that nobody guesses; each peer is told one of its own, as it could pass it on. */
  #draw(): string {
    return toHex(randomBytes(this.#settings.entropy, INSTANCE_BYTES));
  }

  #hello(ownInstance: string, link: Link | undefined): Uint8Array {
    return encodeHello({
      peerId: this.#settings.peerId,
      instance: ownInstance,
      resumes: link?.instance ?? NO_INSTANCE,
      received: link?.received ?? 0,
    });
  }

  /** A dialer has said HELLO to us, and may have its peer id. */
  #admit(socket: Socket, { peerId, instance, resumes, received }: Hello): void {
    const known = this.#accepted.get(peerId);
    if (known !== undefined) this.#reception.settle(known, true);
    if (known?.instance === instance && resumes === known.ownInstance) {
      known.detach(CloseCode.replaced, 'a newer connection took over');
      socket.send(this.#hello(known.ownInstance, known));
      this.#attach(known, socket, received);
      return;
    }
    void known?.end(CloseCode.replaced, 'another connection said the same peer id');
    const link = new Link(this.#linkOwner, peerId, instance, this.#draw(), false);
    this.#accepted.set(peerId, link);
    socket.send(this.#hello(link.ownInstance, undefined));
    if (this.#settings.relay) this.#relay.welcome(link);
    this.#attach(link, socket, 0);
  }

  /** A peer that we dialed has said HELLO. */
  #reached(dialer: Dialer, socket: Socket, hello: Hello): void {
    const { peerId, instance, resumes, received } = hello;
    const known = this.#dialed.get(dialer.peerId);
    if (peerId !== dialer.peerId) {
      const reason = `${peerId} answered instead`;
      this.#refuse(socket, CloseCode.wrongPeer, reason);
      dialer.lost();
      this.#owner.missed(dialer, { closeCode: CloseCode.wrongPeer, reason });
      return;
    }
    const resumed = resumes === dialer.ownInstance;
    if (resumed && known?.instance === instance) {
      this.#attach(known, socket, received);
    } else if (resumed) {
      // It waited for a session that was given up here just now.
      this.#refuse(socket, CloseCode.malformed, 'the session is over');
      dialer.lost();
      return;
    } else {
      void known?.end(CloseCode.replaced, 'the peer has forgotten the session');
      const link = new Link(this.#linkOwner, peerId, instance, dialer.ownInstance, true);
      this.#dialed.set(peerId, link);
      this.#attach(link, socket, 0);
    }
    this.#owner.reached(dialer);
  }

  #refuse(socket: Socket, closeCode: number, reason: string): void {
    const { clock, closeTimeoutMs } = this.#settings;
    void shut(socket, closeCode, reason, clock, closeTimeoutMs);
  }

  #received(link: Link, records: readonly WireRecord[]): void {
    for (const { kind, id, bytes } of records) {
      if (link.ended) return;
      if (kind === RecordKind.data) this.#owner.frame(link.peerId, bytes);
      else if (kind === RecordKind.route) this.#learn(link, id, bytes[0]!);
      else if (link.dialed) this.#owner.frame(id, bytes);
      else if (this.#settings.relay && this.#relay.forward(link, id, bytes)) this.relayed++;
      else this.#owner.dropped(1);
    }
  }

  /** A hub says where another of its dialers stands. */
  #learn(link: Link, peerId: PeerId, state: number): void {
    if (!link.dialed) {
      void link.end(CloseCode.malformed, 'only a listener announces routes');
    } else if (state === RouteState.gone) {
      link.routes.delete(peerId);
    } else if (link.routes.has(peerId) || link.routes.size < this.#settings.routesMax) {
      link.routes.set(peerId, state === RouteState.open);
    } else {
      void link.end(CloseCode.malformed, `more than ${this.#settings.routesMax} routes`);
    }
    this.#owner.changed();
  }

  #attach(link: Link, socket: Socket, received: number): void {
    link.attach(socket, received);
    if (link.up) this.#owner.state('up');
  }

  #changed(link: Link): void {
    if (!link.dialed && this.#settings.relay) this.#relay.tell(link);
    this.#owner.changed();
  }

  #lost(link: Link, { closeCode, reason }: SocketEnd): void {
    this.#changed(link);
    const dialer = link.dialed ? this.#dialers.get(link.peerId) : undefined;
    dialer?.lost();
    const cause = new WsLinkError(link.peerId, closeCode, reason);
    if (dialer !== undefined || !link.ended) this.#owner.state('retry', cause);
    else this.#checkDown(cause);
    if (!link.ended) this.#reception.settle(link, false);
  }

  #over(link: Link, framesLost: number): void {
    const links = link.dialed ? this.#dialed : this.#accepted;
    if (links.get(link.peerId) === link) links.delete(link.peerId);
    this.#owner.dropped(framesLost);
    this.#changed(link);
    const rest = this.links;
    if (!link.dialed && rest.length > 0 && rest.every(({ up }) => up)) this.#owner.state('up');
    this.#checkDown();
    this.#reception.settle(link, false);
  }

  /** Nothing works, nobody is awaited and nobody is dialed. */
  #checkDown(cause?: Error): void {
    if (this.#dialers.size > 0 || this.links.some((link) => !link.ended)) return;
    this.#owner.state('down', cause);
  }
}
