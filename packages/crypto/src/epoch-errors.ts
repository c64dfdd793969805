import { EdgeError } from '@ruvector/core';

/**
 * The commit and the roster with which a member wants to begin are not those that its anchor names.
 * Nothing that follows from them can be trusted.
 *
 * @example
 * const error = new EpochAnchorError('the roster is not the one of the commit');
 * error.code; // => 'ERR_EPOCH_ANCHOR'
 */
export class EpochAnchorError extends EdgeError {
  override readonly name = 'EpochAnchorError';
  override readonly code = 'ERR_EPOCH_ANCHOR';
  constructor(reason: string, options?: ErrorOptions) {
    super(`epochs cannot begin here: ${reason}`, { details: { reason }, ...options });
  }
}

/**
 * This member cannot do that in the present epoch: it was not committed after the member's start,
 * came without a welcome, or does not have the member in it.
 *
 * @example
 * const error = new EpochNotReadyError('seal', 3);
 * error.details; // => { what: 'seal', epoch: 3 }
 */
export class EpochNotReadyError extends EdgeError {
  override readonly name = 'EpochNotReadyError';
  override readonly code = 'ERR_EPOCH_NOT_READY';
  constructor(what: string, epoch: number, options?: ErrorOptions) {
    super(`this member cannot ${what} in epoch ${epoch}`, { details: { what, epoch }, ...options });
  }
}
