import { bench } from '../../../tools/bench/bench.js';
import { random, randomWord } from '../../../tools/bench/seeded-data.js';
import { tenAgents, threeAgents } from '../test/fixtures/routing-sets.js';
import { rivals, type MakeMatch } from './rivals.js';

type Cases = readonly (readonly [task: string, agentId: string])[];

/** The share of tasks that go to the right agent. */
function topOne(make: MakeMatch, agents: ReadonlyMap<string, string>, cases: Cases): number {
  const match = make(agents);
  return cases.filter(([task, agentId]) => match(task) === agentId).length / cases.length;
}

const shuffled = (words: readonly string[]): string[] =>
  words
    .map((word) => [random.next(), word] as const)
    .sort(([a], [b]) => a - b)
    .map(([, word]) => word);

await bench({ agents: 200, tasks: 500, vocabulary: 3_000 }, async ({ parameters, figure }) => {
  const vocabulary = Array.from({ length: parameters.vocabulary }, randomWord);
  const draw = () => vocabulary[random.uint32() % vocabulary.length]!;
  const described = Array.from({ length: parameters.agents }, () =>
    Array.from({ length: 6 }, draw),
  );
  const agents = new Map(described.map((words, i) => [`agent-${i}`, words.join(' ')]));
  const cases: Cases = Array.from({ length: parameters.tasks }, () => {
    const i = random.uint32() % described.length;
    const words = [
      ...shuffled(described[i]!).slice(0, 3),
      randomWord(),
      randomWord(),
      randomWord(),
    ];
    return [shuffled(words).join(' '), `agent-${i}`] as const;
  });
  const sets = [
    ['task shares 3 of its 6 random words', agents, cases],
    ['3 agents in English', new Map(Object.entries(threeAgents.agents)), threeAgents.tasks],
    ['10 agents in English', new Map(Object.entries(tenAgents.agents)), tenAgents.tasks],
  ] as const;
  const all = Object.entries(await rivals());
  for (const [title, ofSet, tasks] of sets)
    for (const [name, make] of all) {
      if (make === undefined) continue;
      const goal = name === 'here' && ofSet === agents ? { goal: '>= 0.95' as const } : {};
      const share = topOne(make, ofSet, tasks);
      figure(`${title}, right at once: ${name}`, share, { digits: 2, ...goal });
    }
});
