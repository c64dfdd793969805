import {
  LimitError,
  MalformedError,
  TimeoutError,
  toWire,
  type Clock,
  type Json,
  type Unsubscribe,
} from '@ruvector/core';
import type { Receipt } from '@ruvector/crypto';
import { SemanticTaskMatcher } from '@ruvector/semantic';

import {
  assignmentHash,
  decodeAssignment,
  decodeValue,
  encodeValue,
  hashText,
  type Assignment,
  type Value,
} from './assignment.js';
import type { SwarmLimits } from './limits.js';
import type { TaskResultBody } from './task-result.js';
import type { Executor, Task } from './task.js';

export type ReceiptStatus = 'Success' | 'Error' | 'Timeout' | 'OutOfMemory';

/** What a runner wants signed about one finished assignment. */
export interface Finished {
  readonly assignment: Assignment;
  readonly assignmentHash: string;
  readonly moduleHash: string;
  readonly outputHash: string;
  readonly status: ReceiptStatus;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly finishedAt: number;
}

export interface RunnerOptions {
  readonly clock: Clock;
  readonly agentId: string;
  readonly swarmId: string;
  readonly limits: SwarmLimits;
  readonly sign: (finished: Finished) => Receipt;
  readonly sendResult: (assigner: string, taskId: Uint8Array, result: TaskResultBody) => void;
  readonly sendRefusal: (assigner: string, taskId: Uint8Array, reason: string) => void;
  readonly sendProgress: (
    assigner: string,
    taskId: Uint8Array,
    fraction: number,
    note: string | undefined,
  ) => void;
}

interface Run {
  readonly key: string;
  readonly assignment: Assignment;
  readonly taskId: Uint8Array;
  readonly input: Value;
  readonly executor: Executor;
  readonly abort: AbortController;
}

/** Runs the tasks that others assign to this member, a bounded number side by side. */
export class TaskRunner {
  executed = 0;
  readonly #o: RunnerOptions;
  readonly #executors = new Map<string, { executor: Executor; id: string }>();
  /** Executors by the number of their registration, as the matcher knows them. */
  readonly #byId = new Map<string, Executor>();
  readonly #names = new SemanticTaskMatcher();
  readonly #running = new Map<string, Run>();
  readonly #waiting = new Map<string, Run>();
  #registrations = 0;
  #idle: (() => void)[] = [];
  #leaving = false;

  constructor(options: RunnerOptions) {
    this.#o = options;
  }

