import type { TaskState } from './task.js';

export interface MemberEvent {
  readonly agentId: string;
}

export interface TaskEvent {
  readonly taskId: string;
  readonly state: TaskState;
  readonly executor: string | undefined;
  readonly attempt: number;
  /** Why the task is waiting again or has failed. */
  readonly reason: string | undefined;
}

export interface RefusedEvent {
  /** The detailed reason; the sender learns nothing of it. */
  readonly code: string;
  /** Who the transport says it came from: a hint, not proof. */
  readonly from: string;
}

export interface SwarmEventMap {
  /** A member has proven that it is there now. */
  'member-joined': MemberEvent;
  'member-suspected': MemberEvent;
  'member-dead': MemberEvent;
  'member-left': MemberEvent;
  /** A task submitted here changed its state. */
  task: TaskEvent;
  /** A frame was thrown away: forged, replayed, damaged, too old, from a stranger. */
  refused: RefusedEvent;
  /** A handler threw, or something went on without what it needed. */
  error: Error;
}

export type SwarmHandler<K extends keyof SwarmEventMap> = (event: SwarmEventMap[K]) => void;
