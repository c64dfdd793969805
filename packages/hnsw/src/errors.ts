import { EdgeError } from '@ruvector/core';

/**
 * An index cannot be changed while a call that works on all of it is under way: wait for that call,
 * or abort it.
 *
 * @example
 * new BusyError('insert', 'insertMany').message; // => 'insert must wait until insertMany is done'
 */
export class BusyError extends EdgeError {
  override readonly name = 'BusyError';
  override readonly code = 'ERR_HNSW_BUSY';
  constructor(wanted: string, underWay: string, options?: ErrorOptions) {
    super(`${wanted} must wait until ${underWay} is done`, {
      details: { wanted, underWay },
      ...options,
    });
  }
}
