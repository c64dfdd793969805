import type { Backend } from './backend.js';

/** Browsers have no synchronous crypto of their own. */
export function createNativeBackend(): Backend | undefined {
  return undefined;
}
