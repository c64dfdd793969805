import { checkInteger, checkObject } from '../argument.js';
import { silentLogger, type Logger } from '../logger.js';
import type { FrameHandler, PeerId, Transport, Unsubscribe } from '../transport.js';
import { Endpoint } from './endpoint.js';
import { Switchboard } from './switchboard.js';

/** Bounds of a `MemoryNetwork`, the same for all of its peers. */
export interface MemoryNetworkOptions {
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
}

const OPTIONS: readonly (keyof MemoryNetworkOptions)[] = [
  'maxFrameBytes',
  'bufferedFramesMax',
  'bufferedBytesMax',
  'logger',
];

/** One peer of a `MemoryNetwork`; its topics are always there. */
export interface MemoryTransport extends Transport {
  /** The id that the others send to. */
  readonly peerId: PeerId;
  /** Sends to all subscribers of the topic; `false` if there is no room for one of them. */
  publish(topic: string, frame: Uint8Array): boolean;
  /** Hears what others publish on the topic. */
  subscribe(topic: string, handler: FrameHandler): Unsubscribe;
}

/**
 * The reference `Transport`: peers within one process. Frames are copied, arrive in a later
 * microtask, whole and in order, and wait in a bounded queue per receiver that pushes back. Who
 * awaits nothing else, again and again, gives timers no turn.
 *
 * A peer that is unknown, severed, closed or not open yet is refused; frames under way to it are
 * lost and counted as `dropped` by their sender. Two open transports of one id are a `RangeError`.
 *
 * @example
 * const network = new MemoryNetwork();
 * const [a, b] = [network.transport('a'), network.transport('b')];
 * await Promise.all([a.open(), b.open()]);
 * const seen: string[] = [];
 * b.onFrame((from, frame) => seen.push(`${from}: ${fromUtf8(frame)}`));
 * a.send('b', utf8('hello')); // => true
 * await a.drain();
 * seen; // => ['a: hello']
 */
export class MemoryNetwork {
  readonly #board = new Switchboard<Endpoint>();
  readonly #medium: ConstructorParameters<typeof Endpoint>[0];

  constructor(options: MemoryNetworkOptions = {}) {
    checkObject('options', options, { keys: OPTIONS });
    const { maxFrameBytes = 16 << 20, bufferedFramesMax = 1024 } = options;
    const { bufferedBytesMax = 64 << 20, logger = silentLogger } = options;
    checkInteger('maxFrameBytes', maxFrameBytes, { min: 1 });
    this.#medium = {
      caps: {
        maxFrameBytes,
        ordered: true,
        reliable: true,
        broadcast: true,
        durable: false,
        crossHost: false,
      },
      bufferedFramesMax: checkInteger('bufferedFramesMax', bufferedFramesMax, { min: 1 }),
      bufferedBytesMax: checkInteger('bufferedBytesMax', bufferedBytesMax, { min: maxFrameBytes }),
      logger,
      board: this.#board,
      waiting: new Set(),
      carry: (flight) => queueMicrotask(() => flight.to.land(flight)),
    };
  }

  /** A transport for `peerId` (an id, see `checkId`), not open yet. */
  transport(peerId: PeerId): MemoryTransport {
    return new Endpoint(this.#medium, peerId);
  }

  /** Cuts the way between two peers, in both directions, present or not. */
  sever(a: PeerId, b: PeerId): void {
    this.#board.sever(a, b);
  }

  /** Mends what `sever` cut. */
  heal(a: PeerId, b: PeerId): void {
    this.#board.heal(a, b);
  }
}
