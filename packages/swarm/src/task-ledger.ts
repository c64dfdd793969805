import {
  fromHex,
  fromWire,
  LimitError,
  randomBytes,
  toHex,
  type Clock,
  type EdgeError,
  type Entropy,
} from '@ruvector/core';
import type { Receipt } from '@ruvector/crypto';

import { assignmentHash, encodeAssignment, type Assignment, type Value } from './assignment.js';
import { TaskError } from './errors.js';
import type { ExecutorChoice } from './executor-choice.js';
import { IdempotencyKeys } from './idempotency-keys.js';
import type { SwarmLimits } from './limits.js';
import { Lease } from './lease.js';
import { OpenTask } from './open-task.js';
import type { TaskEvent } from './swarm-events.js';
import type { CheckedTask, SubmitOptions } from './task-request.js';
import { TaskTally } from './task-tally.js';
import { judgeResult, type CheckReceipt } from './task-verdict.js';
import type { TaskHandle } from './task.js';
import { WaitingTasks } from './waiting-tasks.js';

const TASK_ID_BYTES = 16;
/** How an attempt ends that says nothing about the next one. */
const RAN_OUT: readonly string[] = ['Timeout', 'OutOfMemory'];
/** Refusals that are about the member, not about the task. */
const TAKES_NO_MORE = ['ERR_TASK_BUSY', 'ERR_TASK_LEAVING'];

export interface LedgerOptions {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly swarmId: string;
  readonly agentId: string;
  readonly limits: SwarmLimits;
  readonly choice: ExecutorChoice;
  /** How often `tick` is called. */
  readonly heartbeat: { readonly intervalMs: number };
  /** @returns whether it is on its way; never rejects. */
  readonly assign: (executor: string, taskId: Uint8Array, body: Uint8Array) => Promise<boolean>;
  readonly ask: (executor: string, taskId: Uint8Array, attempt: number) => void;
  readonly withdraw: (executor: string, taskId: Uint8Array) => void;
  readonly checkReceipt: CheckReceipt;
  readonly onChange: (event: TaskEvent) => void;
  readonly onThrow: (error: unknown) => void;
}

/**
 * The tasks that were submitted here: who has which, what became of it.
 *
 * The submitter assigns: there is one owner of a task at a time, and whatever happens to it the
 * task goes to another member until it succeeds, fails by its own fault, or runs out of time or
 * attempts. A result of an earlier owner, lost too soon, is as good as one of the present.
 */
export class TaskLedger {
  readonly tally = new TaskTally();
  readonly #o: LedgerOptions;
  readonly #open = new Map<string, OpenTask>();
  readonly #waiting = new WaitingTasks();
  readonly #keys: IdempotencyKeys;
  #closedBy: EdgeError | undefined;
  #tickedAt = Infinity;

  constructor(options: LedgerOptions) {
    this.#o = options;
    this.#keys = new IdempotencyKeys(options.limits.idempotencyKeysMax);
  }

  get openCount(): number {
    return this.#open.size;
  }