  /** 0 (idle) to 1 (no more is taken). */
  get load(): number {
    const { tasksRunningMax, tasksWaitingMax } = this.#o.limits;
    return (this.#running.size + this.#waiting.size) / (tasksRunningMax + tasksWaitingMax);
  }

  handle(match: string, executor: Executor): Unsubscribe {
    const { subscriptionsMax } = this.#o.limits;
    if (this.#executors.has(match))
      throw new RangeError(`match ${JSON.stringify(match)} already has an executor`);
    if (this.#executors.size >= subscriptionsMax)
      throw new LimitError('subscriptionsMax', subscriptionsMax);
    const id = String((this.#registrations += 1));
    this.#executors.set(match, { executor, id });
    this.#byId.set(id, executor);
    this.#names.registerAgent(id, match);
    return () => {
      if (this.#executors.get(match)?.id !== id) return;
      this.#executors.delete(match);
      this.#byId.delete(id);
      this.#names.removeAgent(id);
    };
  }

  /** @throws MalformedError if the assignment is not one, or not from its assigner */
  hearAssignment(from: string, taskId: Uint8Array, body: Uint8Array): void {
    const { assignment, input } = decodeAssignment(body);
    this.#check(from, assignment, input);
    const key = `${from} ${assignment.task_id} ${assignment.attempt}`;
    if (this.#running.has(key) || this.#waiting.has(key)) return;
    const executor = this.#executorFor(assignment);
    const refusal = this.#refusal(assignment, executor);
    if (refusal !== undefined || !executor)
      return this.#o.sendRefusal(from, taskId, refusal ?? 'ERR_TASK_NO_EXECUTOR');
    const abort = new AbortController();
    const value = decodeValue(input);
    this.#waiting.set(key, { key, assignment, taskId, input: value, executor, abort });
    this.#startNext();
  }

  /** The assigner does not want the task any more, or is gone. */
  withdraw(from: string, taskIdHex?: string): void {
    for (const run of [...this.#waiting.values(), ...this.#running.values()]) {
      const { assigner, task_id } = run.assignment;
      if (assigner !== from || (taskIdHex !== undefined && task_id !== taskIdHex)) continue;
      this.#waiting.delete(run.key);
      run.abort.abort(new DOMException('the assigner withdrew the task', 'AbortError'));
    }
  }

  /** Takes no more, gives back what waits, and resolves when what runs has ended. */
  async leave(): Promise<void> {
    this.#leaving = true;
    for (const { assignment, taskId } of this.#waiting.values())
      this.#o.sendRefusal(assignment.assigner, taskId, 'ERR_TASK_LEAVING');
    this.#waiting.clear();
    if (this.#running.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Ends everything at once. */
  close(): void {
    this.#leaving = true;
    this.#waiting.clear();
    for (const run of this.#running.values())
      run.abort.abort(new DOMException('the member was closed', 'AbortError'));
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #check(from: string, assignment: Assignment, input: Uint8Array): void {
    const wrong = (field: string) => new MalformedError(`assignment: ${field} does not fit`);
    if (assignment.assigner !== from) throw wrong('assigner');
    if (assignment.executor !== this.#o.agentId) throw wrong('executor');
    if (assignment.swarm_id !== this.#o.swarmId) throw wrong('swarm_id');
    if (assignment.input_hash !== hashText(input)) throw wrong('input_hash');
  }

  #refusal(assignment: Assignment, executor: Executor | undefined): string | undefined {
    const { tasksRunningMax, tasksWaitingMax } = this.#o.limits;
    if (this.#leaving) return 'ERR_TASK_LEAVING';
    if (!executor) return 'ERR_TASK_NO_EXECUTOR';
    if (assignment.deadline <= this.#o.clock.now()) return 'ERR_TASK_DEADLINE';
    if (this.#running.size + this.#waiting.size >= tasksRunningMax + tasksWaitingMax)
      return 'ERR_TASK_BUSY';
    return undefined;
  }

  /** By type, else by capability, else by `*`, else the one whose name means the description most. */
  #executorFor({ type, capability, description }: Assignment): Executor | undefined {
    if (type !== null) return this.#executors.get(type)?.executor;
    const exact = capability === null ? undefined : this.#executors.get(capability);
    const named = exact ?? this.#executors.get('*');
    if (named) return named.executor;
    const best = this.#names.match(description, 1)[0];
    return best && this.#byId.get(best.agentId);
  }

  #startNext(): void {
    for (const run of this.#waiting.values()) {
      if (this.#running.size >= this.#o.limits.tasksRunningMax) return;
      this.#waiting.delete(run.key);
      this.#running.set(run.key, run);
      void this.#run(run);
    }
  }

  async #run(run: Run): Promise<void> {
    const startedAt = this.#o.clock.now();
    const work = this.#work(run);
    const outcome = await this.#withinBudget(run, work);
    if (outcome) this.#report(run, startedAt, outcome);
    // one that ignores its signal still fills its place until it really ends
    await work.catch(() => undefined);
    this.#running.delete(run.key);
    if (this.#running.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
    this.#startNext();
  }

  async #work(run: Run): Promise<Value> {
    const { assignment, taskId } = run;
    const task: Task = {
      id: assignment.task_id,
      description: assignment.description,
      type: assignment.type ?? undefined,
      capability: assignment.capability ?? undefined,
      input: run.input,
      attempt: assignment.attempt,
      assigner: assignment.assigner,
    };
    const progress = (fraction: number, note?: string) => {
      if (!(fraction >= 0 && fraction <= 1))
        throw new RangeError(`fraction must be from 0 to 1, got ${fraction}`);
      if (!run.abort.signal.aborted)
        this.#o.sendProgress(assignment.assigner, taskId, fraction, note?.slice(0, 256));
    };
    return run.executor(task, { signal: run.abort.signal, progress });
  }

  /** @returns `undefined` if nobody wants to know any more. */
  async #withinBudget(
    { assignment, abort }: Run,
    work: Promise<Value>,
  ): Promise<{ status: ReceiptStatus; value: Value } | undefined> {
    const failed = (error: unknown, status: ReceiptStatus) => ({
      status,
      value: { ...toWire(error), details: {} } as Json,
    });
    const { clock } = this.#o;
    const timeout = new TimeoutError('the executor', assignment.timeout_ms);
    const cancel = clock.setTimeout(() => abort.abort(timeout), assignment.timeout_ms);
    let onAbort = () => undefined as void;
    const aborted = new Promise<undefined>((resolve) => {
      onAbort = () => resolve(undefined);
      abort.signal.addEventListener('abort', onAbort);
    });
    try {
      const value = await Promise.race([work, aborted]);
      if (value !== undefined) return { status: 'Success', value };
      if (!abort.signal.aborted)
        return failed(new TypeError('the executor returned undefined'), 'Error');
    } catch (error) {
      if (!abort.signal.aborted) return failed(error, 'Error');
    } finally {
      cancel();
      abort.signal.removeEventListener('abort', onAbort);
    }
    return abort.signal.reason === timeout ? failed(timeout, 'Timeout') : undefined;
  }

  #report(run: Run, startedAt: number, outcome: { status: ReceiptStatus; value: Value }): void {
    const { assignment, taskId } = run;
    const { status, output } = encodeOutcome(outcome, assignment.output_bytes_max);
    const receipt = this.#o.sign({
      assignment,
      assignmentHash: assignmentHash(assignment),
      moduleHash: hashText(new TextEncoder().encode(run.executor.toString())),
      outputHash: hashText(output),
      status,
      startedAt,
      finishedAt: Math.max(startedAt, this.#o.clock.now()), // the clock may have been set back
    });
    this.executed += 1;
    this.#o.sendResult(assignment.assigner, taskId, { receipt, output });
  }
}

/** What cannot be sent as it is becomes an error: the task has then failed, and its assigner hears why. */
function encodeOutcome(
  { status, value }: { status: ReceiptStatus; value: Value },
  bytesMax: number,
): { status: ReceiptStatus; output: Uint8Array } {
  try {
    const output = encodeValue(value, bytesMax);
    if (status !== 'Success' || output.length - 1 <= bytesMax) return { status, output };
    throw new LimitError('budgets.outputBytesMax', bytesMax);
  } catch (error) {
    const wire = { ...toWire(error), details: {} } as Json;
    return { status: 'Error', output: encodeValue(wire, 1 << 16) };
  }
}
