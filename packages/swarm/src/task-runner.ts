import { toHex, utf8, type Clock, type Unsubscribe } from '@ruvector/core';
import type { Receipt } from '@ruvector/crypto';

import {
  assignmentHash,
  checkAddressed,
  decodeAssignment,
  hashText,
  type Assignment,
} from './assignment.js';
import { Executors } from './executors.js';
import type { SwarmLimits } from './limits.js';
import { RunQueue } from './run-queue.js';
import { RunSlots } from './run-slots.js';
import { failed, TaskRun, type Outcome, type ReceiptStatus } from './task-run.js';
import type { TaskResultBody } from './task-result.js';
import type { Executor } from './task.js';
import { UnsentResults, type Sent } from './unsent-results.js';

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
  readonly sendQueued: (assigner: string, taskId: Uint8Array, attempt: number) => void;
  readonly sendResult: (
    assigner: string,
    taskId: Uint8Array,
    result: TaskResultBody,
  ) => Promise<Sent>;
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
  readonly #running: RunSlots;
  readonly #waiting = new RunQueue();
  readonly #unsent: UnsentResults;
  #leaving = false;

  constructor(options: RunnerOptions) {
    this.#o = options;
    this.#executors = new Executors(options.limits.subscriptionsMax);
    this.#running = new RunSlots(options.limits.tasksRunningMax);
    this.#unsent = new UnsentResults({ ...options, send: options.sendResult });
  }

  /** 0 (idle) to 1 (no more is taken). */
  get load(): number {
    const { tasksRunningMax, tasksWaitingMax } = this.#o.limits;
    if (this.#leaving || this.#running.isStuck) return 1;
    return (this.#running.size + this.#waiting.size) / (tasksRunningMax + tasksWaitingMax);
  }

  handle(match: string, executor: Executor): Unsubscribe {
    return this.#executors.add(match, executor);
  }

  /**
   * A task that runs here already, or whose result has not been sent yet, is not begun again: what
   * comes of the earlier attempt counts for its assigner as well.
   *
   * @throws MalformedError if the assignment is not one, or not from its assigner
   */
  hearAssignment(from: string, taskId: Uint8Array, body: Uint8Array): void {
    const { assignment, input } = decodeAssignment(body);
    const { agentId, swarmId } = this.#o;
    checkAddressed(assignment, { swarmId, taskId, assigner: from, executor: agentId, input });
    const known = this.#find(from, assignment.task_id);
    const isBegun = known ? this.#running.has(known) : this.#unsent.has(from, assignment.task_id);
    if (isBegun) return this.hearQuestion(from, taskId, assignment.attempt);
    if (known) this.#waiting.delete(known);
    const executor = this.#executors.find(assignment);
    const refusal = this.#refusal(assignment, executor) ?? this.#busy(from);
    if (refusal !== undefined || !executor)
      return this.#refuse({ assignment, taskId }, refusal ?? 'ERR_TASK_NO_EXECUTOR');
    this.#waiting.add(new TaskRun(assignment, { taskId, input, executor }));
    this.#startNext();
  }

  /** The assigner asks what became of its assignment. */
  hearQuestion(from: string, taskId: Uint8Array, attempt: number): void {
    const { sendStarted, sendQueued, sendRefusal } = this.#o;
    const taskIdHex = toHex(taskId);
    const run = this.#find(from, taskIdHex);
    const isUnsent = this.#unsent.has(from, taskIdHex);
    if (isUnsent || (run && this.#running.has(run)))
      this.#tell(() => sendStarted(from, taskId, attempt));
    else if (run) this.#tell(() => sendQueued(from, taskId, attempt));
    else this.#tell(() => sendRefusal(from, taskId, attempt, 'ERR_TASK_UNKNOWN'));
    this.#unsent.resend(from, taskIdHex);
  }

  /** The assigner can be reached again: it gets what was kept for it. */
  assignerBack(from: string): void {
    this.#unsent.resend(from);
  }

  /**
   * The assigner does not want the task any more, or none of its tasks since it left or started
   * anew.
   */
  withdraw(from: string, taskIdHex?: string): void {
    this.#unsent.withdraw(from, taskIdHex);
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
    await this.#running.idle();
  }

  /** Ends everything at once. */
  close(): void {
    this.#leaving = true;
    this.#waiting.drain();
    this.#unsent.close();
    for (const run of this.#running) run.withdraw('the member was closed');
    this.#running.close();
  }

  #refusal(assignment: Assignment, executor: Executor | undefined): string | undefined {
    if (this.#leaving) return 'ERR_TASK_LEAVING';
    if (!executor) return 'ERR_TASK_NO_EXECUTOR';
    if (assignment.deadline <= this.#o.clock.now()) return 'ERR_TASK_DEADLINE';
    return this.#running.isStuck ? 'ERR_TASK_BUSY' : undefined;
  }

  #busy(assigner: string): string | undefined {
    const { tasksRunningMax, tasksWaitingMax } = this.#o.limits;
    const isFull = this.#running.size + this.#waiting.size >= tasksRunningMax + tasksWaitingMax;
    return isFull && !this.#makeRoom(assigner) ? 'ERR_TASK_BUSY' : undefined;
  }

  /**
   * Who has most here gives the last of its tasks back, if it still has no fewer than who comes.
   */
  #makeRoom(assigner: string): boolean {
    const count = (id: string) => this.#waiting.sizeOf(id) + this.#running.sizeOf(id);
    const [most] = this.#waiting.assigners().toSorted((a, b) => count(b) - count(a));
    if (most === undefined || count(most) < count(assigner) + 2) return false;
    const run = this.#waiting.takeLast(most);
    if (run) this.#refuse(run, 'ERR_TASK_BUSY');
    return run !== undefined;
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
    while (!this.#running.isFull) {
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
      this.#tell(() => this.#o.sendStarted(assigner, run.taskId, run.assignment.attempt));
      const started = { at: clock.now(), monotonic: clock.monotonic() };
      const { outcome, ended } = run.start(clock, (fraction, note) =>
        this.#tell(() => this.#o.sendProgress(assigner, run.taskId, fraction, note)),
      );
      const result = await outcome;
      const tookMs = clock.monotonic() - started.monotonic; // now() may have been set back
      const finishedAt = started.at + tookMs;
      const isWanted = result && !run.isWithdrawn;
      const reported = isWanted && this.#report(run, result, { startedAt: started.at, finishedAt });
      if (run.isAborted) cancelWatch = clock.setTimeout(() => this.#stuck(run), ABORT_GRACE_MS);
      // one that ignores its signal still fills its place until it really ends
      await ended;
      cancelWatch();
      run.isStuck = false;
      // so does one whose result finds no room: more of them would need room too
      await reported;
    } finally {
      cancelWatch();
      this.#running.delete(run);
      this.#startNext();
    }
  }

  /** Never rejects. */
  async #report(
    run: TaskRun,
    outcome: Outcome,
    times: Pick<Finished, 'startedAt' | 'finishedAt'>,
  ): Promise<void> {
    const { assignment, taskId, executor } = run;
    const sign = ({ status, output }: Outcome): TaskResultBody => ({
      receipt: this.#o.sign({
        assignment,
        assignmentHash: assignmentHash(assignment),
        moduleHash: hashText(utf8(executor.toString())),
        outputHash: hashText(output),
        status,
        ...times,
      }),
      output,
    });
    try {
      const result = sign(outcome);
      this.executed += 1;
      const failure = (error: unknown) => sign(failed('Error', error));
      await this.#unsent.send({ assigner: assignment.assigner, taskId, result, failure });
    } catch (error) {
      this.#o.onError(error);
    }
  }

  /** Nothing waits behind a runner that will not get to it: others may be able to. */
  #stuck(run: TaskRun): void {
    this.#running.markStuck(run);
    if (this.#running.isStuck) this.#giveBack('ERR_TASK_BUSY');
  }

  #giveBack(reason: string): void {
    for (const run of this.#waiting.drain()) this.#refuse(run, reason);
  }

  #refuse({ assignment, taskId }: Pick<TaskRun, 'assignment' | 'taskId'>, reason: string): void {
    const { assigner, attempt } = assignment;
    this.#tell(() => this.#o.sendRefusal(assigner, taskId, attempt, reason));
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
