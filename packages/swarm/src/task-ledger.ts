import {
  EdgeError,
  fromWire,
  isEdgeError,
  LimitError,
  toHex,
  type Clock,
  type Entropy,
} from '@ruvector/core';
import type { Receipt } from '@ruvector/crypto';

import {
  assignmentHash,
  decodeValue,
  encodeAssignment,
  hashText,
  type Assignment,
} from './assignment.js';
import { TaskError } from './errors.js';
import type { ExecutorChoice } from './executor-choice.js';
import type { SwarmLimits } from './limits.js';
import { OpenTask } from './open-task.js';
import type { TaskEvent } from './swarm-events.js';
import type { TaskResultBody } from './task-result.js';
import type { CheckedTask } from './task-request.js';
import { TaskTally } from './task-tally.js';
import type { TaskHandle } from './task.js';
import { WaitingTasks } from './waiting-tasks.js';

/** What an executor has over its own timeout for the way there and back, before its lease ends. */
const LEASE_GRACE_MS = 5_000;
/** How long a member that refused a task is not asked again for it. */
const REFUSED_MS = 1_000;
const IDEMPOTENT_CHARS_MAX = 256;

export interface LedgerOptions {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly swarmId: string;
  readonly agentId: string;
  readonly limits: SwarmLimits;
  readonly choice: ExecutorChoice;
  readonly assign: (executor: string, taskId: Uint8Array, body: Uint8Array) => void;
  readonly withdraw: (executor: string, taskId: Uint8Array) => void;
  /** @returns the code of what is wrong with the receipt. */
  readonly checkReceipt: (
    receipt: Receipt,
    assignment: Assignment,
    hash: string,
  ) => string | undefined;
  readonly onChange: (event: TaskEvent) => void;
  readonly onThrow: (error: unknown) => void;
}

/**
 * The tasks that were submitted here: who has which, what became of it.
 *
 * The submitter assigns: there is one owner of a task at a time, and whatever happens to it the task
 * goes to another member until it succeeds, fails by its own fault, or runs out of time or attempts.
 */
export class TaskLedger {
  readonly tally = new TaskTally();
  readonly #o: LedgerOptions;
  readonly #open = new Map<string, OpenTask>();
  readonly #waiting = new WaitingTasks();
  readonly #byKey = new Map<string, TaskHandle>();
  #closed = false;

  constructor(options: LedgerOptions) {
    this.#o = options;
  }

  get openCount(): number {
    return this.#open.size;
  }

