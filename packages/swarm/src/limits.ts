import { checkInteger, checkObject } from '@ruvector/core';
import { EPOCH_MESSAGES_MAX } from '@ruvector/crypto';

/**
 * Every bound of a swarm member. What is above one is refused with an error, but for what waits for
 * a member that may never come: its oldest is dropped, and counted in `stats().messages.dropped`.
 */
export interface SwarmLimits {
  /** Registered members, this one included. @default 1024 */
  readonly membersMax: number;
  /** Bytes of one message, task input or task output. @default 4 MiB */
  readonly payloadBytesMax: number;
  /** Bytes sealed for one member and not yet taken by a transport. @default 16 MiB */
  readonly outboxBytesMax: number;
  /**
   * Messages held for a member that is registered but has not answered yet; the oldest are dropped.
   * @default 256
   */
  readonly pendingFramesMax: number;
  /** Bytes of these. @default 8 MiB */
  readonly pendingBytesMax: number;
  /** @default 1024 */
  readonly subscriptionsMax: number;
  /** Requests of this member that wait for a reply. @default 1024 */
  readonly requestsMax: number;
  /** Tasks submitted here and not settled. @default 10000 */
  readonly tasksOpenMax: number;
  /** Tasks given by this member to one executor at a time. @default 8 */
  readonly tasksPerMemberMax: number;
  /** Tasks this member runs side by side. @default 4 */
  readonly tasksRunningMax: number;
  /** Tasks this member keeps waiting behind those. @default 64 */
  readonly tasksWaitingMax: number;
  /** Remembered idempotency keys. @default 10000 */
  readonly idempotencyKeysMax: number;
  /** Invitations that have not expired. @default 256 */
  readonly invitationsMax: number;
  /** Requests of others that are answered side by side. @default 256 */
  readonly repliesRunningMax: number;
  /**
   * Messages to all that this member seals in one epoch, at most the default; new keys are asked
   * for an eighth before that. @default 1_048_576
   */
  readonly messagesPerEpochMax: number;
}

const MiB = 1 << 20;

const DEFAULTS: SwarmLimits = {
  membersMax: 1024,
  payloadBytesMax: 4 * MiB,
  outboxBytesMax: 16 * MiB,
  pendingFramesMax: 256,
  pendingBytesMax: 8 * MiB,
  subscriptionsMax: 1024,
  requestsMax: 1024,
  tasksOpenMax: 10_000,
  tasksPerMemberMax: 8,
  tasksRunningMax: 4,
  tasksWaitingMax: 64,
  idempotencyKeysMax: 10_000,
  invitationsMax: 256,
  repliesRunningMax: 256,
  messagesPerEpochMax: EPOCH_MESSAGES_MAX,
};

/**
 * The defaults with `given` on top.
 * @throws RangeError for a bound that is unknown or not a positive integer.
 */
export function checkLimits(given: Partial<SwarmLimits> = {}): SwarmLimits {
  for (const [name, value] of Object.entries(checkObject('options.limits', given))) {
    if (!Object.hasOwn(DEFAULTS, name))
      throw new RangeError(`limits.${name} is not a limit of a swarm`);
    const max = name === 'messagesPerEpochMax' ? DEFAULTS.messagesPerEpochMax : 2 ** 31;
    checkInteger(`limits.${name}`, value, { min: 1, max });
  }
  return { ...DEFAULTS, ...given };
}

/** What envelope, assignment and receipt take around a payload at most, bytes. */
const AROUND_PAYLOAD_BYTES = 32 << 10;

/** A payload has to fit into one frame of every transport. */
export function fitLimits(limits: SwarmLimits, frameBytesMax: number): SwarmLimits {
  const room = frameBytesMax - AROUND_PAYLOAD_BYTES;
  if (room < 1)
    throw new RangeError(
      `options.transport must take frames above ${AROUND_PAYLOAD_BYTES} bytes, got ${frameBytesMax}`,
    );
  return { ...limits, payloadBytesMax: Math.min(limits.payloadBytesMax, room) };
}
