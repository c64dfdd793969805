import {
  checkBytes,
  checkId,
  checkInteger,
  checkObject,
  equalBytes,
  systemClock,
  systemEntropy,
  toHex,
} from '@ruvector/core';
import type { Clock, Entropy } from '@ruvector/core';
import { defaultProvider } from './default-provider.js';
import { commitHash, genesisHash, readCommit, type CommitRecord } from './epoch-commit.js';
import { EpochAnchorError } from './epoch-errors.js';
import { checkSuite, type EpochIdentity, type EpochProvider } from './epoch-keyring.js';
import { epochMemberOf, EpochRoster, type EpochMember, type EpochSuite } from './epoch-roster.js';
import type { EpochHead } from './epoch-verdict.js';
import type { SessionOpener, SessionSealer } from './epoch-welcome.js';
import { MEMBERS_MAX } from './member-registry.js';
import type { OpenOptions } from './open-envelope.js';
import { EPOCH_LIFETIME_MS, EPOCH_MESSAGES_MAX } from './rekey-due.js';
import { SKIPPED_KEYS_TOTAL_MAX } from './skipped-keys.js';

/** Envelopes that may wait for the next epoch. */
export const WAITING_ENVELOPES_MAX = 256;
/** Bytes of these. */
export const WAITING_BYTES_MAX = 1 << 20;
/** How long the epoch before stays open for what was under way, milliseconds. */
export const EPOCH_GRACE_MS = 10_000;

/** Bounds of an `EpochManager`. */
export interface EpochLimits {
  /** Members of an epoch. @default 10_000 */
  membersMax?: number;
  /** Messages of one sender in one epoch, at most 2^20. @default 1_048_576 */
  messagesMax?: number;
  /** Envelopes that wait for the next epoch. @default 256 */
  waitingMax?: number;
  /** Bytes of these. @default 1_048_576 */
  waitingBytesMax?: number;
  /** Keys kept for overtaken messages of all senders. @default 65_536 */
  skippedKeysMax?: number;
  /** How long the epoch before stays open, milliseconds. @default 10_000 */
  graceMs?: number;
  /**
   * Epochs before the present one that may be open at once, each for so long: more than one where
   * commits come quickly, or what is under way while two begin is lost. 1 to 16. @default 1
   */
  earlierMax?: number;
  /** How long an epoch lasts before a new one is due, milliseconds. @default 3_600_000 */
  lifetimeMs?: number;
}

/** What a member believes before it has seen any commit, and why. */
export interface EpochAnchor {
  /** Of the newest commit, 32 bytes, from an invitation or a live session with a member. */
  readonly commitHash: Uint8Array;
  /** The commit itself; none if the hash is that of the genesis. */
  readonly commit?: unknown;
}

/** What an `EpochManager` is made of. */
export interface EpochManagerOptions {
  swarmId: string;
  suite: EpochSuite;
  /**
   * What envelopes are signed with, and what suffices on those of others. 1 is much quicker in a
   * swarm of suite 2, and then messages are not proven against a quantum computer. All members of a
   * swarm say the same. @default that of the swarm
   */
  envelopeSuite?: EpochSuite;
  identity: EpochIdentity;
  /** Own member key id, 32 bytes. */
  self: Uint8Array;
  /** Looks up newcomers and the senders of envelopes, by member key id. */
  registry: {
    get(
      id: string | Uint8Array,
    ): (ReturnType<OpenOptions['registry']['get']> & EpochKeysOf) | undefined;
  };
  /** The members at the anchor; who founds a swarm names the founders. */
  roster: Iterable<EpochMember>;
  /** `genesis` founds a swarm; everybody else has an anchor. */
  anchor: EpochAnchor | 'genesis';
  /** Who may add and remove whom; asked once everything else holds. */
  mayCommit: (record: CommitRecord, committer: EpochMember) => boolean;
  /**
   * When this process started, milliseconds since 1970 by `clock`: it has no part in epochs that
   * were committed before. @default now
   */
  startedAt?: number;
  /** The live sessions, if there are any. @default none: all welcomes go to prekeys */
  sealFor?: SessionSealer;
  /** As above. @default none */
  openFrom?: SessionOpener;
  /** Suite 2 needs one with `xwing` and `compositeSignature`. @default the platform's, suite 1 */
  provider?: EpochProvider;
  /** @default systemClock */
  clock?: Clock;
  /** For secrets and nonces. @default systemEntropy */
  entropy?: Entropy;
  /** Those that are not the defaults. */
  limits?: EpochLimits;
}

/** Keys that a member of a registry may have. */
type EpochKeysOf = Pick<EpochMember, 'compositePublicKey' | 'kemPublicKey'>;

