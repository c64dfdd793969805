import { MalformedError, toHex, type Clock, type Unsubscribe } from '@ruvector/core';
import type { Receipt } from '@ruvector/crypto';

import { assignmentHash, decodeAssignment, hashText, type Assignment } from './assignment.js';
import { Executors } from './executors.js';
import type { SwarmLimits } from './limits.js';
import { RunQueue } from './run-queue.js';
import { TaskRun, type Outcome, type ReceiptStatus } from './task-run.js';
import type { TaskResultBody } from './task-result.js';
import type { Executor } from './task.js';

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
  readonly sendStarted: (assigner: string, taskId: Uint8Array, attempt: number) => void;
  readonly sendResult: (assigner: string, taskId: Uint8Array, result: TaskResultBody) => void;
  readonly sendRefusal: (
    assigner: string,
    taskId: Uint8Array,
    attempt: number,
    reason: string,
  ) => void;
  readonly sendProgress: (
    assigner: string,
    taskId: Uint8Array,
    fraction: number,
    note: string | undefined,
  ) => void;
  /** Hears what any of the above throws; must not throw itself. */
  readonly onError: (error: unknown) => void;
}

/** What an executor has to end after its signal was aborted; then it counts as stuck. */
const ABORT_GRACE_MS = 1_000;

/** Runs the tasks that others assign to this member, a bounded number side by side. */
export class TaskRunner {
  executed = 0;
  readonly #o: RunnerOptions;
  readonly #executors: Executors;
  readonly #running = new Set<TaskRun>();
  readonly #waiting = new RunQueue();
  #settled: (() => void)[] = [];
  #leaving = false;

  constructor(options: RunnerOptions) {
    this.#o = options;
    this.#executors = new Executors(options.limits.subscriptionsMax);
  }

