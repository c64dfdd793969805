import {
  checkInteger,
  checkObject,
  randomBytes,
  seededRandom,
  silentLogger,
  systemClock,
  systemEntropy,
  type Clock,
  type Logger,
  type Random,
  type Transport,
} from '@ruvector/core';
import { checkCoreOptions, CORE_OPTIONS, type RaftCoreOptions } from '../core-options.js';
import type { RaftStorage } from '../storage.js';
import { COMMAND_HEAD_BYTES } from './command-codec.js';
import { REQUEST_HEAD_BYTES } from './request-codec.js';
import type { StateMachine } from './state-machine.js';

/**
 * What a server is made of. What the core asks for besides is the same here: `peers`, `bootstrap`,
 * ticks and bounds.
 */
export interface RaftServerOptions extends Omit<RaftCoreOptions, 'restored' | 'random' | 'lease'> {
  /**
   * To the other members: its peer ids are theirs. Opened by `start`, and left open by `stop`,
   * since others may use it. Frames may hold 4,096 bytes at least.
   */
  transport: Transport;
  /** Of this member alone. `stop` leaves it open. */
  storage: RaftStorage;
  /** As it is before any command. */
  stateMachine: StateMachine;
  /** @default systemClock */
  clock?: Clock;
  /** For the timeouts of elections. @default seeded by the platform */
  random?: Random;
  /**
   * Milliseconds of a tick, from 1 to 60,000: with 10 ticks to an election, one begins 150 to 300
   * ms after a leader is lost. @default 15
   */
  tickMs?: number;
  /**
   * Lets a leader answer reads by the clock alone for a part of an election's time; all members
   * must say so. `maxDrift`: by how much their clocks may differ in speed, see `LeaseOptions`.
   * @default false
   */
  lease?: boolean | { readonly maxDrift?: number };
  /**
   * Bytes of one command, 1 or more; no more than fits into a frame of the transport, less 256.
   * @default 1_048_576 (1 MiB), or what fits
   */
  maxCommandBytes?: number;
  /** Commands that wait for their result, those sent here by others too. @default 65_536 */
  maxPendingCommands?: number;
  /** Bytes of them. @default 67_108_864 (64 MiB) */
  maxPendingBytes?: number;
  /** Reads, and changes of the cluster, that wait. @default 65_536 */
  maxPendingCalls?: number;
  /**
   * Sessions that the cluster remembers; the one that was not used longest goes first. What the
   * member says through which one is opened. From 1 to 65,536. @default 1024
   */
  maxSessions?: number;
  /** Entries behind the last snapshot after which the next is made. @default 10_000 */
  snapshotEntries?: number;
  /** Bytes of them, likewise. @default 33_554_432 (32 MiB) */
  snapshotBytes?: number;
  /** Entries kept in memory behind a snapshot, for followers that lag a little. @default 1024 */
  keepEntries?: number;
  /** Hears why the server stopped by itself, and of handlers that throw. @default silentLogger */
  logger?: Logger;
}

/** The core's that the server fills in itself. */
const NOT_HERE: ReadonlySet<string> = new Set(['restored', 'random', 'lease']);

const OWN = [
  'transport',
  'storage',
  'stateMachine',
  'clock',
  'random',
  'tickMs',
  'lease',
  'maxCommandBytes',
  'maxPendingCommands',
  'maxPendingBytes',
  'maxPendingCalls',
  'maxSessions',
  'snapshotEntries',
  'snapshotBytes',
  'keepEntries',
  'logger',
] as const satisfies (keyof RaftServerOptions)[];
type Own = (typeof OWN)[number];
const OPTIONS = [...OWN, ...CORE_OPTIONS.filter((name) => !NOT_HERE.has(name))];

const MIB = 1 << 20;
const FRAME_BYTES_MIN = 4_096;
/** What a message takes beside entries or a piece of a snapshot: ids, and a configuration. */
const HEAD_BYTES = 1_024;
const HEAD_BYTES_OF_LARGE_FRAMES = 128 << 10;

