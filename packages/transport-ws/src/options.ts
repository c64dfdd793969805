import {
  checkBoolean,
  checkId,
  checkInteger,
  checkObject,
  randomBytes,
  seededRandom,
  silentLogger,
  systemClock,
  systemEntropy,
  type Clock,
  type Entropy,
  type Logger,
  type PeerId,
  type Random,
} from '@ruvector/core';
import { MESSAGE_BYTES_MAX } from './wire.js';

/** Bounds and times of a `WsTransport`. */
export interface WsLimits {
  /** A `send` is refused from this many unconfirmed bytes to a peer on. @default 1_048_576 bytes */
  highWaterBytes?: number;
  /** A refused `send` has room again from here down. @default a quarter of that */
  lowWaterBytes?: number;
  /**
   * What a hub holds at most for one slow dialer; frames above it are dropped and counted.
   * @default 20_971_520 bytes
   */
  linkBytesMax?: number;
  /** What a hub holds at most for all its dialers together; the same. @default 268_435_456 bytes */
  totalBytesMax?: number;
  /** Dialers served at a time, those included that may still come back. @default 1024 */
  connectionsMax?: number;
  /** Peers that one hub may announce. @default 16_384 */
  routesMax?: number;
  /** From connecting to HELLO. @default 5000 ms */
  helloTimeoutMs?: number;
  /** How long `open` tries until one of the peers answers. @default 10_000 ms */
  openTimeoutMs?: number;
  /** For the last frames on `close`, and again for the closing handshake. @default 2000 ms */
  closeTimeoutMs?: number;
  /**
   * How often a link is asked for a sign of life; after two questions without one it is given up.
   * @default 10_000 ms
   */
  pingIntervalMs?: number;
  /**
   * How long the link that has a peer id may be silent when another connection claims the id.
   * @default 2000 ms
   */
  claimTimeoutMs?: number;
  /** How long the frames of a lost link are kept for its return. @default 10_000 ms */
  resumeMs?: number;
  /**
   * The first pause before dialing again is random below this, later ones below twice of it, and so
   * on.
   * @default 100 ms
   */
  backoffBaseMs?: number;
  /** … and always below this. @default 10_000 ms */
  backoffMaxMs?: number;
}

/** What a `WsTransport` is made with on every platform. */
export interface WsBaseOptions extends WsLimits {
  /** The id this side says in HELLO; 1–128 of `[A-Za-z0-9._:-]`. */
  peerId: PeerId;
  /** Peers to dial: `ws:` or `wss:` URL by peer id. */
  peers?: Readonly<Record<PeerId, string>>;
  /** Whether a listener passes frames between its dialers. @default true */
  relay?: boolean;
  /** @default systemClock */
  clock?: Clock;
  /** For the jitter of redialing. @default a generator seeded by `entropy` */
  random?: Random;
  /**
   * For the numbers by which peers know this side again; nobody must guess them.
   * @default systemEntropy
   */
  entropy?: Entropy;
  /** @default silentLogger */
  logger?: Logger;
}

export type Settings = Required<Omit<WsBaseOptions, 'peers'>> & {
  readonly peers: ReadonlyMap<PeerId, string>;
};

const CLOCK_METHODS: readonly (keyof Clock)[] = ['now', 'monotonic', 'setTimeout'];
const LOGGER_METHODS: readonly (keyof Logger)[] = ['debug', 'info', 'warn', 'error'];
/** `listen` and `dial` are read where the platform is chosen. */
const OPTIONS: readonly (keyof WsBaseOptions | 'listen' | 'dial')[] = [
  'peerId',
  'peers',
  'relay',
  'listen',
  'dial',
  'clock',
  'random',
  'entropy',
  'logger',
  'highWaterBytes',
  'lowWaterBytes',
  'linkBytesMax',
  'totalBytesMax',
  'connectionsMax',
  'routesMax',
  'helloTimeoutMs',
  'openTimeoutMs',
  'closeTimeoutMs',
  'pingIntervalMs',
  'claimTimeoutMs',
  'resumeMs',
  'backoffBaseMs',
  'backoffMaxMs',
];
const TIMER_MS_MAX = 2 ** 31 - 1;
const HELD_BYTES_MAX = 2 ** 40;

/** Fills in the defaults. @throws TypeError, RangeError */
export function readOptions(options: WsBaseOptions): Settings {
  checkObject('options', options, { keys: OPTIONS });
  const peerId = checkId('peerId', options.peerId);
  const count = (name: keyof WsLimits, fallback: number, min: number, max: number) =>
    checkInteger(name, options[name] ?? fallback, { min, max });
  const ms = (name: keyof WsLimits, fallback: number) => count(name, fallback, 1, TIMER_MS_MAX);
  const highWaterBytes = count('highWaterBytes', 1024 * 1024, 1, HELD_BYTES_MAX);
  const lowFallback = Math.floor(highWaterBytes / 4);
  const entropy = checkObject('entropy', options.entropy ?? systemEntropy, { methods: ['fill'] });
  return {
    peerId,
    peers: readPeers(peerId, options.peers ?? {}),
    relay: checkBoolean('relay', options.relay ?? true),
    highWaterBytes,
    lowWaterBytes: count('lowWaterBytes', lowFallback, 0, highWaterBytes - 1),
    linkBytesMax: count('linkBytesMax', 20 * 1024 * 1024, MESSAGE_BYTES_MAX, HELD_BYTES_MAX),
    totalBytesMax: count('totalBytesMax', 2 ** 28, MESSAGE_BYTES_MAX, HELD_BYTES_MAX),
    connectionsMax: count('connectionsMax', 1024, 1, 1 << 20),
    routesMax: count('routesMax', 16_384, 1, 1 << 20),
    helloTimeoutMs: ms('helloTimeoutMs', 5000),
    openTimeoutMs: ms('openTimeoutMs', 10_000),
    closeTimeoutMs: ms('closeTimeoutMs', 2000),
    pingIntervalMs: ms('pingIntervalMs', 10_000),
    claimTimeoutMs: ms('claimTimeoutMs', 2000),
    resumeMs: ms('resumeMs', 10_000),
    backoffBaseMs: ms('backoffBaseMs', 100),
    backoffMaxMs: ms('backoffMaxMs', 10_000),
    clock: checkObject('clock', options.clock ?? systemClock, { methods: CLOCK_METHODS }),
    random: checkObject('random', options.random ?? seededRandom(randomSeed(entropy)), {
      methods: ['next'],
    }),
    entropy,
    logger: checkObject('logger', options.logger ?? silentLogger, { methods: LOGGER_METHODS }),
  };
}

function readPeers(self: PeerId, peers: Readonly<Record<PeerId, string>>): Map<PeerId, string> {
  const urls = new Map<PeerId, string>();
  for (const [peerId, url] of Object.entries(checkObject('peers', peers) as typeof peers)) {
    checkId('a key of peers', peerId);
    if (peerId === self) throw new RangeError(`peers must not hold the own peerId "${self}"`);
    const protocol = typeof url === 'string' && URL.canParse(url) ? new URL(url).protocol : '';
    if (protocol !== 'ws:' && protocol !== 'wss:')
      throw new TypeError(`peers["${peerId}"] must be a ws: or wss: URL`);
    urls.set(peerId, url);
  }
  return urls;
}

function randomSeed(entropy: Entropy): number {
  return randomBytes(entropy, 6).reduce((seed, byte) => seed * 256 + byte, 0); // a safe integer
}
