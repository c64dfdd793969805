import type { PeerId } from '@ruvector/core';
import { Acks } from './acks.js';
import { Outbox, type Budget } from './outbox.js';
import type { Settings } from './options.js';
import { CloseCode, cut, shut, type Socket, type SocketEnd } from './socket.js';
import * as wire from './wire.js';

/** Batches are handed to the system up to here; what is above stays in the outbox. */
const HANDED_BYTES_MAX = 1_048_576;

/** Ends of a socket after which the other side does not come back to this session. */
const FINAL: ReadonlySet<number> = /* @__PURE__ */ new Set([
  CloseCode.normal,
  CloseCode.goingAway,
  CloseCode.malformed,
  CloseCode.badHello,
  CloseCode.replaced,
  CloseCode.wrongPeer,
  CloseCode.slowReader,
]);

export interface LinkOwner {
  readonly settings: Settings;
  readonly budget: Budget;
  /** Runs `flush` once the frames of this turn are gathered. */
  defer(flush: () => void): void;
  received(link: Link, records: readonly wire.WireRecord[]): void;
  /** `up`, `full` or `idle` of the link may have changed. */
  changed(link: Link): void;
  /** The socket is gone; unless `link.ended`, the link waits for another one. */
  lost(link: Link, end: SocketEnd): void;
  /** The session is over; so many frames were never confirmed. Comes once. */
  over(link: Link, framesLost: number): void;
}

/**
 * A session with one peer, which outlives the socket that carries it at the moment: batches are
 * numbered, confirmed, and handed again to the next socket, so frames arrive once and in order as
 * long as both sides live and a socket comes back within `resumeMs`.
 */
export class Link {
  readonly peerId: PeerId;
  /** The peer's instance: another one cannot go on with this session. */
  readonly instance: string;
  /** What we are to this peer. */
  readonly ownInstance: string;
  readonly dialed: boolean;
  /** What the hub at the other end says about its dialers: whether they have room. */
  readonly routes = new Map<PeerId, boolean>();
  readonly #owner: LinkOwner;
  readonly #outbox: Outbox;
  readonly #acks: Acks;
  #socket: Socket | undefined;
  #ended = false;
  #full = false;
  #pingDue = false;
  #flushDue = false;
  #silentIntervals = 0;
  readonly #flushLater = () => this.#flush();
  #cancelPing: (() => void) | undefined;
  #cancelResume: (() => void) | undefined;

  constructor(
    owner: LinkOwner,
    peerId: PeerId,
    instance: string,
    ownInstance: string,
    dialed: boolean,
  ) {
    this.#owner = owner;
    this.peerId = peerId;
    this.instance = instance;
    this.ownInstance = ownInstance;
    this.dialed = dialed;
    this.#outbox = new Outbox(owner.budget);
    this.#acks = new Acks(owner.settings.clock, () => this.#flush());
  }

  /** A socket carries the link. */
  get up(): boolean {
    return this.#socket !== undefined;
  }

  /** From the high water mark until the low one is reached. */
  get full(): boolean {
    return this.#full;
  }

  /** Everything was confirmed. */
  get idle(): boolean {
    return this.#outbox.bytes === 0;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get bufferedBytes(): number {
    return this.#outbox.bytes;
  }

  /** Batches got in this session, modulo 2^32. */
  get received(): number {
    return this.#acks.received;
  }

  /** Bytes that have come over the present socket; counted for links that others dialed. */
  get heard(): number {
    return this.#socket?.bytesRead ?? 0;
  }

  /** Goes on over a fresh socket. `received` is what the other side got before. */
  attach(socket: Socket, received: number): void {
    this.#cancelResume?.();
    this.#socket = socket;
    this.#silentIntervals = 0;
    socket.greeted();
    socket.on = {
      opened: () => undefined,
      message: (bytes) => this.#message(socket, bytes),
      ended: (end) => this.#lose(end),
    };
    this.#watch();
    try {
      this.#outbox.confirm(received);
    } catch (error) {
      this.end(CloseCode.malformed, (error as Error).message);
      return;
    }
    this.#outbox.rewind();
    this.#schedule();
    this.#checkRoom();
    this.#owner.changed(this);
  }

  /** Lets go of the present socket, for which a better one has come. */
  detach(closeCode: number, reason: string): void {
    const socket = this.#release();
    const { clock, closeTimeoutMs } = this.#owner.settings;
    if (socket !== undefined) void shut(socket, closeCode, reason, clock, closeTimeoutMs);
  }

