import type { RaftCore } from '../raft-core.js';
import type { Calls } from './calls.js';
import type { RaftMetrics } from './metrics.js';
import type { CheckedServerOptions } from './options.js';
import type { Post } from './post.js';

/** What the parts of a running server share. */
export interface Context {
  readonly id: string;
  readonly core: RaftCore;
  readonly options: CheckedServerOptions;
  readonly metrics: RaftMetrics;
  readonly calls: Calls;
  readonly post: Post;
  /** There is something to do; it is begun after whatever is running. */
  readonly wake: () => void;
}
