import { fromWire, isEdgeError, TimeoutError } from '@ruvector/core';
import { OverloadedError } from '../errors.js';
import type { Call, CallOptions } from './calls.js';
import type { Context } from './context.js';
import type { Questions } from './questions.js';
import type { ReadRequests } from './read-requests.js';
import type { Answer, Request } from './request-codec.js';

/** Something that is to come about, in steps that may be repeated. */
interface Goal {
  /** In the words of the error when it does not. */
  readonly what: string;
  readonly isMet: () => boolean;
  /** The next step of a leader. */
  readonly pursue: () => void;
  /** How the leader is asked for the next step. */
  readonly request: Request;
  /** There is one step only: once it is begun nothing is left but to wait. */
  readonly isOneStep: boolean;
  /**
   * What was applied here tells whether it is met, so that this member must have what was committed
   * when it was asked for: it may lag, and take what once was for what is.
   */
  readonly isOfLog: boolean;
}

interface Pursued {
  readonly goal: Goal;
  readonly call: Call<void>;
  /** This member knows enough to look at it. */
  isReady: boolean;
  isAsking: boolean;
  isBegun: boolean;
}

/**
 * Goals of this member's callers: looked at and pursued at each tick, here or by asking the leader,
 * until they are met. So nothing is lost with a leader or a message.
 */
export class Goals {
  readonly #context: Context;
  readonly #questions: Questions;
  readonly #reads: ReadRequests;
  readonly #open = new Set<Pursued>();

  constructor(context: Context, questions: Questions, reads: ReadRequests) {
    this.#context = context;
    this.#questions = questions;
    this.#reads = reads;
  }

  /** @throws OverloadedError if no more may wait. */
  reach(
    goal: Goal,
    { timeoutMs, signal }: Required<Pick<CallOptions, 'timeoutMs'>> & CallOptions,
  ): Promise<void> {
    const { calls, options } = this.#context;
    signal?.throwIfAborted();
    if (this.#open.size >= options.maxPendingCalls)
      throw new OverloadedError('maxPendingCalls', options.maxPendingCalls);
    const read = goal.isOfLog
      ? this.#reads.read({ timeoutMs, ...(signal && { signal }) })
      : undefined;
    const dueMs = options.clock.monotonic() + timeoutMs;
    const late = () => new TimeoutError(goal.what, timeoutMs);
    const call = calls.open<void>({ dueMs, late, signal }, () => this.#open.delete(pursued));
    const isReady = read === undefined;
    const pursued: Pursued = { goal, call, isReady, isAsking: false, isBegun: false };
    this.#open.add(pursued);
    const ready = () => {
      pursued.isReady = true;
      this.#pursue(pursued);
    };
    read?.then(ready, (error: unknown) => call.reject(error));
    this.#pursue(pursued);
    return call.promise;
  }

  /** At each tick, and when something was applied or a leader is found. */
  pursue(): void {
    for (const pursued of [...this.#open]) this.#pursue(pursued);
  }

  #pursue(pursued: Pursued): void {
    const { goal, call } = pursued;
    if (!pursued.isReady || call.isOver) return;
    if (goal.isMet()) call.resolve();
    else if (pursued.isBegun && goal.isOneStep) return;
    else if (this.#context.core.summary().role !== 'leader') this.#ask(pursued);
    else
      try {
        goal.pursue();
        pursued.isBegun = true;
      } catch (error) {
        if (!isPassing(error)) call.reject(error);
      }
  }

  #ask(pursued: Pursued): void {
    const { goal, call } = pursued;
    if (pursued.isAsking) return;
    const question = this.#questions.ask(goal.request, true, (answer) => {
      pursued.isAsking = false;
      pursued.isBegun = answer?.kind === 'done';
      const error = errorOf(answer);
      if (error && !isPassing(error)) call.reject(error);
    });
    pursued.isAsking = question !== undefined;
  }
}

/** Whether trying again may help. */
export const isPassing = (error: unknown): boolean =>
  isEdgeError(error, 'ERR_RAFT_NOT_LEADER') || isEdgeError(error, 'ERR_RAFT_CHANGE_PENDING');

function errorOf(answer: Answer | undefined): Error | undefined {
  if (answer?.kind !== 'failed') return undefined;
  const { code, message } = answer;
  return code === '' ? new RangeError(message) : fromWire({ code, message, details: {} });
}