  /** Queues a record; never refuses. The bytes are copied. */
  push(kind: wire.RecordKind, id: string, bytes: Uint8Array): void {
    this.#outbox.add(kind, id, bytes);
    this.#schedule();
    if (!this.#full && this.#outbox.bytes >= this.#owner.settings.highWaterBytes) {
      this.#full = true;
      this.hurry();
      this.#owner.changed(this);
    }
  }

  /** Asks the other side to confirm at once. */
  hurry(): void {
    if (this.#outbox.bytes > 0) this.ask();
  }

  /** Asks the other side for a sign of life. */
  ask(): void {
    this.#pingDue = true;
    this.#schedule();
  }

  /** Ends the session, and its socket with the closing handshake. Resolves when that has ended. */
  end(closeCode: number, reason: string): Promise<void> {
    if (this.#ended) return Promise.resolve();
    this.#ended = true;
    const socket = this.#release();
    this.#cancelResume?.();
    const { clock, closeTimeoutMs } = this.#owner.settings;
    const closed = socket && shut(socket, closeCode, reason, clock, closeTimeoutMs);
    if (socket !== undefined) this.#owner.lost(this, { closeCode, reason });
    this.#owner.over(this, this.#outbox.discard());
    return closed ?? Promise.resolve();
  }

  #lose(end: SocketEnd): void {
    this.#release();
    this.#ended = FINAL.has(end.closeCode);
    if (this.#ended) {
      this.#owner.lost(this, end);
      this.#owner.over(this, this.#outbox.discard());
    } else {
      const { clock, resumeMs } = this.#owner.settings;
      const giveUp = () => void this.end(CloseCode.normal, 'did not come back');
      this.#cancelResume = clock.setTimeout(giveUp, resumeMs);
      this.#owner.lost(this, end); // last, since the owner may end it
    }
  }

  #release(): Socket | undefined {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#cancelPing?.();
    this.#acks.reset();
    this.#pingDue = false;
    return socket;
  }

  #message(socket: Socket, bytes: Uint8Array | undefined): void {
    this.#silentIntervals = 0;
    let message: wire.Message;
    try {
      message = wire.decodeMessage(bytes ?? new Uint8Array());
      this.#outbox.confirm(message.received);
    } catch (error) {
      void this.end(CloseCode.malformed, (error as Error).message);
      return;
    }
    this.#checkRoom();
    if (message.kind === wire.MessageKind.batch) {
      this.#acks.got(bytes!.length);
      if (this.#acks.due) this.#schedule();
      this.#owner.received(this, message.records);
    } else if (message.kind === wire.MessageKind.ping) {
      this.#acks.asked();
      this.#schedule();
    }
    if (this.#socket === socket && this.#outbox.waiting) this.#schedule();
  }

  #checkRoom(): void {
    const { lowWaterBytes } = this.#owner.settings;
    const relieved = this.#full && this.#outbox.bytes <= lowWaterBytes;
    if (relieved) this.#full = false;
    if (relieved || this.#outbox.bytes === 0) this.#owner.changed(this);
  }

  #schedule(): void {
    if (this.#flushDue || this.#socket === undefined) return;
    this.#flushDue = true;
    this.#owner.defer(this.#flushLater);
  }

  #flush(): void {
    this.#flushDue = false;
    const socket = this.#socket;
    if (socket === undefined) return;
    while (socket.bufferedAmount < HANDED_BYTES_MAX) {
      const batch = this.#outbox.next();
      if (batch === undefined) break;
      wire.stampBatch(batch, this.#acks.received);
      socket.send(batch);
      this.#acks.told();
    }
    if (this.#acks.due) {
      socket.send(wire.encodeControl(wire.MessageKind.ack, this.#acks.received));
      this.#acks.told();
    }
    if (this.#pingDue) {
      this.#pingDue = false;
      socket.send(wire.encodeControl(wire.MessageKind.ping, this.#acks.received));
    }
    // Only a peer that goes on asking and never reads gets here: batches alone stay far below.
    if (socket.bufferedAmount > this.#owner.settings.linkBytesMax + wire.MESSAGE_BYTES_MAX)
      void this.end(CloseCode.slowReader, 'does not read');
  }

  /** Counts intervals, not time: a process that was itself asleep does not blame its peers. */
  #watch(): void {
    const { clock, pingIntervalMs } = this.#owner.settings;
    this.#cancelPing = clock.setTimeout(() => {
      if (++this.#silentIntervals > 2) {
        const socket = this.#release();
        if (socket !== undefined) cut(socket);
        this.#lose({ closeCode: CloseCode.silent, reason: 'silent for too long' });
        return;
      }
      this.#pingDue = true;
      this.#flush();
      this.#watch();
    }, pingIntervalMs);
  }
}
