import type { Json, Unsubscribe } from '@ruvector/core';
import type { Receipt } from '@ruvector/crypto';

import type { Assignment } from './assignment.js';
import { Events } from './events.js';
import type { TaskMeaning } from './executor-choice.js';
import type { CheckedTask } from './task-request.js';
import type { TaskHandle, TaskProgress, TaskState } from './task.js';

/** A task submitted here, until and after it settles. */
export class OpenTask {
  readonly id: string;
  readonly request: CheckedTask;
  readonly events: Events<{ progress: TaskProgress }>;
  readonly result: Promise<Uint8Array | Json>;
  readonly receipt: Promise<Receipt>;
  state: TaskState = 'waiting';
  attempt = 0;
  /** The present assignment, and by our monotonic clock when it lapses. */
  assigned:
    { readonly assignment: Assignment; readonly hash: string; readonly until: number } | undefined;
  /** What it means to each member, as last worked out. */
  meaning: TaskMeaning | undefined;
  /** How often a younger task went first. */
  passedOver = 0;
  /** Attempts that came to nothing by the fault of their executors. */
  strikes = 0;
  /** Executors that refused or sent a bad receipt, and by our monotonic clock until when they are not asked. */
  readonly avoid = new Map<string, number>();
  /** Ends the watch over the submitter's signal. */
  release: () => void = () => undefined;
  #resolve!: (value: { result: Uint8Array | Json; receipt: Receipt }) => void;
  #reject!: (error: Error) => void;

  constructor(id: string, request: CheckedTask, onThrow: (error: unknown) => void) {
    this.id = id;
    this.request = request;
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

  #settle(state: TaskState): void {
    this.state = state;
    this.assigned = undefined;
    this.release();
  }
}
