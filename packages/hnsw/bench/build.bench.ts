import { bench } from '../../../tools/bench/bench.js';
import { COUNTS, chosenData } from './chosen-data.js';
import { ours } from './contenders/ours.js';
import { asked } from './exact-neighbours.js';
import { natives, shapeOf } from './filled.js';
import { recallOf } from './recall.js';
import { stagesOf } from './turns.js';

const STAGES = 25;
const EF = 100;

const parameters = { ...COUNTS, queries: 200, M: 16, efConstruction: 200 };

await bench(parameters, async ({ parameters: graph, quick, compareStages, figure }) => {
  const makers = { here: ours, ...(await natives(quick)) };
  for (const data of chosenData(graph, quick)) {
    const count = data.rows.length / data.dimensions;
    const slice = Math.ceil(count / STAGES);
    const built = Object.entries(makers).map(
      ([name, make]) => [name, make?.(shapeOf(data, graph))] as const,
    );
    const totals = await compareStages(
      `${data.name}: put one row in`,
      Object.fromEntries(built.map(([name, each]) => [name, each && stagesOf(each, data, slice)])),
      {
        stages: Math.ceil(count / slice),
        per: slice,
        goals: [...data.goals('build', 'hnswlib-node'), ...data.goals('build', 'usearch')],
      },
    );
    const { queries, truth } = asked(data);
    for (const [name, contender] of built) {
      if (contender === undefined) continue;
      contender.setEf(EF);
      const recall = await recallOf(contender.searcher(queries, 10), truth, 10);
      figure(`${data.name}: all ${count} rows, s of CPU: ${name}`, totals.get(name)! / 1e6, {
        digits: 1,
        detail: `and then recall@10 ${recall.toFixed(3)} at ef ${EF}`,
      });
    }
  }
});
