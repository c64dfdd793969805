import { checkInteger, checkNumber } from '../argument.js';
import type { Clock } from '../clock.js';
import { silentLogger, type Logger } from '../logger.js';
import { Endpoint, type Flight, type Medium } from '../memory/endpoint.js';
import type { MemoryTransport } from '../memory/memory-network.js';
import { Partitions } from '../memory/partitions.js';
import { Switchboard } from '../memory/switchboard.js';
import { seededRandom, type Random } from '../random.js';
import type { PeerId } from '../transport.js';

/** Seed, time and faults of a `SimulatedNetwork`. */
export interface SimulatedNetworkOptions {
  /** The same seed, calls and clock give the same trace. A safe integer. */
  seed: number;
  /** Virtual time, usually a `ManualClock`: nothing arrives unless it advances. */
  clock: Clock;
  /** Least and most time on the way, uniform between. @default [0, 0] ms */
  delayMs?: readonly [min: number, max: number];
  /** Part of the frames that is lost, from 0 to 1. @default 0 */
  loss?: number;
  /** Part of the frames that arrives twice. @default 0 */
  duplication?: number;
  /**
   * Part of the frames that is held back, for up to twice the delay or 1 ms, and overtaken.
   * @default 0
   */
  reorder?: number;
  /** @default 16_777_216 bytes (16 MiB) */
  maxFrameBytes?: number;
  /** Frames under way to one receiver. @default 1024 */
  bufferedFramesMax?: number;
  /**
   * Bytes under way to one receiver; at least `maxFrameBytes`.
   * @default 67_108_864 bytes (64 MiB)
   */
  bufferedBytesMax?: number;
  /** Hears of handlers that throw. @default silentLogger */
  logger?: Logger;
  /** Hears of every frame. */
  trace?: (event: SimulatedEvent) => void;
}

/** What became of one frame. */
export interface SimulatedEvent {
  readonly event: 'sent' | 'delivered' | 'lost' | 'repeated';
  /** On the clock's `monotonic()`. */
  readonly atMs: number;
  readonly from: PeerId;
  readonly to: PeerId;
  /** Length of the frame. */
  readonly bytes: number;
}

/**
 * A network with seeded faults on virtual time. Without faults it keeps the whole law of
 * `Transport`; frames between two peers stay in order unless `reorder` or `duplication` say
 * otherwise.
 *
 * A lost frame is counted as `dropped` by its sender, when it would have arrived.
 *
 * @example
 * const clock = new ManualClock();
 * const network = new SimulatedNetwork({ seed: 1, clock, delayMs: [5, 20] });
 * const [a, b] = [network.transport('a'), network.transport('b')];
 * await Promise.all([a.open(), b.open()]);
 * a.send('b', Uint8Array.of(1));
 * b.onFrame(() => undefined);
 * clock.advance(4);
 * b.stats().received; // => 0
 * clock.advance(16);
 * b.stats().received; // => 1
 */
export class SimulatedNetwork {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #faults: Faults;
  readonly #board = new Switchboard<Endpoint>();
  readonly #silent = new Partitions();
  readonly #medium: Medium;
  readonly #trace: (event: SimulatedEvent) => void;
  /** When the last frame in order arrives, by sender and receiver. */
  readonly #lastMs = new WeakMap<Endpoint, Map<PeerId, number>>();

