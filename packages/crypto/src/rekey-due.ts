import { CHAIN_JUMP_MAX } from './sender-chain.js';

/** How long an epoch lasts unless told: an hour, in milliseconds. */
export const EPOCH_LIFETIME_MS = 3_600_000;
/** Messages of one sender in one epoch, unless told. */
export const EPOCH_MESSAGES_MAX = CHAIN_JUMP_MAX;

/** What a member knows of its present epoch. */
export interface EpochAge {
  /** Whether it can seal; not before the first epoch that was committed after its start. */
  readonly keyed: boolean;
  /** Milliseconds since the epoch was applied here. */
  readonly ageMs: number;
  /** Messages that this member sealed in it. */
  readonly sealed: number;
  /** @default 3_600_000 */
  readonly lifetimeMs?: number;
  /** @default 1_048_576 */
  readonly messagesMax?: number;
}

/**
 * Whether a member should ask for a new epoch, and with which reason. Joins, leaves and removals
 * are reasons of their own. Messages are a reason an eighth before the last one, so that sealing
 * goes on until the commit is there.
 *
 * @example
 * rekeyDue({ keyed: true, ageMs: 3_600_000, sealed: 10 }); // => 'hourly'
 * rekeyDue({ keyed: true, ageMs: 1_000, sealed: 10 }); // => undefined
 */
export function rekeyDue(age: EpochAge): 'start' | 'hourly' | 'messages' | undefined {
  const { lifetimeMs = EPOCH_LIFETIME_MS, messagesMax = EPOCH_MESSAGES_MAX } = age;
  if (!age.keyed) return 'start';
  if (age.sealed >= messagesMax - Math.floor(messagesMax / 8)) return 'messages';
  return age.ageMs >= lifetimeMs ? 'hourly' : undefined;
}