  submit(
    request: CheckedTask,
    { signal, idempotencyKey }: { signal?: AbortSignal; idempotencyKey?: string } = {},
  ): TaskHandle {
    const known = idempotencyKey === undefined ? undefined : this.#byKey.get(idempotencyKey);
    if (known) return known;
    const { tasksOpenMax } = this.#o.limits;
    if (this.#open.size >= tasksOpenMax) throw new LimitError('tasksOpenMax', tasksOpenMax);
    const task = new OpenTask(this.#newId(), request, this.#o.onThrow);
    const handle = task.handle(() => this.#cancel(task));
    if (idempotencyKey !== undefined) this.#rememberKey(idempotencyKey, handle);
    this.tally.submitted += 1;
    this.#open.set(task.id, task);
    this.#watchSignal(task, signal);
    if (!task.isSettled) this.#wait(task);
    this.dispatch();
    return handle;
  }

  /** Gives waiting tasks to members that have room. */
  dispatch(): void {
    if (this.#closed) return;
    for (;;) {
      const choice = this.#o.choice.next(this.#waiting);
      if (!choice) return;
      this.#assign(choice.task, choice.executor);
    }
  }

  /** Ends what is past its deadline or lease. */
  tick(): void {
    const now = this.#o.clock.now();
    const monotonic = this.#o.clock.monotonic();
    for (const task of [...this.#open.values()]) {
      if (task.request.deadline <= now)
        this.#fail(task, new TaskError(task.id, 'ERR_TASK_DEADLINE', 'passed its deadline'));
      else if (task.assigned && task.assigned.until <= monotonic)
        this.#strike(task, 'its lease ended');
    }
    this.dispatch();
  }

  /** The member is gone: what it had goes to others. */
  memberGone(agentId: string): void {
    for (const task of [...this.#open.values()])
      if (task.assigned?.assignment.executor === agentId) this.#strike(task, `${agentId} is gone`);
    this.dispatch();
  }

  hearRefusal(from: string, taskId: Uint8Array, reason: string): void {
    const task = this.#assignedTo(from, taskId);
    if (!task) return;
    task.avoid.set(from, this.#o.clock.monotonic() + REFUSED_MS);
    this.#takeBack(task, `${from} refused with ${reason}`);
    this.dispatch();
  }

  hearProgress(from: string, taskId: Uint8Array, fraction: number, note: string | undefined): void {
    const task = this.#assignedTo(from, taskId);
    task?.events.emit('progress', { taskId: task.id, executor: from, fraction, note });
  }

  hearResult(from: string, taskId: Uint8Array, body: TaskResultBody): void {
    const task = this.#assignedTo(from, taskId);
    // a receipt for an assignment that was taken back settles nothing, and is no fault of its sender
    if (!task?.assigned || body.receipt.assignment_hash !== task.assigned.hash) {
      this.tally.duplicates += 1;
      return;
    }
    const { assignment, hash } = task.assigned;
    const wrong =
      body.receipt.output_hash === hashText(body.output)
        ? this.#o.checkReceipt(body.receipt, assignment, hash)
        : 'ERR_RECEIPT_OUTPUT';
    if (wrong !== undefined) {
      this.tally.receiptsRejected += 1;
      task.avoid.set(from, Infinity);
      this.#strike(task, `${from} sent a receipt with ${wrong}`);
    } else {
      this.tally.receiptsVerified += 1;
      this.#settle(task, from, body);
    }
    this.dispatch();
  }

  close(error: EdgeError): void {
    this.#closed = true;
    for (const task of [...this.#open.values()]) {
      if (task.assigned) this.#withdraw(task);
      this.#fail(task, error, 'cancelled');
    }
  }

  #settle(task: OpenTask, from: string, { receipt, output }: TaskResultBody): void {
    let value: ReturnType<typeof decodeValue>;
    try {
      value = decodeValue(output);
    } catch (error) {
      if (!isEdgeError(error)) throw error;
      this.#fail(
        task,
        new TaskError(task.id, 'ERR_TASK_FAILED', 'has no readable result', { cause: error }),
      );
      return;
    }
    this.#o.choice.finished(task, from, receipt.status === 'Success');
    if (receipt.status === 'Success') {
      this.tally.completed += 1;
      this.#end(task);
      task.complete(value, receipt);
      this.#changed(task, from);
      return;
    }
    const cause = fromWire(value);
    const code = receipt.status === 'Timeout' ? 'ERR_TASK_TIMEOUT' : 'ERR_TASK_FAILED';
    const details = { executor: from, status: receipt.status };
    const reason = `failed on ${from} with ${receipt.status}: ${cause.message}`;
    this.#fail(task, new TaskError(task.id, code, reason, { cause, details }));
  }

  #assign(task: OpenTask, executor: string): void {
    const { request } = task;
    task.attempt += 1;
    const assignment: Assignment = {
      v: 1,
      swarm_id: this.#o.swarmId,
      task_id: task.id,
      attempt: task.attempt,
      assigner: this.#o.agentId,
      executor,
      description: request.description,
      type: request.type ?? null,
      capability: request.capability ?? null,
      input_hash: hashText(request.input),
      deadline: request.deadline,
      priority: request.priority,
      timeout_ms: request.timeoutMs,
      output_bytes_max: request.outputBytesMax,
    };
    const until = this.#o.clock.monotonic() + request.timeoutMs + LEASE_GRACE_MS;
    this.#waiting.delete(task);
    task.state = 'assigned';
    task.assigned = { assignment, hash: assignmentHash(assignment), until };
    this.#o.choice.took(executor);
    this.#o.assign(executor, idBytes(task.id), encodeAssignment(assignment, request.input));
    this.#changed(task, executor);
  }

  /** An attempt has come to nothing by the fault of its executor. */
  #strike(task: OpenTask, reason: string): void {
    this.#withdraw(task);
    task.strikes += 1;
    if (task.strikes < task.request.attemptsMax) return this.#takeBack(task, reason);
    const text = `was lost ${task.strikes} times, at last because ${reason}`;
    this.#fail(task, new TaskError(task.id, 'ERR_TASK_ATTEMPTS', text));
  }

  #takeBack(task: OpenTask, reason: string): void {
    const executor = task.assigned?.assignment.executor;
    if (executor !== undefined) this.#o.choice.gaveBack(executor);
    task.assigned = undefined;
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
    if (task.assigned) this.#withdraw(task);
    this.#fail(task, new TaskError(task.id, 'ERR_TASK_CANCELLED', 'was cancelled'), 'cancelled');
    this.dispatch();
  }

  #withdraw(task: OpenTask): void {
    if (task.assigned) this.#o.withdraw(task.assigned.assignment.executor, idBytes(task.id));
  }

  #fail(task: OpenTask, error: EdgeError, state: 'failed' | 'cancelled' = 'failed'): void {
    this.tally[state] += 1;
    this.#end(task);
    task.fail(state, error);
    this.#changed(task, undefined, error.message);
  }

  #end(task: OpenTask): void {
    const executor = task.assigned?.assignment.executor;
    if (executor !== undefined) this.#o.choice.gaveBack(executor);
    this.#waiting.delete(task);
    this.#open.delete(task.id);
  }

  #assignedTo(from: string, taskId: Uint8Array): OpenTask | undefined {
    const task = this.#open.get(toHex(taskId));
    return task?.assigned?.assignment.executor === from ? task : undefined;
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

  #rememberKey(key: string, handle: TaskHandle): void {
    if (key.length === 0 || key.length > IDEMPOTENT_CHARS_MAX)
      throw new RangeError(`idempotencyKey must have 1 to ${IDEMPOTENT_CHARS_MAX} characters`);
    const oldest = this.#byKey.keys().next();
    if (this.#byKey.size >= this.#o.limits.idempotencyKeysMax && !oldest.done)
      this.#byKey.delete(oldest.value);
    this.#byKey.set(key, handle);
  }

  #newId(): string {
    const bytes = new Uint8Array(16);
    this.#o.entropy.fill(bytes);
    return toHex(bytes);
  }
}

function idBytes(taskId: string): Uint8Array {
  return Uint8Array.from({ length: 16 }, (_, i) => parseInt(taskId.slice(2 * i, 2 * i + 2), 16));
}