  /** @throws RangeError, TypeError for a bad key, LimitError if too many are open */
  submit(request: CheckedTask, { signal, idempotencyKey: key }: SubmitOptions = {}): TaskHandle {
    if (this.#closedBy) throw this.#closedBy;
    const known = key === undefined ? undefined : this.#keys.find(key, request);
    if (known) return known;
    const { tasksOpenMax } = this.#o.limits;
    if (this.#open.size >= tasksOpenMax) throw new LimitError('tasksOpenMax', tasksOpenMax);
    const taskId = toHex(randomBytes(this.#o.entropy, TASK_ID_BYTES));
    const task = new OpenTask(taskId, request, key, this.#o.onThrow);
    const handle = task.handle(() => this.#cancel(task));
    if (key !== undefined) this.#keys.remember(key, request, handle);
    this.tally.submitted += 1;
    this.#open.set(task.id, task);
    this.#watchSignal(task, signal);
    if (!task.isSettled) this.#wait(task);
    // who waits for a member that is not there must not be looked at for each that comes after it
    if (!task.isSettled && this.#o.choice.hasRoomFor(task)) this.dispatch();
    return handle;
  }

  /** Gives waiting tasks to members that have room. */
  dispatch(): void {
    for (;;) {
      const choice = this.#o.choice.next(this.#waiting);
      if (!choice) return;
      this.#assign(choice.task, choice.executor);
    }
  }

  /** Ends what is past its deadline or lease, and asks after the rest. */
  tick(): void {
    const now = this.#o.clock.now();
    const monotonic = this.#o.clock.monotonic();
    // a process that was itself stalled has not read what the others said meanwhile
    const lateMs = Math.max(0, monotonic - this.#tickedAt - this.#o.heartbeat.intervalMs);
    this.#tickedAt = monotonic;
    for (const task of this.#unsettled()) {
      task.lease?.forgive(lateMs);
      if (task.request.deadline <= now)
        this.#fail(task, new TaskError(task.id, 'ERR_TASK_DEADLINE', 'passed its deadline'));
      else if (task.lease) this.#watch(task, task.lease);
    }
    this.dispatch();
  }

  /** The member may have started anew: what it refused before, it may take now. */
  memberJoined(agentId: string): void {
    for (const task of this.#open.values()) task.forgetRefusals(agentId);
    this.dispatch();
  }

  /** The member is gone: what it had goes to others. */
  memberGone(agentId: string): void {
    for (const task of this.#unsettled())
      if (task.lease?.executor === agentId) this.#strike(task, `${agentId} is gone`);
    this.dispatch();
  }

  hearStarted(from: string, taskId: Uint8Array, attempt: number): void {
    const now = this.#o.clock.monotonic();
    const task = this.#heldBy(from, taskId, attempt);
    task?.lease?.confirm(now);
    task?.lease?.begin(now, task.request.timeoutMs);
  }

  /** It has the task. */
  hearQueued(from: string, taskId: Uint8Array, attempt: number): void {
    this.#heldBy(from, taskId, attempt)?.lease?.confirm(this.#o.clock.monotonic());
  }

  hearRefusal(from: string, taskId: Uint8Array, attempt: number, reason: string): void {
    const task = this.#heldBy(from, taskId, attempt);
    if (!task?.lease) return;
    const { hasBegun, hash } = task.lease;
    const text = `${from} refused with ${reason}`;
    if (reason === 'ERR_TASK_UNKNOWN') task.lost.set(hash, from); // its result may be on the way
    if (!TAKES_NO_MORE.includes(reason)) task.refusedBy(from, this.#o.clock.monotonic());
    if (hasBegun) this.#strike(task, text);
    else {
      this.#release(task);
      if (TAKES_NO_MORE.includes(reason)) this.#o.choice.full(from);
      this.#waitAgain(task, text);
    }
    this.dispatch();
  }

  hearProgress(from: string, taskId: Uint8Array, fraction: number, note: string | undefined): void {
    const task = this.#open.get(toHex(taskId));
    if (task?.lease?.executor !== from) return;
    task.events.emit('progress', { taskId: task.id, executor: from, fraction, note });
  }

  /** @param body - as `encodeTaskResult` makes it, from a member that nobody vouches for. */
  hearResult(from: string, taskId: Uint8Array, body: Uint8Array): void {
    const task = this.#open.get(toHex(taskId));
    if (!task) {
      this.tally.duplicates += 1;
      return;
    }
    const verdict = judgeResult(task, from, body, this.#o.checkReceipt);
    if (verdict.code === undefined) {
      this.tally.receiptsVerified += 1;
      const { assignment_hash: hash, status } = verdict.receipt;
      if (task.lease?.hash !== hash && RAN_OUT.includes(status)) {
        task.lost.delete(hash);
        this.tally.duplicates += 1;
      } else this.#settle(task, verdict, body.length);
    } else {
      this.tally.receiptsRejected += 1;
      task.distrust(from);
      const reason = `${from} sent a result with ${verdict.code}`;
      if (task.lease?.executor === from) this.#strike(task, reason);
    }
    this.dispatch();
  }

  close(error: EdgeError): void {
    this.#closedBy = error;
    for (const task of this.#unsettled()) this.#fail(task, error, 'cancelled');
  }

  /** Handlers of events settle and submit tasks while this goes on. */
  *#unsettled(): IterableIterator<OpenTask> {
    for (const task of [...this.#open.values()]) if (!task.isSettled) yield task;
  }

  #settle(
    task: OpenTask,
    { receipt, value }: { receipt: Receipt; value: Value },
    resultBytes: number,
  ): void {
    const { executor, status } = receipt;
    this.#o.choice.finished(task, executor, status === 'Success');
    if (status === 'Success') {
      this.tally.completed += 1;
      this.#end(task, { doneBy: receipt.assignment_hash, resultBytes });
      task.complete(value, receipt);
      this.#changed(task, executor);
      return;
    }
    const cause = fromWire(value);
    const code = status === 'Timeout' ? 'ERR_TASK_TIMEOUT' : 'ERR_TASK_FAILED';
    const reason = `failed on ${executor} with ${status}: ${cause.message}`;
    const error = new TaskError(task.id, code, reason, { cause, details: { executor, status } });
    this.#fail(task, error, 'failed', receipt.assignment_hash);
  }

  #assign(task: OpenTask, executor: string): void {
    task.attempt = task.strikes + 1;
    const assignment = this.#assignment(task, executor);
    const lease = new Lease(executor, assignmentHash(assignment), this.#o.clock.monotonic());
    this.#waiting.delete(task);
    task.state = 'assigned';
    task.lease = lease;
    this.#o.choice.took(executor);
    const body = encodeAssignment(assignment, task.input);
    const sent = this.#o.assign(executor, fromHex(task.id), body);
    void sent.then((isOnItsWay) => isOnItsWay || this.#undelivered(task, lease));
    this.#changed(task, executor);
  }

  #assignment({ id, attempt, request }: OpenTask, executor: string): Assignment {
    return {
      v: 1,
      swarm_id: this.#o.swarmId,
      task_id: id,
      attempt,
      assigner: this.#o.agentId,
      executor,
      description: request.description,
      type: request.type ?? null,
      capability: request.capability ?? null,
      input_hash: request.inputHash,
      deadline: request.deadline,
      priority: request.priority,
      timeout_ms: request.timeoutMs,
      output_bytes_max: request.outputBytesMax,
    };
  }

  /** Too much waits for that member already, or it is going away. */
  #undelivered(task: OpenTask, lease: Lease): void {
    if (task.lease !== lease) return;
    this.#release(task);
    this.#o.choice.blocked(lease.executor);
    this.#waitAgain(task, `it could not be sent to ${lease.executor}`);
    this.dispatch();
  }

  #watch(task: OpenTask, lease: Lease): void {
    const { executor } = lease;
    const due = lease.check(this.#o.clock.monotonic());
    if (due === 'ended') return this.#strike(task, 'its lease ended');
    if (due === 'ask') return this.#o.ask(executor, fromHex(task.id), task.attempt);
    if (due !== 'silent') return;
    this.#o.choice.silent(executor);
    this.#strike(task, `${executor} did not answer`);
  }

  /** An attempt has come to nothing by the fault of its executor. */
  #strike(task: OpenTask, reason: string): void {
    const { lease } = task;
    if (lease) {
      task.lost.set(lease.hash, lease.executor);
      this.#o.withdraw(lease.executor, fromHex(task.id));
      this.#release(task);
    }
    task.strikes += 1;
    if (task.strikes < task.request.attemptsMax) return this.#waitAgain(task, reason);
    const text = `was lost ${task.strikes} times, at last because ${reason}`;
    this.#fail(task, new TaskError(task.id, 'ERR_TASK_ATTEMPTS', text));
  }

  #release(task: OpenTask): void {
    if (task.lease) this.#o.choice.gaveBack(task.lease.executor);
    task.lease = undefined;
  }

  #waitAgain(task: OpenTask, reason: string): void {
    this.tally.reassigned += 1;
    this.#wait(task, reason);
  }

  #wait(task: OpenTask, reason?: string): void {
    task.state = 'waiting';
    this.#waiting.add(task);
    this.#changed(task, undefined, reason);
  }

  #cancel(task: OpenTask): void {
    if (task.isSettled) return;
    this.#fail(task, new TaskError(task.id, 'ERR_TASK_CANCELLED', 'was cancelled'), 'cancelled');
    this.dispatch();
  }

  #fail(
    task: OpenTask,
    error: EdgeError,
    state: 'failed' | 'cancelled' = 'failed',
    doneBy?: string,
  ): void {
    this.tally[state] += 1;
    this.#end(task, { doneBy, resultBytes: 0 });
    task.fail(state, error);
    this.#changed(task, undefined, error.message);
  }

  /** Whoever has it, or may still have it, need not go on, except who has done it. */
  #end(task: OpenTask, done: { doneBy: string | undefined; resultBytes: number }): void {
    const owners = new Map(task.lost);
    if (task.lease) owners.set(task.lease.hash, task.lease.executor);
    if (done.doneBy !== undefined) owners.delete(done.doneBy);
    for (const executor of new Set(owners.values())) this.#o.withdraw(executor, fromHex(task.id));
    this.#release(task);
    this.#waiting.delete(task);
    this.#open.delete(task.id);
    const { idempotencyKey: key, id } = task;
    if (key === undefined) return;
    if (done.doneBy === undefined) this.#keys.release(key, id);
    else this.#keys.settled(key, id, done.resultBytes);
  }

  #heldBy(from: string, taskId: Uint8Array, attempt: number): OpenTask | undefined {
    const task = this.#open.get(toHex(taskId));
    return task?.lease?.executor === from && task.attempt === attempt ? task : undefined;
  }

  #changed(task: OpenTask, executor: string | undefined, reason?: string): void {
    const { id: taskId, state, attempt } = task;
    this.#o.onChange({ taskId, state, executor, attempt, reason });
  }

  #watchSignal(task: OpenTask, signal: AbortSignal | undefined): void {
    if (!signal) return;
    const onAbort = () => this.#cancel(task);
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort);
    task.release = () => signal.removeEventListener('abort', onAbort);
  }
}
