import type { TaskState } from './task.js';

/** Whom an event is about. */
export interface MemberEvent {
  readonly agentId: string;
}

/** A task submitted here, as it now stands. */
export interface TaskEvent {
  readonly taskId: string;
  readonly state: TaskState;
  readonly executor: string | undefined;
  /** 0 before the first executor has it, then 1 and one more for each that was lost. */
  readonly attempt: number;
  /** Why the task is waiting again or has failed. */
  readonly reason: string | undefined;
}

/** The keys of the swarm have changed. */
export interface EpochEvent {
  /** Its number. */
  readonly epoch: number;
}

/** A frame that was thrown away. */
export interface RefusedEvent {
  /** The detailed reason; the sender learns nothing of it. */
  readonly code: string;
  /** Who the transport says it came from: a hint, not proof. */
  readonly from: string;
}

/** What `on` may be asked for, and what its handlers get. */
export interface SwarmEventMap {
  /** A member has proven that it is there now. */
  'member-joined': MemberEvent;
  /** Nothing was heard of it for `suspectAfterMs`; it may well be there. */
  'member-suspected': MemberEvent;
  /** Nothing was heard of it for `deadAfterMs`: its tasks go to others. It may come back. */
  'member-dead': MemberEvent;
  /** It has said farewell. */
  'member-left': MemberEvent;
  /** The swarm has new keys, and this member follows. */
  epoch: EpochEvent;
  /** A task submitted here changed its state. */
  task: TaskEvent;
  /** A frame was thrown away: forged, replayed, damaged, too old, from a stranger. */
  refused: RefusedEvent;
  /** A handler threw, or something went on without what it needed. */
  error: Error;
}

export type SwarmHandler<K extends keyof SwarmEventMap> = (event: SwarmEventMap[K]) => void;
