import type { FrameHandler, PeerId, Transport } from '../../transport.js';
import type { Deadline } from '../deadline.js';

/** Two transports that reach each other, and the means to part them. */
export interface TransportPair {
  readonly a: Transport;
  readonly b: Transport;
  /** The pair's peer ids. @default { a: 'a', b: 'b' } */
  readonly ids?: { readonly a: PeerId; readonly b: PeerId };
  /** `a` is open already: what only one that is not can show is not tried. @default false */
  readonly opened?: boolean;
  /** Cuts the way between the two; both stay open. */
  sever(): Promise<void>;
  /** Mends what `sever` cut. */
  heal(): Promise<void>;
  /** Releases all that the factory made; the transports may be closed already. */
  close(): Promise<void>;
}

/** One side of a pair: its transport, its own id and the id of the other. */
export interface Side {
  readonly transport: Transport;
  readonly id: PeerId;
  readonly peer: PeerId;
}

/** A pair at work, with what the cases of the compliance suite do all the time. */
export class Link {
  readonly a: Side;
  readonly b: Side;
  readonly pair: TransportPair;
  readonly deadline: Deadline;

  constructor(pair: TransportPair, deadline: Deadline) {
    const ids = pair.ids ?? { a: 'a', b: 'b' };
    this.a = { transport: pair.a, id: ids.a, peer: ids.b };
    this.b = { transport: pair.b, id: ids.b, peer: ids.a };
    this.pair = pair;
    this.deadline = deadline;
  }

  async open(): Promise<void> {
    const sides = [this.a, this.b];
    await this.deadline.within(Promise.all(sides.map((s) => s.transport.open())), 'open()');
    await this.connected();
  }

  /** Resolves when each side may send to the other. */
  async connected(): Promise<void> {
    for (const { transport, peer } of [this.a, this.b])
      await this.deadline.within(transport.ready(peer), `ready('${peer}')`);
  }

  /** Sends, and if refused waits for `ready` and tries again. */
  async send(side: Side, frame: Uint8Array): Promise<void> {
    await this.deadline.until(
      () => side.transport.send(side.peer, frame),
      () => side.transport.ready(side.peer),
      `a send from ${side.id} to ${side.peer} that is accepted`,
    );
  }

  /** Whether the promise settles within a few turns, whatever its outcome. */
  async settlesSoon(promise: Promise<unknown>): Promise<boolean> {
    let settled = false;
    const settle = () => void (settled = true);
    promise.then(settle, settle);
    for (let i = 0; i < 5; i++) await this.deadline.turn();
    return settled;
  }

  /** Starts collecting what a side's `onFrame` gets. */
  listen(side: Side): Inbox {
    const inbox = new Inbox(this.deadline, side.id);
    side.transport.onFrame(inbox.handler);
    return inbox;
  }

  /** Waits until `condition` holds, looking once a turn. */
  async until(condition: () => boolean, what: string): Promise<void> {
    await this.deadline.until(condition, () => this.deadline.turn(), what);
  }
}

/** Copies of the frames that one handler was given, with their senders. */
export class Inbox {
  readonly frames: Uint8Array[] = [];
  readonly senders: PeerId[] = [];
  readonly #deadline: Deadline;
  readonly #owner: PeerId;

  constructor(deadline: Deadline, owner: PeerId) {
    this.#deadline = deadline;
    this.#owner = owner;
  }

  readonly handler: FrameHandler = (from, frame) => {
    this.frames.push(new Uint8Array(frame));
    this.senders.push(from);
    this.#wake();
  };

  #wake: () => void = () => undefined;

  /** Resolves when at least `count` frames have come. */
  async count(count: number): Promise<void> {
    await this.#deadline.until(
      () => this.frames.length >= count,
      () => new Promise((resolve) => (this.#wake = resolve)),
      `frame ${count} at ${this.#owner}, ${this.frames.length} came before`,
    );
  }
}
