import { bench, type Bench, type Goal } from '../../../tools/bench/bench.js';
import { gaussianMixture, textLike, type DataSet } from './data-sets.js';
import { ours } from './contenders/ours.js';
import { originalCore, originalEdge } from './contenders/originals.js';
import type { MakeContender } from './contenders/contender.js';
import { asked } from './exact-neighbours.js';
import { shapeOf } from './filled.js';
import { describe, recallOf, smallestEf } from './recall.js';
import { QUERIES_A_CALL, roundOf, stagesOf } from './turns.js';

const K = 10;
const STAGES = 20;

const GOALS = {
  'original core': { search: '>= 12', build: '>= 8' },
  'original edge': { search: '>= 6', build: '>= 7' },
} as const;

const parameters = { count: 20_000, queries: 300, M: 16, efConstruction: 200 };
type OriginalBench = Bench<typeof parameters>;

/** The originals have one breadth of search, so this package is asked at the recall of each. */
await bench(parameters, async (run) => {
  const amount = run.quick
    ? { count: 3_000, queryCount: 50 }
    : { count: run.parameters.count, queryCount: run.parameters.queries };
  const originals = run.quick
    ? { 'original core': undefined, 'original edge': undefined }
    : { 'original core': await originalCore(), 'original edge': await originalEdge() };
  for (const data of [gaussianMixture(amount), textLike(384, amount)])
    for (const name of Object.keys(originals) as (keyof typeof originals)[])
      await against(run, data, name, originals[name]);
});

async function against(
  run: OriginalBench,
  data: DataSet,
  name: keyof typeof GOALS,
  make: MakeContender | undefined,
): Promise<void> {
  const shape = shapeOf(data, run.parameters);
  const [here, there] = [ours(shape), make?.(shape)];
  const slice = Math.ceil(shape.capacity / STAGES);
  await run.compareStages(
    `${data.name}: put one row in`,
    { here: stagesOf(here, data, slice), [name]: there && stagesOf(there, data, slice) },
    {
      stages: Math.ceil(shape.capacity / slice),
      per: slice,
      goals: [{ ratio: GOALS[name].build, against: name }],
    },
  );
  const { queries, truth } = asked(data);
  const [mine, theirs] = [here.searcher(queries, K), there?.searcher(queries, K)];
  const recall = theirs === undefined ? 0.9 : await recallOf(theirs, truth, K);
  const found = await smallestEf(here, mine, truth, { k: K, recall });
  if (found.recall < recall) {
    const detail = `is all that ef ${found.ef} reaches, where ${name} has ${recall.toFixed(3)}`;
    run.figure(`${data.name}: here`, found.recall, { digits: 3, detail });
    return;
  }
  const label = `${name} (recall ${recall.toFixed(3)})`;
  const goals: Goal[] = [{ ratio: GOALS[name].search, against: label }];
  await run.compare(
    `${data.name}: search at the recall of ${name}`,
    { [`here (${describe(found)})`]: roundOf(mine), [label]: theirs && roundOf(theirs) },
    { per: Math.min(QUERIES_A_CALL, queries.length), goals },
  );
}
