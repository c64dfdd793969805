import { bench } from '../../../tools/bench/bench.js';
import { lowRank } from './data-sets.js';
import { asked } from './exact-neighbours.js';
import { filledPeer, natives, shapeOf, type NativeName } from './filled.js';
import { ours } from './contenders/ours.js';
import type { MakeContender } from './contenders/contender.js';
import { describe, smallestEf } from './recall.js';
import { QUERIES_A_CALL, roundOf, stagesOf } from './turns.js';

const K = 10;
const SLICE = 20_000;
const COUNT_USUAL = 20_000;

/**
 * `--set count=1000000` is what its goals are for, and takes long; without, as little as shows that
 * the bench runs. `--set peers=1` fills the natives as well, which takes longer still.
 */
const parameters = { count: COUNT_USUAL, queries: 500, peers: 0, M: 16, efConstruction: 64 };

await bench(parameters, async ({ parameters: graph, quick, compare, compareStages, figure }) => {
  const count = quick ? 3_000 : graph.count;
  const data = lowRank({ count, queryCount: quick ? 50 : graph.queries });
  const atGoal = count >= 1_000_000;
  const here = ours(shapeOf(data, graph));
  const slice = Math.min(SLICE, Math.ceil(count / 5));
  const totals = await compareStages(
    `${data.name}: put one of ${count} rows in`,
    { here: stagesOf(here, data, slice) },
    { stages: Math.ceil(count / slice), per: slice },
  );
  figure(`${count} rows, put in a second`, count / (totals.get('here')! / 1e6), {
    ...(atGoal && { goal: '>= 12000' as const }),
  });
  const { queries, truth } = asked(data);
  const contenders = new Map<'here' | NativeName, typeof here | ReturnType<MakeContender>>();
  contenders.set('here', here);
  const makers = Object.entries(await natives(quick || graph.peers === 0));
  for (const [name, make] of makers as [NativeName, MakeContender | undefined][])
    if (make) contenders.set(name, await filledPeer(name, make, data, graph));
  const calls: Record<string, () => unknown> = {};
  for (const [name, contender] of contenders) {
    const searcher = contender.searcher(queries, K);
    const found = await smallestEf(contender, searcher, truth, { k: K, recall: 0.95 });
    if (found.recall < 0.95) throw new Error(`${name} does not reach recall .95`);
    calls[`${name} (${describe(found)})`] = roundOf(searcher);
  }
  await compare(`${data.name}, ${count} rows, recall@${K} 0.95`, calls, {
    per: Math.min(QUERIES_A_CALL, queries.length),
    goals: atGoal ? [{ perSecond: '>= 13000' }] : [],
  });
});
