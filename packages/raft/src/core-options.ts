import { checkBoolean, checkId, checkInteger, checkNumber, checkObject } from '@ruvector/core';
import { configurationOf, type Configuration } from './configuration.js';
import type { Restored } from './entry.js';
import type { TraceEvent } from './trace.js';

/** How a `RaftCore` is made. */
export interface RaftCoreOptions {
  /** Of this member, see core's `checkId`. */
  id: string;
  /**
   * The voters that the cluster begins with, this one among them, the same for all; passed again at
   * each start, where log and snapshot say better. Nobody for a member that waits to be added.
   * @default []
   */
  peers?: readonly string[];
  /** What a storage had. @default nothing */
  restored?: Restored;
  /**
   * Says that a new cluster begins. Without, a member with `peers` and nothing stored is refused:
   * it may have lost its storage, and would vote again where it has voted. @default false
   */
  bootstrap?: boolean;
  /**
   * Ticks without a leader after which a follower stands for election, up to twice as many, drawn
   * anew each time; from 2 to 10,000, and more than `heartbeatTicks`. @default 10
   */
  electionTicks?: number;
  /** Ticks from one heartbeat to the next, 1 or more. @default 1 */
  heartbeatTicks?: number;
  /** Uniform in [0, 1): the only chance there is, so that a seed replays. */
  random: () => number;
  /** Ask whether an election would be won before a term is begun (thesis, §9.6). @default true */
  preVote?: boolean;
  /**
   * A leader that hears no majority for `electionTicks` steps down, and who hears a leader votes
   * for nobody else (thesis, §6.2, §4.2.3). @default true
   */
  checkQuorum?: boolean;
  /** Messages with entries sent to a follower ahead of its answers, 1 or more. @default 256 */
  maxInflight?: number;
  /** Bytes of entries sent ahead likewise, 1 or more. @default 16_777_216 (16 MiB) */
  maxInflightBytes?: number;
  /**
   * Bytes of entries in a message, one entry at least; of a piece of a snapshot; and of entries
   * that are given out to be applied at once. 1 or more. @default 1_048_576 (1 MiB)
   */
  maxBytesPerMessage?: number;
  /** Bytes of proposals that wait to be committed, 1 or more. @default 67_108_864 (64 MiB) */
  maxUncommittedBytes?: number;
  /** Reads that wait for their index, 1 or more. @default 65_536 */
  maxPendingReads?: number;
  /** Bytes of a snapshot that is taken from a leader, 1 or more. @default 1_073_741_824 (1 GiB) */
  maxSnapshotBytes?: number;
  /**
   * Lets a leader answer reads by the clock of whoever calls `ready`. All members of a cluster must
   * say so, since one that has started again refuses votes for `electionTicks`. @default no leases
   */
  lease?: LeaseOptions;
  /** Hears of each step, see `TraceEvent`. @default nobody */
  trace?: (event: TraceEvent) => void;
}

/** What leases rest upon: clocks that run equally fast, nearly (thesis, §6.4.1). */
export interface LeaseOptions {
  /** The shortest time that a tick takes, in milliseconds by the clock of `ready`; above 0. */
  tickMs: number;
  /** By how much two members' clocks may differ in speed, from 0 to below 1. @default 0.1 */
  maxDrift?: number;
}

/** Names of all options. */
export const CORE_OPTIONS: readonly (keyof RaftCoreOptions)[] = [
  'id',
  'peers',
  'restored',
  'bootstrap',
  'electionTicks',
  'heartbeatTicks',
  'random',
  'preVote',
  'checkQuorum',
  'maxInflight',
  'maxInflightBytes',
  'maxBytesPerMessage',
  'maxUncommittedBytes',
  'maxPendingReads',
  'maxSnapshotBytes',
  'lease',
  'trace',
];
const TICKS_MAX = 10_000;
const MIB = 1 << 20;

/** All options, checked. */
export interface CheckedOptions extends Required<
  Omit<RaftCoreOptions, 'peers' | 'lease' | 'trace'>
> {
  readonly initial: Configuration;
  readonly lease: Required<LeaseOptions> | undefined;
  readonly trace: ((event: TraceEvent) => void) | undefined;
}

/**
 * Fills in what is not given.
 *
 * @throws TypeError or RangeError that names the option, the value and the rule.
 */
export function checkCoreOptions(options: RaftCoreOptions): CheckedOptions {
  const given = checkObject('options', options, { keys: CORE_OPTIONS });
  const { peers = [], restored = { entries: [] }, bootstrap = false, random, lease, trace } = given;
  const { preVote = true, checkQuorum = true } = given;
  if (typeof random !== 'function')
    throw new TypeError(`random must be a function, got ${typeof random}`);
  if (trace !== undefined && typeof trace !== 'function')
    throw new TypeError(`trace must be a function, got ${typeof trace}`);
  const id = checkId('id', given.id);
  checkObject('restored', restored, { keys: ['hardState', 'snapshot', 'entries'] });
  const initial = configurationOf(peers);
  if (peers.length > 0 && !peers.includes(id))
    throw new RangeError(`peers must include id ${id}, or nobody`);
  checkBoolean('bootstrap', bootstrap);
  if (lease !== undefined && !checkQuorum)
    throw new RangeError('lease must not be given without checkQuorum, which it rests upon');
  if (peers.length > 0 && !bootstrap && isEmpty(restored))
    throw new RangeError(
      'bootstrap must be true where peers are given and nothing is stored: a member that lost ' +
        'its storage must not vote again, and comes back under a new id',
    );
  return {
    id,
    initial,
    restored,
    bootstrap,
    random,
    trace,
    preVote: checkBoolean('preVote', preVote),
    checkQuorum: checkBoolean('checkQuorum', checkQuorum),
    ...checkTicks(given),
    ...checkBounds(given),
    lease: lease && checkLease(lease),
  };
}

function checkTicks({ electionTicks = 10, heartbeatTicks = 1 }: RaftCoreOptions) {
  checkInteger('heartbeatTicks', heartbeatTicks, { min: 1, max: TICKS_MAX - 1 });
  const min = heartbeatTicks + 1;
  checkInteger('electionTicks', electionTicks, { min, max: TICKS_MAX });
  return { electionTicks, heartbeatTicks };
}

function checkBounds(given: RaftCoreOptions) {
  const { maxInflight = 256, maxInflightBytes = 16 * MIB, maxBytesPerMessage = MIB } = given;
  const { maxUncommittedBytes = 64 * MIB, maxPendingReads = 65_536 } = given;
  const { maxSnapshotBytes = 1024 * MIB } = given;
  const bounds = {
    maxInflight,
    maxInflightBytes,
    maxBytesPerMessage,
    maxUncommittedBytes,
    maxPendingReads,
    maxSnapshotBytes,
  };
  for (const [name, value] of Object.entries(bounds)) checkInteger(name, value, { min: 1 });
  return bounds;
}

function checkLease(lease: LeaseOptions): Required<LeaseOptions> {
  const { tickMs, maxDrift = 0.1 } = checkObject('lease', lease, { keys: ['tickMs', 'maxDrift'] });
  checkNumber('lease.maxDrift', maxDrift, { min: 0, max: 0.99 });
  checkNumber('lease.tickMs', tickMs, { min: 1e-6 });
  return { tickMs, maxDrift };
}

/** Whether a storage had nothing, which is so for a new member and for one that lost it. */
const isEmpty = ({ hardState, snapshot, entries }: Restored): boolean =>
  (hardState?.term ?? 0) === 0 && snapshot === undefined && entries.length === 0;
