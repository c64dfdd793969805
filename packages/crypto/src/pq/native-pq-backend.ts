import type { PqBackend } from './pq-backend.js';

/** Browsers have no synchronous crypto of their own. */
export function createNativePqBackend(): PqBackend | undefined {
  return undefined;
}
