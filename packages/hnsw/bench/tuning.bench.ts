import { HnswIndex } from '@ruvector/hnsw';
import { bench } from '../../../tools/bench/bench.js';
import { median } from '../../../tools/bench/statistics.js';
import { oursOf, type Storage } from './contenders/ours.js';
import { lowRank, type DataSet } from './data-sets.js';
import { asked } from './exact-neighbours.js';
import { recallOf } from './recall.js';

const K = 10;
const ROUNDS = 7;
const BREADTHS = [20, 40, 80, 160, 320];
const GRAPHS = [
  { M: 8, efConstruction: 100 },
  { M: 16, efConstruction: 64 },
  { M: 16, efConstruction: 200 },
  { M: 32, efConstruction: 200 },
];
const STORAGES: readonly NonNullable<Storage>[] = ['f32+sq7', 'sq7', 'f32', 'bit'];

/** What M, ef and storage give and cost: recall, time of a query, bytes and time of a vector. */
await bench({ count: 30_000, queries: 300 }, async ({ parameters, quick, figure }) => {
  const amount = quick
    ? { count: 3_000, queryCount: 20 }
    : { count: parameters.count, queryCount: parameters.queries };
  const data = lowRank(amount);
  const plain = { M: 16, efConstruction: 200, storage: 'f32+sq7' } as const;
  const graphs = GRAPHS.map((graph) => ({ ...graph, storage: plain.storage }));
  const storages = STORAGES.slice(1).map((storage) => ({ ...plain, storage }));
  for (const options of quick ? [plain] : [...graphs, ...storages]) {
    const index = new HnswIndex({ dimensions: data.dimensions, metric: 'l2', ...options });
    const built = await cpuMicros(() => index.insertMany(undefined, data.rows));
    const { bytesPerVector, efSearch, traversal } = index.stats();
    const title = `M ${options.M}, efConstruction ${options.efConstruction}, ${options.storage}`;
    figure(`${title}: bytes a vector`, bytesPerVector, { digits: 0 });
    figure(`${title}: insert, µs of CPU`, built / amount.count, { digits: 0 });
    figure(`${title}: efSearch that it finds for .95, on ${traversal}`, efSearch ?? 0);
    for (const ef of BREADTHS) {
      const [recall, micros] = await at(index, data, ef);
      figure(`${title}, ef ${ef}: recall@10`, recall, { digits: 3 });
      figure(`${title}, ef ${ef}: query, µs of CPU`, micros, { digits: 0 });
    }
  }
});

async function at(index: HnswIndex, data: DataSet, ef: number): Promise<[number, number]> {
  const { queries, truth } = asked(data);
  const contender = oursOf(index);
  contender.setEf(ef);
  const searcher = contender.searcher(queries, K);
  const recall = await recallOf(searcher, truth, K);
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++)
    rounds.push(
      await cpuMicros(async () => {
        for (let i = 0; i < searcher.count; i++) await searcher.ask(i);
      }),
    );
  return [recall, median(rounds) / searcher.count];
}

async function cpuMicros(run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
