import { HnswIndex } from '@ruvector/hnsw';
import { bench } from '../../../tools/bench/bench.js';
import { median } from '../../../tools/bench/statistics.js';
import { gaussianMixture } from './data-sets.js';
import { asked } from './exact-neighbours.js';

const K = 10;
const EF = 100;
const ROUNDS = 7;
const THREADS = [1, 2] as const;

const parameters = { count: 50_000, queries: 1000, M: 16, efConstruction: 100 };

/** Time on the wall clock, as that is what threads are for; the machine has to be idle. */
await bench(parameters, async ({ parameters: graph, quick, figure }) => {
  const amount = quick
    ? { count: 3_000, queryCount: 50 }
    : { count: graph.count, queryCount: graph.queries };
  const data = gaussianMixture(amount);
  const { truth } = asked(data);
  const { M, efConstruction } = graph;
  const build = new Map<number, number>();
  const indexes = new Map<number, HnswIndex>();
  for (const threads of THREADS) {
    const index = new HnswIndex({
      dimensions: data.dimensions,
      metric: 'l2',
      capacity: amount.count,
      M,
      efConstruction,
      seed: 1,
    });
    const { dimensions, rows } = data;
    await index.searchMany(data.queries.subarray(0, dimensions), 1, { threads }); // starts workers
    build.set(threads, await seconds(() => index.insertMany(undefined, rows, { threads })));
    indexes.set(threads, index);
  }
  const search = new Map<number, number[]>(THREADS.map((threads) => [threads, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const threads of THREADS) {
      const index = indexes.get(2)!;
      const options = { threads, efSearch: EF };
      const time = await seconds(() => index.searchMany(data.queries, K, options));
      search.get(threads)!.push(time);
    }
  for (const threads of THREADS) {
    const index = indexes.get(threads)!;
    const answers = await index.searchMany(data.queries, K, { threads, efSearch: EF });
    const found = answers.reduce((sum, hits, i) => {
      const near = new Set(truth.of(i, K));
      return sum + hits.filter(({ id }) => near.has(Number(id))).length;
    }, 0);
    const recall = (found / (answers.length * K)).toFixed(3);
    const s = build.get(threads)!;
    figure(`vectors put in a second, threads: ${threads}`, amount.count / s, {
      detail: `and then recall@${K} ${recall} at ef ${EF}`,
    });
    const perSecond = amount.queryCount / median(search.get(threads)!);
    figure(`queries a second at ef ${EF}, threads: ${threads}`, perSecond);
    await index.close();
  }
  figure('build, 2 threads against 1', build.get(1)! / build.get(2)!, {
    digits: 2,
    goal: '>= 1.8',
  });
  const ratios = search.get(1)!.map((time, round) => time / search.get(2)![round]!);
  figure('search, 2 threads against 1', median(ratios), { digits: 2, goal: '>= 1.8' });
});

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
