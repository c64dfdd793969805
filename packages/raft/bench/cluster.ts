/** Three members in one process, one of which leads, without a network between them. */
export interface Cluster {
  /** One unit of time for the leader: it tells both others that it is there, and they answer. */
  beat(): void;
  /** Commits so many commands that were proposed at once, and applies them on all members. */
  commit(count: number): void;
  /** Commands that each member has applied. */
  readonly applied: number;
  /** Heartbeats that were answered. */
  readonly beats: number;
}

export const IDS = ['a', 'b', 'c'];

/** A member cuts its log behind so many entries; without, a long run would fill the memory. */
export const ENTRIES_KEPT = 10_000;