  /** 0 (idle) to 1 (no more is taken). */
  get load(): number {
    const { tasksRunningMax, tasksWaitingMax } = this.#o.limits;
    if (this.#isStuck) return 1;
    return (this.#running.size + this.#waiting.size) / (tasksRunningMax + tasksWaitingMax);
  }

  handle(match: string, executor: Executor): Unsubscribe {
    return this.#executors.add(match, executor);
  }

  /**
   * A task that runs here already is not begun again: what comes of the earlier attempt counts for
   * its assigner as well.
   *
   * @throws MalformedError if the assignment is not one, or not from its assigner
   */
  hearAssignment(from: string, taskId: Uint8Array, body: Uint8Array): void {
    const { assignment, input } = decodeAssignment(body);
    this.#check(from, taskId, assignment, input);
    const known = this.#find(from, assignment.task_id);
    if (known && this.#running.has(known)) return this.#tellStarted(known, assignment.attempt);
    if (known) this.#waiting.delete(known);
    const executor = this.#executors.find(assignment);
    const refusal = this.#refusal(assignment, executor);
    if (refusal !== undefined || !executor)
      return this.#refuse({ assignment, taskId }, refusal ?? 'ERR_TASK_NO_EXECUTOR');
    this.#waiting.add(new TaskRun(assignment, { taskId, input, executor }));
    this.#startNext();
  }

  /** The assigner has not heard of a start, and asks whether its assignment has arrived at all. */
  hearQuestion(from: string, taskId: Uint8Array, attempt: number): void {
    const run = this.#find(from, toHex(taskId));
    if (!run) this.#tell(() => this.#o.sendRefusal(from, taskId, attempt, 'ERR_TASK_UNKNOWN'));
    else if (this.#running.has(run)) this.#tellStarted(run, attempt);
  }

  /** The assigner does not want the task any more, or is gone. */
  withdraw(from: string, taskIdHex?: string): void {
    for (const run of [...this.#waiting, ...this.#running]) {
      const { assigner, task_id } = run.assignment;
      if (assigner !== from || (taskIdHex !== undefined && task_id !== taskIdHex)) continue;
      this.#waiting.delete(run);
      run.withdraw('the assigner withdrew the task');
    }
  }

  /**
   * Takes no more, gives back what waits, and resolves when what runs has ended. An executor that
   * ignores its signal is not waited for longer than its task's timeout and `ABORT_GRACE_MS`.
   */
  async leave(): Promise<void> {
    this.#leaving = true;
    this.#giveBack('ERR_TASK_LEAVING');
    if ([...this.#running].every((run) => run.isStuck)) return;
    await new Promise<void>((resolve) => this.#settled.push(resolve));
  }

  /** Ends everything at once. */
  close(): void {
    this.#leaving = true;
    this.#waiting.drain();
    for (const run of this.#running) run.withdraw('the member was closed');
    for (const resolve of this.#settled.splice(0)) resolve();
  }

  /** Whether every slot is taken by an executor that ignores its signal. */
  get #isStuck(): boolean {
    if (this.#running.size < this.#o.limits.tasksRunningMax) return false;
    return [...this.#running].every((run) => run.isStuck);
  }

  #check(from: string, taskId: Uint8Array, assignment: Assignment, input: Uint8Array): void {
    const wrong = (field: string) => new MalformedError(`assignment: ${field} does not fit`);
    if (assignment.task_id !== toHex(taskId)) throw wrong('task_id');
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
    const isFull = this.#running.size + this.#waiting.size >= tasksRunningMax + tasksWaitingMax;
    return isFull || this.#isStuck ? 'ERR_TASK_BUSY' : undefined;
  }

  /** What is not withdrawn or timed out. */
  #find(from: string, taskIdHex: string): TaskRun | undefined {
    for (const run of [...this.#running, ...this.#waiting]) {
      const { assigner, task_id } = run.assignment;
      if (assigner === from && task_id === taskIdHex && !run.isAborted) return run;
    }
    return undefined;
  }

  #startNext(): void {
    while (this.#running.size < this.#o.limits.tasksRunningMax) {
      const run = this.#waiting.next();
      if (!run) return;
      if (run.assignment.deadline <= this.#o.clock.now()) {
        this.#refuse(run, 'ERR_TASK_DEADLINE');
        continue;
      }
      this.#running.add(run);
      void this.#run(run);
    }
  }

  async #run(run: TaskRun): Promise<void> {
    const { clock } = this.#o;
    const { assigner } = run.assignment;
    let cancelWatch = () => undefined as void;
    try {
      this.#tellStarted(run, run.assignment.attempt);
      const started = { at: clock.now(), monotonic: clock.monotonic() };
      const { outcome, ended } = run.start(clock, (fraction, note) =>
        this.#tell(() => this.#o.sendProgress(assigner, run.taskId, fraction, note)),
      );
      const result = await outcome;
      const tookMs = clock.monotonic() - started.monotonic; // now() may have been set back
      if (result && !run.isWithdrawn)
        this.#tell(() => this.#report(run, result, started.at, started.at + tookMs));
      if (run.isAborted) cancelWatch = clock.setTimeout(() => this.#stuck(run), ABORT_GRACE_MS);
      // one that ignores its signal still fills its place until it really ends
      await ended;
    } finally {
      cancelWatch();
      this.#running.delete(run);
      this.#checkSettled();
      this.#startNext();
    }
  }

  #report(run: TaskRun, { status, output }: Outcome, startedAt: number, finishedAt: number): void {
    const { assignment, taskId } = run;
    const receipt = this.#o.sign({
      assignment,
      assignmentHash: assignmentHash(assignment),
      moduleHash: hashText(new TextEncoder().encode(run.executor.toString())),
      outputHash: hashText(output),
      status,
      startedAt,
      finishedAt,
    });
    this.executed += 1;
    this.#o.sendResult(assignment.assigner, taskId, { receipt, output });
  }

  /** Nothing waits behind a runner that will not get to it: others may be able to. */
  #stuck(run: TaskRun): void {
    run.isStuck = true;
    if (this.#isStuck) this.#giveBack('ERR_TASK_BUSY');
    this.#checkSettled();
  }

  #checkSettled(): void {
    if (![...this.#running].every((run) => run.isStuck)) return;
    for (const resolve of this.#settled.splice(0)) resolve();
  }

  #giveBack(reason: string): void {
    for (const run of this.#waiting.drain()) this.#refuse(run, reason);
  }

  #refuse({ assignment, taskId }: Pick<TaskRun, 'assignment' | 'taskId'>, reason: string): void {
    const { assigner, attempt } = assignment;
    this.#tell(() => this.#o.sendRefusal(assigner, taskId, attempt, reason));
  }

  #tellStarted({ assignment, taskId }: TaskRun, attempt: number): void {
    this.#tell(() => this.#o.sendStarted(assignment.assigner, taskId, attempt));
  }

  /** Whatever happens to what is to be signed or sent, the runner goes on. */
  #tell(send: () => void): void {
    try {
      send();
    } catch (error) {
      this.#o.onError(error);
    }
  }
}
