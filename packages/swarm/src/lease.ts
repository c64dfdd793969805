/** What an executor has over its own timeout for the way there and back, before its lease ends. */
const LEASE_GRACE_MS = 5_000;
/** This often an executor is asked whether it still has the task. */
const ASK_MS = 10_000;
/** After so many questions in a row without an answer, others get the task. */
const UNANSWERED_MAX = 2;

/**
 * An executor's hold on a task, by our monotonic clock, ms: `now` below.
 *
 * It runs from the moment at which the executor says that it begins. Before and after, heartbeats
 * say that the executor is there, and questions whether it has the task at all: a member may seem
 * alive to us alone, and a message may be lost.
 */
export class Lease {
  readonly executor: string;
  /** Of the assignment. */
  readonly hash: string;
  /** `Infinity` before the start. */
  #endsAt = Infinity;
  #askAt: number;
  /** Questions in a row that nobody answered. */
  #unanswered = 0;

  constructor(executor: string, hash: string, now: number) {
    this.executor = executor;
    this.hash = hash;
    this.#askAt = now + ASK_MS;
  }

  get hasBegun(): boolean {
    return this.#endsAt < Infinity;
  }

  /** The executor begins; to say it once more makes the lease no longer. */
  begin(now: number, timeoutMs: number): void {
    if (!this.hasBegun) this.#endsAt = now + timeoutMs + LEASE_GRACE_MS;
  }

  /** The executor says that it has the task. */
  confirm(now: number): void {
    this.#unanswered = 0;
    this.#askAt = now + ASK_MS;
  }

  /**
   * This process was itself stalled for so long, and has not read what the executor said meanwhile.
   */
  forgive(ms: number): void {
    this.#endsAt += ms;
    this.#askAt += ms;
  }

  /** What is to be done; after `ask` the question counts as asked. */
  check(now: number): 'ended' | 'silent' | 'ask' | undefined {
    if (this.#endsAt <= now) return 'ended';
    if (this.#askAt > now) return undefined;
    if (this.#unanswered >= UNANSWERED_MAX) return 'silent';
    this.#unanswered += 1;
    this.#askAt = now + ASK_MS;
    return 'ask';
  }
}