  constructor(options: SimulatedNetworkOptions) {
    const { maxFrameBytes = 16 << 20, bufferedFramesMax = 1024 } = options;
    const { bufferedBytesMax = 64 << 20, logger = silentLogger } = options;
    this.#clock = options.clock;
    this.#random = seededRandom(options.seed);
    this.#faults = checkedFaults(options);
    this.#trace = options.trace ?? (() => undefined);
    const { loss, duplication, reorder } = this.#faults;
    this.#medium = {
      caps: {
        maxFrameBytes: checkInteger('maxFrameBytes', maxFrameBytes, { min: 1 }),
        ordered: reorder === 0 && duplication === 0,
        reliable: loss === 0,
        broadcast: true,
        durable: false,
        crossHost: false,
      },
      bufferedFramesMax: checkInteger('bufferedFramesMax', bufferedFramesMax, { min: 1 }),
      bufferedBytesMax: checkInteger('bufferedBytesMax', bufferedBytesMax, { min: maxFrameBytes }),
      logger,
      board: this.#board,
      waiting: new Set(),
      carry: (flight) => this.#carry(flight),
    };
  }

  /** A transport for `peerId` (an id, see `checkId`), not open yet. */
  transport(peerId: PeerId): MemoryTransport {
    return new Endpoint(this.#medium, peerId);
  }

  /**
   * Cuts every way between two groups of ids, in both directions. Peers see the link go down and
   * are refused; with `silent` they see nothing, and what they send is lost, as behind a dead
   * switch.
   */
  partition(
    groupA: Iterable<PeerId>,
    groupB: Iterable<PeerId>,
    { silent = false }: { silent?: boolean } = {},
  ): void {
    if (silent) this.#silent.add(groupA, groupB);
    else this.#board.partition(groupA, groupB);
  }

  /** Mends all that `partition` cut. */
  heal(): void {
    this.#silent.clear();
    this.#board.healAll();
  }

  /**
   * Ends a peer without a farewell: frames under way to it are lost, those it sent still arrive.
   * Its transport is closed; a new one may be made for the same id.
   *
   * @returns whether such a peer was open.
   */
  crash(peerId: PeerId): boolean {
    const endpoint = this.#board.member(peerId);
    void endpoint?.close();
    return endpoint !== undefined;
  }

  #carry(flight: Flight): void {
    const { delayMs, loss, duplication, reorder } = this.#faults;
    // Always six draws, so that turning one fault on leaves the others where they were.
    const [lost, twice, late, delay, held, again] = Array.from({ length: 6 }, () =>
      this.#random.next(),
    ) as [number, number, number, number, number, number];
    const [min, max] = delayMs;
    const delayOf = (draw: number): number => min + draw * (max - min);
    const nowMs = this.#clock.monotonic();
    const arrivalMs =
      late < reorder
        ? nowMs + delayOf(delay) + held * Math.max(max, 1)
        : this.#inOrder(flight, nowMs + delayOf(delay));
    this.#tell('sent', flight);
    this.#clock.setTimeout(() => this.#end(flight, lost < loss), arrivalMs - nowMs);
    if (lost >= loss && twice < duplication)
      this.#clock.setTimeout(() => this.#repeat(flight), arrivalMs - nowMs + delayOf(again));
  }

  /** No earlier than what the same sender sent to the same receiver before. */
  #inOrder({ from, to }: Flight, arrivalMs: number): number {
    let last = this.#lastMs.get(from);
    if (last === undefined) this.#lastMs.set(from, (last = new Map()));
    const atMs = Math.max(arrivalMs, last.get(to.peerId) ?? 0);
    last.set(to.peerId, atMs);
    return atMs;
  }

  #end(flight: Flight, lost: boolean): void {
    const arrives = !lost && !this.#isSilent(flight);
    if (!arrives) flight.from.lose(flight);
    this.#tell(arrives && flight.to.land(flight) ? 'delivered' : 'lost', flight);
  }

  #repeat(flight: Flight): void {
    if (!this.#isSilent(flight) && flight.to.landAgain(flight)) this.#tell('repeated', flight);
  }

  #isSilent({ from, to }: Flight): boolean {
    return this.#silent.part(from.peerId, to.peerId);
  }

  #tell(event: SimulatedEvent['event'], { from, to, frame }: Flight): void {
    const atMs = this.#clock.monotonic();
    this.#trace({ event, atMs, from: from.peerId, to: to.peerId, bytes: frame.length });
  }
}

type Faults = Required<
  Pick<SimulatedNetworkOptions, 'delayMs' | 'loss' | 'duplication' | 'reorder'>
>;

function checkedFaults(options: SimulatedNetworkOptions): Faults {
  const { delayMs = [0, 0], loss = 0, duplication = 0, reorder = 0 } = options;
  checkNumber('delayMs[0]', delayMs[0], { min: 0 });
  checkNumber('delayMs[1]', delayMs[1], { min: delayMs[0] });
  for (const [name, part] of Object.entries({ loss, duplication, reorder }))
    checkNumber(name, part, { min: 0, max: 1 });
  return { delayMs: [delayMs[0], delayMs[1]], loss, duplication, reorder };
}