const OPTIONS: readonly (keyof EpochManagerOptions)[] = [
  'swarmId',
  'suite',
  'envelopeSuite',
  'identity',
  'self',
  'registry',
  'roster',
  'anchor',
  'mayCommit',
  'startedAt',
  'sealFor',
  'openFrom',
  'provider',
  'clock',
  'entropy',
  'limits',
];

/** The options, checked and complete. @throws TypeError, RangeError */
export function readEpochOptions(options: EpochManagerOptions) {
  checkObject('options', options, { keys: OPTIONS });
  const { provider = defaultProvider(), clock = systemClock, entropy = systemEntropy } = options;
  checkObject('registry', options.registry, { methods: ['get'] });
  checkObject('clock', clock, { methods: ['now', 'monotonic', 'setTimeout'] });
  checkObject('entropy', entropy, { methods: ['fill'] });
  if (typeof options.mayCommit !== 'function')
    throw new TypeError('mayCommit must be a function of a commit record and its committer');
  const { startedAt = clock.now() } = options;
  checkInteger('startedAt', Math.floor(startedAt), { min: 0 });
  const suite = checkSuite(options.suite, options.identity, provider);
  const { envelopeSuite = suite } = options;
  checkInteger('envelopeSuite', envelopeSuite, { min: 1, max: suite });
  return {
    ...options,
    swarmId: checkId('swarmId', options.swarmId),
    suite,
    envelopeSuite,
    self: checkBytes('self', options.self, { length: 32 }).slice(),
    provider,
    clock,
    startedAt,
    entropy,
    limits: readEpochLimits(options.limits ?? {}),
  };
}

/** Options that were checked. */
export type EpochSettings = ReturnType<typeof readEpochOptions>;

const LIMITS: Required<EpochLimits> = /* @__PURE__ */ Object.freeze({
  membersMax: MEMBERS_MAX,
  messagesMax: EPOCH_MESSAGES_MAX,
  waitingMax: WAITING_ENVELOPES_MAX,
  waitingBytesMax: WAITING_BYTES_MAX,
  skippedKeysMax: SKIPPED_KEYS_TOTAL_MAX,
  graceMs: EPOCH_GRACE_MS,
  earlierMax: 1,
  lifetimeMs: EPOCH_LIFETIME_MS,
});

function readEpochLimits(given: EpochLimits): Required<EpochLimits> {
  const names = Object.keys(LIMITS) as (keyof EpochLimits)[];
  const limits = { ...LIMITS, ...checkObject('limits', given, { keys: names }) };
  for (const name of names) checkInteger(name, limits[name], { min: 0, max: 2 ** 31 - 1 });
  checkInteger('membersMax', limits.membersMax, { min: 1, max: 1 << 22 });
  checkInteger('earlierMax', limits.earlierMax, { min: 1, max: 16 });
  checkInteger('messagesMax', limits.messagesMax, { min: 1, max: EPOCH_MESSAGES_MAX });
  return limits;
}

/**
 * Where epochs begin for this member: the roster must be the one that the commit names, and the
 * commit the one that the anchor names, or the committers of all that follows could be anybody's.
 *
 * @throws EdgeError `ERR_EPOCH_ANCHOR`
 */
export function firstHead({ anchor, roster, swarmId, suite, provider }: EpochSettings): EpochHead {
  const first = new EpochRoster(suite, Array.from(roster, epochMemberOf));
  const roster_hash = toHex(first.hash(provider));
  const genesis = genesisHash({ swarm_id: swarmId, suite, roster_hash }, provider);
  if (anchor === 'genesis') return { epoch: 0, hash: genesis, ts: 0, roster: first };
  const hash = checkBytes('anchor.commitHash', anchor.commitHash, { length: 32 }).slice();
  if (anchor.commit === undefined) {
    if (!equalBytes(hash, genesis)) throw new EpochAnchorError('the roster is not the founders');
    return { epoch: 0, hash, ts: 0, roster: first };
  }
  const { record } = readAnchorCommit(anchor.commit);
  if (!equalBytes(commitHash(record, provider), hash) || record.swarm_id !== swarmId)
    throw new EpochAnchorError('the commit is not the one of the anchor');
  if (record.roster_hash !== roster_hash)
    throw new EpochAnchorError('the roster is not the one of the commit');
  return { epoch: record.epoch, hash, ts: record.ts, roster: first };
}

function readAnchorCommit(commit: unknown) {
  try {
    return readCommit(commit);
  } catch (cause) {
    throw new EpochAnchorError('the commit is malformed', { cause });
  }
}
