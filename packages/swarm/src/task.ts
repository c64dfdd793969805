import type { Json, Unsubscribe } from '@ruvector/core';
import type { Receipt } from '@ruvector/crypto';

/** Work for some member of the swarm. */
export interface TaskRequest {
  /** What is to be done, in words: the task goes to the member whose capabilities mean this. */
  readonly description: string;
  /**
   * The name an executor registered with `handle`; only needed where the description is not enough.
   */
  readonly type?: string;
  /** Only members that have this capability come into question. */
  readonly capability?: string;
  readonly input: Uint8Array | Json;
  /** What one attempt may take. */
  readonly budgets?: {
    /**
     * Time for one attempt from when its executor begins, milliseconds, up to 24 hours; waiting
     * behind other tasks does not count. @default 30000
     */
    readonly timeoutMs?: number;
    /** Bytes of the result, as bytes or as JSON. @default the swarm's payload limit */
    readonly outputBytesMax?: number;
  };
  /**
   * Milliseconds since 1970: then the task fails, waiting or running.
   * @default five minutes from now
   */
  readonly deadline?: number;
  /** 0 (last) to 9 (first). @default 5 */
  readonly priority?: number;
  /**
   * Executors that may be lost over it: each death, silence, expired lease and bad receipt counts.
   * @default 5
   */
  readonly attemptsMax?: number;
}

/** What an executor gets. */
export interface Task {
  readonly id: string;
  readonly description: string;
  readonly type: string | undefined;
  readonly capability: string | undefined;
  readonly input: Uint8Array | Json;
  /** 1 for the first executor, 2 for the next one after that was lost, …; refusals do not count. */
  readonly attempt: number;
  /** The agent id of the member that submitted the task. */
  readonly assigner: string;
}

/** What an executor can do beside the work. */
export interface TaskContext {
  /**
   * Aborted at the timeout, when the assigner does not want the task any more, has left or started
   * anew, and when this member is closed. An executor that goes on all the same keeps its slot
   * until it ends.
   */
  readonly signal: AbortSignal;
  /** Tells the assigner how far the work is. @param fraction - 0 to 1 */
  progress(fraction: number, note?: string): void;
}

/**
 * Does the work. What it returns is sent back with a signed receipt; what it throws fails the task.
 * It may be called for one task by two members, when the first only seemed lost: the first result
 * counts.
 */
export type Executor = (
  task: Task,
  context: TaskContext,
) => Promise<Uint8Array | Json> | Uint8Array | Json;

/** `waiting` for an executor, `assigned` to one, or settled in one of three ways for good. */
export type TaskState = 'waiting' | 'assigned' | 'completed' | 'failed' | 'cancelled';

/** How far an executor says that it is. */
export interface TaskProgress {
  readonly taskId: string;
  readonly executor: string;
  /** 0 to 1. */
  readonly fraction: number;
  readonly note: string | undefined;
}

/** One submitted task. */
export interface TaskHandle {
  readonly id: string;
  readonly state: TaskState;
  /** What the executor returned: bytes as bytes, JSON as JSON. Rejects with a `TaskError`. */
  readonly result: Promise<Uint8Array | Json>;
  /** The executor's signed receipt, verified against the assignment before it is given out. */
  readonly receipt: Promise<Receipt>;
  /** Ends the task with `ERR_TASK_CANCELLED` unless it has settled. */
  cancel(): void;
  /** Hears what the executor tells with `progress`, for as long as it has the task. */
  on(event: 'progress', handler: (progress: TaskProgress) => void): Unsubscribe;
}