/** All options of the server's own, checked, and the core's as they came. */
export interface CheckedServerOptions extends Required<
  Pick<RaftServerOptions, Exclude<Own, 'lease'>>
> {
  readonly core: Omit<RaftCoreOptions, 'restored'>;
  /** After so many ticks what was not answered is asked again. */
  readonly retryTicks: number;
}

/**
 * Fills in what is not given.
 *
 * @throws TypeError or RangeError that names the option, the value and the rule.
 */
export function checkServerOptions(options: RaftServerOptions): CheckedServerOptions {
  const given = checkObject('options', options, { keys: OPTIONS });
  const { transport, storage, stateMachine, tickMs = 15, lease = false } = given;
  checkObject('transport', transport, { methods: ['open', 'send', 'onFrame'] });
  checkObject('storage', storage, { methods: ['load', 'append'] });
  checkObject('stateMachine', stateMachine, { methods: ['apply', 'snapshot', 'restore'] });
  checkInteger('tickMs', tickMs, { min: 1, max: 60_000 });
  const { clock = systemClock, logger = silentLogger } = given;
  const { random = seededRandom(seed()) } = given;
  checkObject('clock', clock, { methods: ['monotonic', 'setTimeout'] });
  checkObject('random', random, { methods: ['next', 'uint32'] });
  const { maxFrameBytes } = transport.caps;
  checkInteger('transport.caps.maxFrameBytes', maxFrameBytes, { min: FRAME_BYTES_MIN });
  const core = {
    ...coreOptionsOf(given),
    random: () => random.next(),
    maxBytesPerMessage: Math.min(given.maxBytesPerMessage ?? MIB, entryBytesMax(maxFrameBytes)),
    ...(lease !== false && { lease: { tickMs, ...(lease === true ? {} : lease) } }),
  };
  // whether the cluster may begin shows when the storage is loaded
  checkCoreOptions({ ...core, bootstrap: true });
  return {
    transport,
    storage,
    stateMachine,
    tickMs,
    clock,
    random,
    logger,
    ...checkBounds(given, maxFrameBytes),
    retryTicks: given.electionTicks ?? 10,
    core,
  };
}

const seed = (): number => new DataView(randomBytes(systemEntropy, 4).buffer).getUint32(0);

/** What of a frame entries may take, or a piece of a snapshot. */
export const entryBytesMax = (maxFrameBytes: number): number =>
  maxFrameBytes -
  (maxFrameBytes > 4 * HEAD_BYTES_OF_LARGE_FRAMES ? HEAD_BYTES_OF_LARGE_FRAMES : HEAD_BYTES);

function coreOptionsOf(given: RaftServerOptions): Omit<RaftServerOptions, Own> {
  const core: Partial<RaftServerOptions> = { ...given };
  for (const key of OWN) delete core[key];
  return core as Omit<RaftServerOptions, Own>;
}

function checkBounds(given: RaftServerOptions, maxFrameBytes: number) {
  const fits = entryBytesMax(maxFrameBytes) - COMMAND_HEAD_BYTES - REQUEST_HEAD_BYTES;
  const { maxCommandBytes = Math.min(MIB, fits), maxPendingCommands = 65_536 } = given;
  const { maxPendingBytes = 64 * MIB, maxPendingCalls = 65_536, maxSessions = 1_024 } = given;
  const { snapshotEntries = 10_000, snapshotBytes = 32 * MIB, keepEntries = 1_024 } = given;
  checkInteger('maxCommandBytes', maxCommandBytes, { min: 1, max: fits });
  checkInteger('maxSessions', maxSessions, { min: 1, max: 65_536 });
  checkInteger('keepEntries', keepEntries, { min: 0 });
  const bounds = {
    maxPendingCommands,
    maxPendingBytes,
    maxPendingCalls,
    snapshotEntries,
    snapshotBytes,
  };
  for (const [name, value] of Object.entries(bounds)) checkInteger(name, value, { min: 1 });
  return { ...bounds, maxCommandBytes, maxSessions, keepEntries };
}
