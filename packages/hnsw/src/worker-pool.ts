import { EdgeError } from '@ruvector/core';
import type { Shard } from './shard.js';
import { WORKER_SOURCE } from './worker-source.js';

/** What a worker is asked to do. */
export type Job = { readonly kind: 'ready' | 'link' | 'search' } & Record<string, unknown>;

/**
 * Workers could not be started, or ended in the midst of a job.
 *
 * @example
 * new WorkerFailedError('blocked by policy').message; // => 'a worker failed: blocked by policy'
 */
export class WorkerFailedError extends EdgeError {
  override readonly name = 'WorkerFailedError';
  override readonly code = 'ERR_HNSW_WORKER';
  constructor(reason: string, options?: ErrorOptions) {
    super(`a worker failed: ${reason}`, { details: { reason }, ...options });
  }
}

/** The little that a worker of Node and one of a browser have in common. */
interface Port {
  post(message: unknown): void;
  /** Whether the process waits for it. */
  hold(held: boolean): void;
  end(): void;
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
  linked(count: number): void;
}

/** A worker: one job after the other. */
export class WorkerThread {
  readonly #port: Port;
  readonly #pending = new Map<number, Pending>();
  #next = 0;
  #broken: Error | undefined;

  constructor() {
    this.#port = open(
      (message) => this.#heard(message as { id: number; linked?: number; error?: string; result?: unknown }),
      (reason) => this.#fail(reason),
    );
  }

  /** @param linked - told how many nodes were linked, again and again. */
  run(job: Job, linked: (count: number) => void = () => {}): Promise<unknown> {
    if (this.#broken) return Promise.reject(this.#broken);
    const id = this.#next++;
    this.#port.hold(true);
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, linked });
      this.#port.post({ ...job, id });
    });
  }

  end(): void {
    this.#port.end();
    this.#fail('it was ended');
  }

  #heard(message: { id: number; linked?: number; error?: string; result?: unknown }): void {
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    if (message.linked !== undefined) return pending.linked(message.linked);
    this.#pending.delete(message.id);
    if (this.#pending.size === 0) this.#port.hold(false);
    if (message.error === undefined) pending.resolve(message.result);
    else pending.reject(new WorkerFailedError(message.error));
  }

  #fail(reason: string): void {
    this.#broken ??= new WorkerFailedError(reason);
    for (const { reject } of this.#pending.values()) reject(this.#broken);
    this.#pending.clear();
  }
}

function open(heard: (message: unknown) => void, failed: (reason: string) => void): Port {
  const threads = globalThis.process?.getBuiltinModule?.('node:worker_threads');
  if (threads) {
    const worker = new threads.Worker(WORKER_SOURCE, { eval: true });
    worker.on('message', heard);
    worker.on('error', (error) => failed(error.message));
    worker.on('exit', () => failed('it has ended'));
    worker.unref();
    return {
      post: (message) => worker.postMessage(message),
      hold: (held) => void (held ? worker.ref() : worker.unref()),
      end: () => void worker.terminate(),
    };
  }
  const url = URL.createObjectURL(new Blob([WORKER_SOURCE], { type: 'text/javascript' }));
  const worker = new globalThis.Worker(url);
  worker.onmessage = ({ data }) => heard(data);
  worker.onerror = (event) => failed(event.message || 'it could not be started');
  return {
    post: (message) => worker.postMessage(message),
    hold: () => {},
    end: () => {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}

/** Workers that are started when they are first needed, and kept. */
export class WorkerPool {
  readonly #workers: WorkerThread[] = [];
  readonly #keys = new WeakMap<WebAssembly.Memory, number>();
  #memories = 0;
  #reason: string | undefined;

  /** Why there are no workers, if some were asked for. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /**
   * Workers that are ready to work on a shard, which has scratch memory for them: worker i is
   * thread i + 1.
   *
   * @returns none if there can be none, and `reason` says why.
   */
  async crew(shard: Shard, count: number): Promise<readonly WorkerThread[]> {
    this.#reason = undefined;
    const { memory } = shard;
    if (!memory.kernel.shared) {
      this.#reason = 'memory cannot be shared: the page is not cross-origin isolated';
      return [];
    }
    const threads = Math.max(memory.room.threads, count + 1);
    if (threads > memory.room.threads) memory.resize(memory.shape, { ...memory.room, threads });
    try {
      while (this.#workers.length < count) this.#workers.push(new WorkerThread());
      const workers = this.#workers.slice(0, count);
      await Promise.all(workers.map((worker, i) => worker.run(this.job(shard, 'ready', i + 1))));
      return workers;
    } catch (error) {
      this.#reason = error instanceof Error ? error.message : String(error);
      this.close();
      return [];
    }
  }

  /** What the thread of that number is asked to do on a shard. */
  job(shard: Shard, kind: Job['kind'], thread: number, what: Record<string, unknown> = {}): Job {
    const { memory, kernel } = shard.memory;
    const key = this.#keys.get(memory) ?? ++this.#memories;
    this.#keys.set(memory, key);
    return { kind, key, module: kernel.module, memory, thread, ...what };
  }

  close(): void {
    for (const worker of this.#workers.splice(0)) worker.end();
  }
}
