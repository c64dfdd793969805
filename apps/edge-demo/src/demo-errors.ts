import { EdgeError } from '@ruvector/edge/core';

/**
 * The demo was started in a way that cannot work; the message is one line for the person who did
 * it.
 */
export class DemoUsageError extends EdgeError {
  override readonly name = 'DemoUsageError';
  override readonly code = 'ERR_DEMO_USAGE';
}

/** The demo ran and could not go on; what it promises did not hold. */
export class DemoFailedError extends EdgeError {
  override readonly name = 'DemoFailedError';
  override readonly code = 'ERR_DEMO_FAILED';
}
