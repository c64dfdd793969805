import { deepStrictEqual } from 'node:assert';
import { FlatIndex } from '@ruvector/core/memory';
import { bench, type Bench, type Goal } from '../../../tools/bench/bench.js';
import { quantile } from '../../../tools/bench/statistics.js';
import { COUNTS, chosenData, type Chosen } from './chosen-data.js';
import type { Contender, Searcher } from './contenders/contender.js';
import { rowsOf } from './data-sets.js';
import { asked, DEPTH, type Asked } from './exact-neighbours.js';
import { filledOurs, filledPeer, natives, type NativeName } from './filled.js';
import { describe, recallOf, smallestEf } from './recall.js';
import { QUERIES_A_CALL, roundOf } from './turns.js';

const K = 10;
/** Of a single query: what else the machine does disturbs one or the other. */
const PASSES = 3;

type Name = 'here' | NativeName;
type SearchBench = Bench<typeof COUNTS & { queries: number; M: number; efConstruction: number }>;

await bench({ ...COUNTS, queries: 500, M: 16, efConstruction: 200 }, async (run) => {
  const makers = await natives(run.quick);
  for (const data of chosenData(run.parameters, run.quick)) {
    const contenders = new Map<Name, Contender>();
    contenders.set('here', await filledOurs(data, run.parameters));
    for (const [name, make] of Object.entries(makers) as [NativeName, typeof makers.usearch][])
      if (make) contenders.set(name, await filledPeer(name, make, data, run.parameters));
    const own = asked(data);
    checkTruth(data, own);
    for (const [recall, kind] of [
      [0.95, 'at95'],
      [0.99, 'at99'],
    ] as const) {
      const title = `${data.name}, recall@${K} ${recall}`;
      const goalsOf = (name: NativeName, label: string) => data.goals(kind, name, label);
      await compareAt(run, title, contenders, own, recall, goalsOf);
      await tellMore(run, title, contenders, own);
    }
    const title = `${data.name}, queries from elsewhere, recall@${K} 0.95`;
    await compareAt(run, title, contenders, asked(data, 'strangers'), 0.95, () => []);
  }
});

/** The oracle of this bench is asked about by the reference index, which is slow and plain. */
function checkTruth({ rows, dimensions }: Chosen, { queries, truth }: Asked): void {
  const index = new FlatIndex({ metric: 'l2', dimensions });
  rowsOf(rows, dimensions).forEach((row, id) => index.insert(id, row));
  for (const i of [0, queries.length - 1])
    deepStrictEqual(
      index.search(queries[i]!, K).map(({ id }) => id),
      [...truth.of(i, K)],
    );
}

/** Everybody at the smallest breadth that reaches the recall, which stays set. */
async function compareAt(
  { compare, figure }: SearchBench,
  title: string,
  contenders: ReadonlyMap<Name, Contender>,
  { queries, truth }: Asked,
  recall: number,
  goalsOf: (name: NativeName, label: string) => Goal[],
): Promise<void> {
  const calls: Record<string, () => unknown> = {};
  const goals: Goal[] = [];
  for (const [name, contender] of contenders) {
    const searcher = contender.searcher(queries, K);
    const found = await smallestEf(contender, searcher, truth, { k: K, recall });
    if (found.recall < recall) {
      const detail = `is all that ef ${found.ef} reaches`;
      figure(`${title}: ${name}`, found.recall, { digits: 3, detail });
      if (name === 'here') return;
      continue;
    }
    const label = `${name} (${describe(found)})`;
    calls[label] = roundOf(searcher);
    if (name !== 'here') goals.push(...goalsOf(name, label));
  }
  const per = Math.min(QUERIES_A_CALL, queries.length);
  await compare(title, calls, { per, goals });
}

/** What else is true of everybody at the breadth that is set. */
async function tellMore(
  { figure }: SearchBench,
  title: string,
  contenders: ReadonlyMap<Name, Contender>,
  { queries, truth }: Asked,
): Promise<void> {
  for (const [name, contender] of contenders) {
    const searcher = contender.searcher(queries, K);
    const times = bestMicros(searcher);
    const first = await recallOf(contender.searcher(queries, 1), truth, 1);
    const many = await recallOf(contender.searcher(queries, DEPTH), truth, DEPTH);
    const recalls = `recall@1 ${first.toFixed(3)}, recall@${DEPTH} ${many.toFixed(3)}`;
    figure(`${title}, p99 of single queries, µs: ${name}`, quantile(times, 0.99), {
      detail: `wall clock, each the best of ${PASSES}; ${recalls} at max(ef, k)`,
    });
  }
}

/** Pass after pass, as a query that is asked again at once finds everything at hand. */
function bestMicros(searcher: Searcher): number[] {
  const best = Array.from({ length: searcher.count }, () => Infinity);
  for (let pass = 0; pass < PASSES; pass++)
    for (let i = 0; i < searcher.count; i++) {
      const start = performance.now();
      searcher.ask(i);
      best[i] = Math.min(best[i]!, 1000 * (performance.now() - start));
    }
  return best;
}
