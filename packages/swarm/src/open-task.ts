import type { Json, Unsubscribe } from '@ruvector/core';
import type { Receipt } from '@ruvector/crypto';

import { BackOff } from './back-off.js';
import { Events } from './events.js';
import type { Lease } from './lease.js';
import type { CheckedTask } from './task-request.js';
import type { TaskHandle, TaskProgress, TaskState } from './task.js';

/** What a task means to each member, 0 to 1, relative to the one it means most. */
export interface TaskMeaning {
  /** Of the set of members that it was worked out for. */
  readonly version: number;
  readonly suits: ReadonlyMap<string, number>;
}

const NO_INPUT = /* @__PURE__ */ new Uint8Array(0);

/** A task submitted here, until and after it settles. */
export class OpenTask {
  readonly id: string;
  readonly request: Omit<CheckedTask, 'input'>;
  readonly idempotencyKey: string | undefined;
  readonly events: Events<{ progress: TaskProgress }>;
  readonly result: Promise<Uint8Array | Json>;
  readonly receipt: Promise<Receipt>;
  input: Uint8Array;
  state: TaskState = 'waiting';
  /** 0 before the first. Goes up when one is lost, not when one is refused. */
  attempt = 0;
  /** Of its present owner. */
  lease: Lease | undefined;
  /**
   * Executors by the hash of the assignment that they seemed to have lost: they may still do it.
   */
  readonly lost = new Map<string, string>();
  /** What it means to each member, as last worked out. */
  meaning: TaskMeaning | undefined;
  /** How often a younger task went first. */
  passedOver = 0;
  /** Attempts that came to nothing by the fault of their executors. */
  strikes = 0;
  /** Ends the watch over the submitter's signal. */
  release: () => void = () => undefined;
  readonly #refusals = new Map<string, BackOff>();
  readonly #distrusted = new Set<string>();
  #resolve!: (value: { result: Uint8Array | Json; receipt: Receipt }) => void;
  #reject!: (error: Error) => void;

  constructor(
    id: string,
    { input, ...request }: CheckedTask,
    idempotencyKey: string | undefined,
    onThrow: (error: unknown) => void,
  ) {
    this.id = id;
    this.input = input;
    this.request = request;
    this.idempotencyKey = idempotencyKey;
    this.events = new Events(onThrow);
    const settled = new Promise<{ result: Uint8Array | Json; receipt: Receipt }>(
      (resolve, reject) => {
        this.#resolve = resolve;
        this.#reject = reject;
      },
    );
    this.result = settled.then(({ result }) => result);
    this.receipt = settled.then(({ receipt }) => receipt);
    // who only looks at the result, or at neither, must not die of an unhandled rejection
    this.result.catch(() => undefined);
    this.receipt.catch(() => undefined);
  }

  get isSettled(): boolean {
    return this.state !== 'waiting' && this.state !== 'assigned';
  }

  /** Whether it may be given to this member now. @param now - monotonic, ms, here and below. */
  maySuit(agentId: string, now: number): boolean {
    if (this.#distrusted.has(agentId)) return false;
    return this.#refusals.get(agentId)?.isOver(now) ?? true;
  }

  refusedBy(agentId: string, now: number): void {
    const backOff = this.#refusals.get(agentId) ?? new BackOff();
    this.#refusals.set(agentId, backOff);
    backOff.refused(now);
  }

  /** It has started anew, and may now take what it refused. */
  forgetRefusals(agentId: string): void {
    this.#refusals.delete(agentId);
  }

  /** It is never given to this member again. */
  distrust(agentId: string): void {
    this.#distrusted.add(agentId);
  }

  /** Who has, or may still have, the assignment with this hash. */
  executorOf(hash: string): string | undefined {
    return this.lease?.hash === hash ? this.lease.executor : this.lost.get(hash);
  }

  complete(result: Uint8Array | Json, receipt: Receipt): void {
    this.#settle('completed');
    this.#resolve({ result, receipt });
  }

  fail(state: 'failed' | 'cancelled', error: Error): void {
    this.#settle(state);
    this.#reject(error);
  }

  handle(cancel: () => void): TaskHandle {
    const state = () => this.state;
    const { id, result, receipt, events } = this;
    return {
      id,
      result,
      receipt,
      cancel,
      get state() {
        return state();
      },
      on: (event, handler): Unsubscribe => events.on(event, handler),
    };
  }

  /** Handles may be kept for long: what only the work needed is let go. */
  #settle(state: TaskState): void {
    this.state = state;
    this.lease = undefined;
    this.input = NO_INPUT;
    this.meaning = undefined;
    this.lost.clear();
    this.#refusals.clear();
    this.#distrusted.clear();
    this.release();
    this.release = () => undefined;
  }
}
