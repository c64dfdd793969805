import { HnswIndex } from '@ruvector/hnsw';
import { seededRandom } from '../../../packages/core/src/random.js';
import { bench } from '../../../tools/bench/bench.js';
import { COUNTS, chosenData } from './chosen-data.js';
import { searcherOf } from './contenders/contender.js';
import { oursOf } from './contenders/ours.js';
import {
  gaussianMixture,
  orderAround,
  permutation,
  picked,
  withFarCluster,
  type DataSet,
} from './data-sets.js';
import { asked, nearestRows, type Asked } from './exact-neighbours.js';
import { recallOf } from './recall.js';

const K = 10;
const EF = 100;
const SHARES = [0.5, 0.2, 0.05, 0.01];
const DELETED = 0.3;

type Tell = (title: string, recall: number, goal?: '>= 0.95' | '<= 0.01') => void;

await bench({ ...COUNTS, queries: 200 }, async ({ parameters, quick, figure }) => {
  const tell: Tell = (title, value, goal) =>
    figure(title, value, { digits: 3, ...(goal && { goal }) });
  for (const data of chosenData(parameters, quick)) {
    const index = await filled(data);
    await tellDefaults(tell, data, index);
    await tellFilters(tell, data, index);
    await tellOrder(tell, data);
    await tellDeletion(tell, data, index); // last, as it changes the index
  }
  const amount = quick
    ? { count: 3_000, queryCount: 50 }
    : { count: parameters.mixture, queryCount: parameters.queries };
  if (amount.count === 0) return;
  const far = withFarCluster(gaussianMixture(amount));
  await tellDefaults(tell, far, await filled(far));
});

/** With default options, and ids that are the numbers of the rows, put in in this order. */
async function filled(data: DataSet, order?: Uint32Array): Promise<HnswIndex> {
  const { dimensions, rows } = data;
  const index = new HnswIndex({ dimensions, metric: 'l2', seed: 1 });
  if (order === undefined) await index.insertMany(undefined, rows);
  else await index.insertMany([...order], picked(rows, dimensions, order));
  return index;
}

async function recallAt(index: HnswIndex, { queries, truth }: Asked, ef?: number) {
  const contender = oursOf(index);
  if (ef !== undefined) contender.setEf(ef);
  return recallOf(contender.searcher(queries, K), truth, K);
}

async function tellDefaults(tell: Tell, data: DataSet, index: HnswIndex): Promise<void> {
  const own = await recallAt(index, asked(data));
  tell(`${data.name}, recall@${K} with default options`, own, '>= 0.95');
  const strange = await recallAt(index, asked(data, 'strangers'));
  tell(`${data.name}, the same of queries from elsewhere`, strange);
}

/** What passes is drawn at random, or is all of one place, which is far from most queries. */
async function tellFilters(tell: Tell, data: DataSet, index: HnswIndex): Promise<void> {
  const count = data.rows.length / data.dimensions;
  const orders = {
    'at random': permutation(count, seededRandom(5)),
    'one far cluster': orderAround(data, 0),
  };
  for (const [kind, order] of Object.entries(orders))
    for (const share of SHARES) {
      const kept = order.slice(0, Math.ceil(share * count)).sort();
      const recall = await filteredRecall(data, index, kept);
      tell(`${data.name}, a filter keeps ${100 * share} %, ${kind}`, recall, '>= 0.95');
    }
}

async function filteredRecall(data: DataSet, index: HnswIndex, kept: Uint32Array): Promise<number> {
  const { rows, queries, dimensions } = data;
  const among = nearestRows(picked(rows, dimensions, kept), queries, dimensions, K);
  const passes = new Uint8Array(rows.length / dimensions);
  for (const id of kept) passes[id] = 1;
  const filter = (id: number | string) => passes[Number(id)] === 1;
  const searcher = searcherOf(
    asked(data).queries,
    (query) => index.search(query, K, { filter }),
    (hits) => {
      const ids = hits.map(({ id }) => Number(id));
      if (ids.length !== K || !ids.every(filter)) throw new Error(`${K} ids that pass, not ${ids}`);
      return ids;
    },
  );
  const truth = { of: (i: number, k: number) => among.of(i, k).map((at) => kept[at]!) };
  return recallOf(searcher, truth, K);
}

async function tellOrder(tell: Tell, data: DataSet): Promise<void> {
  const count = data.rows.length / data.dimensions;
  const own = asked(data);
  const shuffled = await filled(data, permutation(count, seededRandom(6)));
  const recall = await recallAt(shuffled, own, EF);
  const sorted = await recallAt(await filled(data, orderAround(data, 0)), own, EF);
  tell(`${data.name}, recall at ef ${EF}, shuffled`, recall);
  tell(`${data.name}, lost when rows come sorted`, recall - sorted, '<= 0.01');
}

async function tellDeletion(tell: Tell, data: DataSet, index: HnswIndex): Promise<void> {
  const { rows, dimensions } = data;
  const count = rows.length / dimensions;
  const own = asked(data);
  const before = await recallAt(index, own, EF);
  const gone = permutation(count, seededRandom(7)).slice(0, Math.floor(DELETED * count));
  for (const id of gone) if (!index.delete(id)) throw new Error(`${id} was not there`);
  const missing = new Set<number | string>(gone);
  for (const query of own.queries)
    for (const { id } of index.search(query, K))
      if (missing.has(id)) throw new Error(`${id} was deleted, and is found`);
  await index.insertMany([...gone], picked(rows, dimensions, gone));
  const lost = before - (await recallAt(index, own, EF));
  tell(`${data.name}, lost when 30 % are deleted and come back`, lost, '<= 0.01');
}
