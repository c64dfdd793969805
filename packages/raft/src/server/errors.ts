import { EdgeError } from '@ruvector/core';

/**
 * Nobody knows whether a command took effect, or will: it was put into a log, or sent to a leader,
 * and what became of it was not heard. A session would know; see `RaftServer.openSession`.
 *
 * @example
 * new UnknownOutcomeError().code; // => 'ERR_RAFT_UNKNOWN_OUTCOME'
 */
export class UnknownOutcomeError extends EdgeError {
  override readonly name = 'UnknownOutcomeError';
  override readonly code = 'ERR_RAFT_UNKNOWN_OUTCOME';
  constructor(options?: ErrorOptions) {
    super('the command may have taken effect, or may yet', options);
  }
}

/**
 * The cluster has forgotten a session, since too many others were used after it or its answers were
 * too large. The command was not executed by this call; whether it was before is not known.
 *
 * @example
 * new SessionExpiredError(7).message; // => 'session 7 has expired'
 */
export class SessionExpiredError extends EdgeError {
  override readonly name = 'SessionExpiredError';
  override readonly code = 'ERR_RAFT_SESSION_EXPIRED';
  constructor(session: number, options?: ErrorOptions) {
    super(`session ${session} has expired`, { details: { session }, ...options });
  }
}
