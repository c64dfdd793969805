import { EdgeError } from '@ruvector/core';

/**
 * This member does not lead, or is handing over. Ask `leader`, if it is known.
 *
 * @example
 * new NotLeaderError('b').message; // => 'this member is not the leader; b is, as far as it knows'
 */
export class NotLeaderError extends EdgeError {
  override readonly name = 'NotLeaderError';
  override readonly code = 'ERR_RAFT_NOT_LEADER';
  /** Who leads, as far as this member knows. */
  readonly leader: string | undefined;
  constructor(leader: string | undefined, options?: ErrorOptions) {
    const known = leader === undefined ? 'none is known' : `${leader} is, as far as it knows`;
    super(`this member is not the leader; ${known}`, {
      details: leader === undefined ? {} : { leader },
      ...options,
    });
    this.leader = leader;
  }
}

/**
 * More is under way than a bound allows: try again when some of it is done.
 *
 * @example
 * new OverloadedError('maxPendingReads', 9).message; // => 'maxPendingReads is reached: 9'
 */
export class OverloadedError extends EdgeError {
  override readonly name = 'OverloadedError';
  override readonly code = 'ERR_RAFT_OVERLOADED';
  constructor(limit: string, max: number, options?: ErrorOptions) {
    super(`${limit} is reached: ${max}`, { details: { limit, max }, ...options });
  }
}

/**
 * The configuration cannot be changed now: the last change, or the first entry of this leader's
 * term, is not committed. Try again when it is.
 *
 * @example
 * new ChangePendingError('a change is under way').code; // => 'ERR_RAFT_CHANGE_PENDING'
 */
export class ChangePendingError extends EdgeError {
  override readonly name = 'ChangePendingError';
  override readonly code = 'ERR_RAFT_CHANGE_PENDING';
  constructor(reason: string, options?: ErrorOptions) {
    super(`the configuration cannot be changed now: ${reason}`, options);
  }
}

/**
 * What was committed is about to be contradicted: a log or a message that no correct cluster makes.
 * The member must stop.
 *
 * @example
 * new InconsistentLogError('entry 7 is committed').code; // => 'ERR_RAFT_INCONSISTENT'
 */
export class InconsistentLogError extends EdgeError {
  override readonly name = 'InconsistentLogError';
  override readonly code = 'ERR_RAFT_INCONSISTENT';
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
  }
}
