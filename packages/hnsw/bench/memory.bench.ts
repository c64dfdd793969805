import { deepStrictEqual } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { HnswIndex } from '@ruvector/hnsw';
import { bench } from '../../../tools/bench/bench.js';
import { runContext } from '../../../tools/bench/run-context.js';
import { hnswlib } from './contenders/hnswlib.js';
import { ours, type Storage } from './contenders/ours.js';
import { gaussianMixture, rowOf, textLike } from './data-sets.js';
import { fill, filledPeer, shapeOf } from './filled.js';

const STORAGES = ['f32+sq7', 'sq7', 'f32', 'bit'] as const satisfies Storage[];
const OF_HNSWLIB = { 'f32+sq7': '<= 1.3', sq7: '<= 0.45' } as const;
const MEGABYTE = 1e6;

const parameters = { count: 50_000, efConstruction: 64, M: 16 };

/** The kernels stand in the package's scripts in base64, which begins alike for all. */
const KERNEL = /["'`](AGFzbQ[\w+/]+=*)["'`]/g;

await bench(parameters, async ({ parameters: graph, quick, compare, figure }) => {
  const amount = { count: quick ? 3_000 : graph.count, queryCount: 10 };
  const hnswlibMade = quick ? undefined : await hnswlib();
  for (const data of [gaussianMixture(amount), textLike(384, amount), textLike(768, amount)]) {
    const theirs = hnswlibMade && (await filledPeer('hnswlib-node', hnswlibMade, data, graph));
    const path = join(dirname(runContext().resultFile), 'hnswlib.index');
    theirs?.file?.save(path);
    const fileBytes = theirs && statSync(path).size / amount.count;
    if (fileBytes !== undefined)
      figure(`${data.name}, bytes a vector: hnswlib-node`, fileBytes, {
        detail: 'of its file, which is its memory without its map of labels',
      });
    for (const storage of STORAGES) {
      const contender = ours(shapeOf(data, graph), storage);
      await fill(contender, data);
      const { index } = contender;
      const perVector = index.stats().memoryBytes / amount.count;
      figure(`${data.name}, bytes a vector: ${storage}`, perVector);
      if (fileBytes !== undefined && storage in OF_HNSWLIB)
        figure(`${data.name}, of hnswlib-node's: ${storage}`, perVector / fileBytes, {
          digits: 2,
          goal: OF_HNSWLIB[storage as keyof typeof OF_HNSWLIB],
        });
      if (storage !== 'f32+sq7') continue;
      const bytes = index.save();
      const query = rowOf(data.queries, data.dimensions, 0);
      deepStrictEqual(HnswIndex.load(bytes).search(query, 10), index.search(query, 10));
      const per = bytes.length / MEGABYTE;
      await compare(
        `${data.name}: load a MB of ${per.toFixed()}, checksums and all`,
        { here: () => HnswIndex.load(bytes) },
        { per, goals: [{ perSecond: '>= 500' }] },
      );
      await compare(`${data.name}: save a MB`, { here: () => index.save() }, { per });
    }
  }
  tellSizes(figure);
  figure('first search after import in a fresh process, ms', firstSearchMs(), {
    digits: 1,
    detail: 'on the wall clock, the least of 5: import, an index of one vector, a search',
  });
});

function tellSizes(figure: (title: string, value: number, options: object) => void): void {
  const folder = fileURLToPath(new URL('.', import.meta.resolve('@ruvector/hnsw')));
  const scripts = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.js'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
  const kernels = new Set(
    scripts.flatMap((text) => Array.from(text.matchAll(KERNEL), (match) => match[1]!)),
  );
  if (kernels.size === 0) throw new Error('no kernel is in the scripts of the package');
  const gzipBytes = (files: readonly Uint8Array[]) =>
    files.reduce((sum, file) => sum + gzipSync(file).length, 0);
  const modules = Array.from(kernels, (text) => Buffer.from(text, 'base64'));
  figure('kernels, bytes after gzip', gzipBytes(modules), {
    detail: `of ${modules.length} builds together`,
    goal: '<= 16384',
  });
  const texts = scripts.map((text) => Buffer.from(text));
  figure('all scripts, bytes after gzip', gzipBytes(texts), { detail: 'not minified' });
}

function firstSearchMs(): number {
  const program = `
    const start = performance.now();
    const { HnswIndex } = await import(${JSON.stringify(import.meta.resolve('@ruvector/hnsw'))});
    const index = new HnswIndex({ dimensions: 8, metric: 'l2' });
    index.insert(1, new Float32Array(8));
    if (index.search(new Float32Array(8), 1)[0].id !== 1) throw new Error('not found');
    process.stdout.write(String(performance.now() - start));`;
  const runs = Array.from({ length: 5 }, () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', program],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(stderr);
    return Number(stdout);
  });
  return Math.min(...runs);
}
