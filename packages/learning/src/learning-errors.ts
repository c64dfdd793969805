import { EdgeError } from '@ruvector/core';

/**
 * A delta starts after a version of some agent that is not known here yet, so applying it would
 * lose what lies between. Nothing was changed; ask for `delta()` (full state) instead.
 *
 * @example
 * new LearningGapError('a', 3, 7).code; // => 'ERR_LEARNING_GAP'
 */
export class LearningGapError extends EdgeError {
  override readonly name = 'LearningGapError';
  override readonly code = 'ERR_LEARNING_GAP';
  readonly agentId: string;
  /** The version held here. */
  readonly have: number;
  /** The version that the delta builds on. */
  readonly from: number;
  constructor(agentId: string, have: number, from: number, options?: ErrorOptions) {
    super(`delta of ${agentId} starts after version ${from}, but only ${have} is known here`, {
      details: { agentId, have, from },
      ...options,
    });
    this.agentId = agentId;
    this.have = have;
    this.from = from;
  }
}

/**
 * State came in the name of an agent who cannot have written it: newer observations of this very
 * agent than it made itself, or those of an agent that the caller did not allow. Nothing was
 * changed.
 *
 * @example
 * new LearningForgedError('a', 'not allowed here').code; // => 'ERR_LEARNING_FORGED'
 */
export class LearningForgedError extends EdgeError {
  override readonly name = 'LearningForgedError';
  override readonly code = 'ERR_LEARNING_FORGED';
  readonly agentId: string;
  constructor(agentId: string, reason: string, options?: ErrorOptions) {
    super(`state in the name of ${agentId}: ${reason}`, { details: { agentId }, ...options });
    this.agentId = agentId;
  }
}
