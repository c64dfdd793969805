import type { Clock } from '@ruvector/edge/core';
import { DemoFailedError } from './demo-errors.js';
import { topicsOf } from './topics.js';
import { WorkerProcess } from './worker-process.js';

/** Processes that start at the same time; each keeps a core busy until it has joined. */
const STARTING_MAX = 4;
/**
 * From the start of a process until it is ready for tasks, and more for each beside many others.
 */
const READY_TIMEOUT_MS = 20_000;
const READY_TIMEOUT_MS_PER_WORKER = 1_000;
/** Processes started in place of lost ones, in one run. */
const REPLACEMENTS_MAX = 16;

export interface CrewOptions {
  readonly workers: number;
  readonly coordinator: string;
  /** SHA-256 of the model, hexadecimal. */
  readonly model: string;
  readonly invite: () => Promise<string>;
  readonly clock: Clock;
  /** The workers' program. @default `member.js` beside this file */
  readonly program?: string;
  /** A worker is not ready `ms` after its start, and is killed. */
  readonly onLate: (id: string, ms: number) => void;
  /** A worker has been started in place of a lost one. */
  readonly onReplaced: (lost: WorkerProcess, replacement: string) => void;
}

/**
 * The worker processes: as many at the start as were asked for, and never none while there is work.
 * Who is lost beside others is not replaced: the others do its work.
 */
export class Crew {
  readonly #o: CrewOptions;
  readonly #processes = new Map<string, WorkerProcess>();
  readonly #ready = new Set<string>();
  readonly #waiting = new Map<string, (isReady: boolean) => void>();
  readonly #failed: Promise<never>;
  #fail: (error: Error) => void = () => undefined;
  #starting = 0;
  #replacements = 0;
  #ended = false;

  constructor(options: CrewOptions) {
    this.#o = options;
    this.#failed = new Promise((_, reject) => (this.#fail = reject));
    this.#failed.catch(() => undefined); // whoever waits for something of the crew hears of it
  }

  /** Rejects with a `DemoFailedError` when workers are lost faster than is worth replacing them. */
  get failed(): Promise<never> {
    return this.#failed;
  }

  /** All that became ready, in the order of their start. */
  get members(): readonly WorkerProcess[] {
    return [...this.#processes.values()].filter(({ id }) => this.#ready.has(id));
  }

  get alive(): readonly WorkerProcess[] {
    return this.members.filter((process) => process.alive);
  }

  find(agentId: string): WorkerProcess | undefined {
    return this.#processes.get(agentId);
  }

  /** Resolves when every place is taken by a worker that is ready. */
  async start(): Promise<void> {
    let next = 0;
    const lane = async () => {
      while (next < this.#o.workers) await this.#fill(next++);
    };
    const lanes = Array.from({ length: STARTING_MAX }, lane);
    await Promise.race([Promise.all(lanes), this.failed]);
  }

  /** A worker says that it is ready. @returns false for a name that was never started. */
  ready(agentId: string): boolean {
    if (!this.#processes.has(agentId)) return false;
    this.#ready.add(agentId);
    this.#waiting.get(agentId)?.(true);
    return true;
  }

  /** Ends all processes at once, and starts no more. */
  async end(): Promise<void> {
    this.#ended = true;
    const processes = [...this.#processes.values()];
    for (const process of processes) process.kill();
    await Promise.all(processes.map(({ gone }) => gone));
  }

  /** Starts workers in this place until one is ready. */
  async #fill(slot: number, lost?: WorkerProcess): Promise<void> {
    this.#starting += 1;
    try {
      for (let before = lost; !this.#ended;) {
        if (before !== undefined && !this.#mayReplace(before)) return;
        const process = await this.#startProcess(slot, before);
        if (await this.#becomesReady(process)) return;
        process.kill();
        await process.gone;
        before = process;
      }
    } catch (error) {
      this.#fail(error as Error);
    } finally {
      this.#starting -= 1;
    }
  }

  #mayReplace(lost: WorkerProcess): boolean {
    this.#replacements += 1;
    if (this.#replacements <= REPLACEMENTS_MAX) return true;
    const text = `${REPLACEMENTS_MAX} lost workers were replaced, no more are`;
    this.#fail(new DemoFailedError(`${text}; the last one: ${lost.lastWords}`));
    return false;
  }

  async #startProcess(slot: number, lost: WorkerProcess | undefined): Promise<WorkerProcess> {
    const { coordinator, model, workers } = this.#o;
    const number = lost === undefined ? slot + 1 : workers + this.#replacements;
    const topics = topicsOf(slot, workers);
    const start = {
      agentId: `worker-${String(number).padStart(3, '0')}`,
      coordinator,
      workers,
      capabilities: topics.map(({ words }) => words),
      invitation: await this.#o.invite(),
      model,
    };
    const process = new WorkerProcess(slot, start, this.#o.program);
    this.#processes.set(process.id, process);
    void process.gone.then(() => this.#lost(process));
    if (this.#ended) process.kill();
    else if (lost !== undefined) this.#o.onReplaced(lost, process.id);
    return process;
  }

  async #becomesReady(process: WorkerProcess): Promise<boolean> {
    const answer = new Promise<boolean>((resolve) => this.#waiting.set(process.id, resolve));
    const crowd = Math.max(0, this.#o.workers - STARTING_MAX);
    const ms = READY_TIMEOUT_MS + READY_TIMEOUT_MS_PER_WORKER * crowd;
    const cancel = this.#o.clock.setTimeout(() => {
      this.#o.onLate(process.id, ms);
      this.#settle(process, false);
    }, ms);
    if (!process.alive) this.#settle(process, false);
    const isReady = await answer;
    cancel();
    this.#waiting.delete(process.id);
    return isReady;
  }

  #settle(process: WorkerProcess, isReady: boolean): void {
    this.#waiting.get(process.id)?.(isReady);
  }

  #lost(process: WorkerProcess): void {
    this.#settle(process, false);
    if (this.#ended || this.#starting > 0 || this.alive.length > 0) return;
    void this.#fill(process.slot, process);
  }
}
