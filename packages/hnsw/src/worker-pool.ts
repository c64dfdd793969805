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
  /** How many vectors of `insertMany` were inserted by then, and stay so; else undefined. */
  readonly done: number | undefined;
  constructor(reason: string, { done, ...options }: ErrorOptions & { done?: number } = {}) {
    const details = { reason, ...(done !== undefined && { done }) };
    super(`a worker failed: ${reason}`, { details, ...options });
    this.done = done;
  }
}

/** The little that a worker of Node and one of a browser have in common. */
interface Port {
  post(message: unknown): void;
  /** Whether the process waits for it. */
  hold(held: boolean): void;
  end(): void;
}

/** What a worker says. */
interface Answer {
  readonly id: number;
  readonly linked?: number;
  readonly error?: string;
  readonly result?: unknown;
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
      (message) => this.#heard(message as Answer),
      (reason) => this.#fail(reason),
    );
  }

  /** Whether it is of no more use: it has ended, or could not be started. */
  get isBroken(): boolean {
    return this.#broken !== undefined;
  }

  /**
   * @param linked - told how many nodes were linked, again and again; it must not throw.
   * @throws WorkerFailedError `ERR_HNSW_WORKER` once it is certain that the worker does nothing
   *   more in that memory.
   */
  run(job: Job, linked: (count: number) => void = () => {}): Promise<unknown> {
    if (this.#broken) return Promise.reject(this.#broken);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#port.post({ ...job, id });
      this.#port.hold(true);
      this.#pending.set(id, { resolve, reject, linked });
    });
  }

  /** Only while it has nothing to do: it might end while it holds a lock. */
  end(): void {
    this.#port.end();
    this.#fail('it was ended');
  }

  #heard(message: Answer): void {
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
  const threads = globalThis.process?.getBuiltinModule?.('worker_threads');
  if (threads) {
    const worker = new threads.Worker(WORKER_SOURCE, { eval: true, execArgv: [] });
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

/** Scratch for searches this broad, which cannot get more while workers are at it. */
const BREADTH_SHARED = 1_024;

/** Workers that are started when they are first needed, and kept. */
export class WorkerPool {
  #workers: WorkerThread[] = [];
  readonly #keys = new WeakMap<WebAssembly.Memory, number>();
  #memories = 0;
  #reason: string | undefined;
  /** Calls that may ask for workers, now or later. */
  #calls = 0;
  #isClosing = false;
  /** Settles when those who have the workers, or wait for them, are done. */
  #last: Promise<void> = Promise.resolve();

  /** Why there were no workers when some were last asked for. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** A call that may employ workers: they are not ended before it returns. */
  async during<T>(call: () => Promise<T>): Promise<T> {
    this.#calls++;
    try {
      return await call();
    } finally {
      if (--this.#calls === 0 && this.#isClosing) this.close();
    }
  }

  /**
   * Has workers do something in the memory of a shard, in which nothing moves meanwhile: worker i
   * is thread i + 1. Who asks while others have them waits.
   *
   * @param name - of the call.
   * @param task - that settles when none of them does anything any more.
   * @returns whether there were workers; if not, `reason` says why, and nothing was done.
   */
  async employ(
    shard: Shard,
    count: number,
    name: string,
    task: (workers: readonly WorkerThread[]) => Promise<void>,
  ): Promise<boolean> {
    const { promise, resolve } = deferred();
    const before = this.#last;
    this.#last = promise;
    await before;
    try {
      const workers = await this.#ready(shard, count);
      if (workers === undefined || !this.#makeRoom(shard, count)) return false;
      shard.memory.pinnedBy = name;
      await task(workers);
      return true;
    } finally {
      shard.memory.pinnedBy = undefined;
      resolve();
    }
  }

  /** Says why a call that asked for workers does without. */
  forgo(reason: string): void {
    this.#reason = reason;
  }

  async #ready(shard: Shard, count: number): Promise<readonly WorkerThread[] | undefined> {
    this.#reason = undefined;
    if (!shard.memory.kernel.shared) {
      this.#reason = 'memory cannot be shared: the page is not cross-origin isolated';
      return undefined;
    }
    // one that has died since the last call is replaced, also if that is not known yet
    const workers = (await this.#started(count)) ?? (await this.#started(count));
    if (workers !== undefined) this.#reason = undefined;
    return workers;
  }

  async #started(count: number): Promise<readonly WorkerThread[] | undefined> {
    this.#workers = this.#workers.filter(({ isBroken }) => !isBroken);
    try {
      while (this.#workers.length < count) this.#workers.push(new WorkerThread());
      const workers = this.#workers.slice(0, count);
      await Promise.all(workers.map((worker) => worker.run({ kind: 'ready' })));
      return workers;
    } catch (error) {
      this.#reason = messageOf(error);
      this.#endAll();
      return undefined;
    }
  }

  /** Each thread needs scratch memory. */
  #makeRoom({ memory }: Shard, count: number): boolean {
    const { shape, room } = memory;
    const threads = Math.max(room.threads, count + 1);
    const broad = { ...room, threads, breadth: Math.max(room.breadth, BREADTH_SHARED) };
    const wanted = memory.fits(shape, broad) ? broad : { ...room, threads };
    if (threads === room.threads && wanted.breadth === room.breadth) return true;
    try {
      memory.resize(shape, wanted);
      return true;
    } catch (error) {
      this.#reason = messageOf(error);
      return false;
    }
  }

  /** What the thread of that number is asked to do on a shard. */
  job(shard: Shard, kind: Job['kind'], thread: number, what: Record<string, unknown> = {}): Job {
    const { memory, kernel } = shard.memory;
    const key = this.#keys.get(memory) ?? ++this.#memories;
    this.#keys.set(memory, key);
    return { kind, key, module: kernel.module, memory, thread, ...what };
  }

  /** Ends the workers: at once, or when the calls that are under way have returned. */
  close(): void {
    this.#isClosing = this.#calls > 0;
    if (!this.#isClosing) this.#endAll();
  }

  #endAll(): void {
    for (const worker of this.#workers.splice(0)) worker.end();
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve!: () => void;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
