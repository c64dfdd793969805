import type { HeartbeatOptions } from '@ruvector/edge/swarm';

/**
 * How long a member may be silent. Many processes on few cores wait for each other, and a late one
 * is not a dead one: 3 s as by default, and a tenth of a second more for each worker.
 */
export function heartbeatFor(workers: number): HeartbeatOptions {
  return { intervalMs: 500, suspectAfterMs: 2000, deadAfterMs: 3000 + 100 * workers };
}
