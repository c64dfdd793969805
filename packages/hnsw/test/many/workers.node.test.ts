import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Worker } from 'node:worker_threads';
import type { WorkerFailedError } from '@ruvector/hnsw';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { COUNT, DIMENSIONS, emptyIndex, lost, MATRIX, reasonOf, row } from './data.js';

/** The workers that were started, which nobody else can get hold of. */
const started: Worker[] = [];
const threads = process.getBuiltinModule('worker_threads');
const { Worker: Original } = threads;
threads.Worker = class extends Original {
  constructor(...parameters: ConstructorParameters<typeof Worker>) {
    super(...parameters);
    started.push(this);
  }
};
afterAll(() => void (threads.Worker = Original));
beforeEach(() => void (started.length = 0));

/** Waits until workers have ended, which have no number then. */
const exits = (workers: readonly Worker[]): Promise<unknown> =>
  Promise.all(
    workers.map((worker) =>
      worker.threadId < 0 ? undefined : new Promise((resolve) => worker.once('exit', resolve)),
    ),
  );

describe('a worker that is ended from outside', () => {
  it('fails insertMany, which keeps the first rows, whatever the worker was at', async () => {
    const moments = [100, 400, 700, 1_000, 1_300, 1_600];
    const done: number[] = [];
    for (const moment of moments) done.push(await insertedAfterEnd(moment));
    // a worker that has done its part by then is not missed
    expect(done.some((each) => each < COUNT)).toBe(true);
  });

  /** How many rows are inserted if a worker is ended after so many, most often amidst a link. */
  async function insertedAfterEnd(moment: number): Promise<number> {
    started.length = 0;
    const index = emptyIndex();
    let isEnded = false;
    const onProgress = (inserted: number): void => {
      if (inserted < moment || isEnded) return;
      isEnded = true;
      void started[moment % 3]!.terminate();
    };
    const options = { threads: 3, onProgress };
    const [result] = await Promise.allSettled([index.insertMany(undefined, MATRIX, options)]);
    const done = index.size;
    const reason = result.status === 'rejected' ? (result.reason as WorkerFailedError) : undefined;
    expect([reason?.code, reason?.done]).toEqual(
      done < COUNT ? ['ERR_HNSW_WORKER', done] : [undefined, undefined],
    );
    expect([index.has(done - 1), index.has(done)]).toEqual([true, false]);
    expect(lost(index, MATRIX, done)).toEqual([]);
    await index.insertMany(undefined, MATRIX.subarray(done * DIMENSIONS), { threads: 3 });
    expect(lost(index, MATRIX, COUNT)).toEqual([]);
    expect(index.stats().singleThreaded).toBeUndefined();
    index.close();
    return done;
  }

  it('is replaced if it had nothing to do', async () => {
    const index = emptyIndex();
    await index.insertMany(undefined, MATRIX, { threads: 2 });
    await started[0]!.terminate();
    const hits = await index.searchMany(MATRIX.subarray(0, 1_600), 1, {
      threads: 2,
      efSearch: 30, // broader, and comparing with all would cost less
    });
    expect(hits.map(([hit]) => hit?.id)).toEqual(hits.map((_, i) => i));
    expect(started.length).toBe(3);
    expect(index.stats().singleThreaded).toBeUndefined();
    index.close();
  });

  it('fails searchMany, and the next call goes well', async () => {
    const index = emptyIndex();
    await index.insertMany(undefined, MATRIX);
    let isEnded = false;
    const onProgress = (): void => {
      if (!isEnded) void started[0]!.terminate();
      isEnded = true;
    };
    const search = (): Promise<unknown[]> =>
      index.searchMany(MATRIX, 5, { threads: 2, onProgress });
    expect(await reasonOf(search())).toMatchObject({ code: 'ERR_HNSW_WORKER' });
    index.insert('then', row(MATRIX, 0));
    expect((await index.searchMany(MATRIX, 5, { threads: 2 })).length).toBe(COUNT);
    index.close();
  });
});

describe('close', () => {
  it('ends the workers, and new ones are started when some are asked for', async () => {
    const index = emptyIndex();
    await index.insertMany(undefined, MATRIX, { threads: 2 });
    const first = [...started];
    const ended = exits(first);
    index.close();
    await ended;
    await index.searchMany(MATRIX, 1, { threads: 2 });
    expect(started.length).toBe(4);
    const rest = exits(started.slice(2));
    index.close();
    index.close();
    await rest;
  });

  it('waits for the calls that are under way', async () => {
    const index = emptyIndex();
    const onProgress = (): void => index.close();
    await index.insertMany(undefined, MATRIX, { threads: 2, onProgress });
    expect(index.size).toBe(COUNT);
    await exits(started);
    const [first, second] = [1, 2].map(() => index.searchMany(MATRIX, 1, { threads: 2 }));
    index.close();
    expect([(await first)!.length, (await second)!.length]).toEqual([COUNT, COUNT]);
    await exits(started.slice(2));
    expect(started.length).toBe(4);
  });
});

describe('two indexes', () => {
  it('have workers of their own, and insert at once', async () => {
    const [a, b] = [emptyIndex(), emptyIndex({ seed: 7, metric: 'cosine' })];
    await Promise.all([a, b].map((each) => each.insertMany(undefined, MATRIX, { threads: 2 })));
    expect(started.length).toBe(4);
    expect([lost(a, MATRIX, COUNT), b.size]).toEqual([[], COUNT]);
    a.close();
    expect((await b.searchMany(MATRIX, 1, { threads: 2 })).length).toBe(COUNT);
    b.close();
  });
});

describe('a process', () => {
  let folder: string;
  let child: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ruvector-workers-'));
    child = join(folder, 'child.mjs');
    await build({
      entryPoints: [join(import.meta.dirname, 'workers-child.ts')],
      outfile: child,
      bundle: true,
      minify: true, // as a user's bundler leaves it
      platform: 'node',
      format: 'esm',
      conditions: ['@ruvector/source'],
      logLevel: 'silent',
    });
  });

  afterAll(() => rm(folder, { recursive: true }));

  it.each([
    ['that awaits insertMany is kept alive by it', 'insert', 'inserted 3000'],
    ['that awaits searchMany is kept alive by it', 'search', 'inserted 3000, answered 3000'],
    ['exits while an index has workers that nobody has closed', 'forget', 'inserted 3000'],
  ])('%s, and exits by itself', async (_, what, said) => {
    const output = await promisify(execFile)(process.execPath, [child, what], { timeout: 20_000 });
    expect(output.stdout.trim()).toBe(said);
  });
});
