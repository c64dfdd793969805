import { SemanticEmbedder } from '@ruvector/semantic';
import { bench } from '../../../tools/bench/bench.js';
import { randomText, randomWord } from '../../../tools/bench/seeded-data.js';
import { rivals } from './rivals.js';

const all = await rivals();

await bench({ agentWords: 18, taskWords: 6 }, async ({ parameters, compare }) => {
  const { agentWords, taskWords } = parameters;
  const vocabulary = Array.from({ length: 5_000 }, randomWord);
  const tasks = Array.from({ length: 500 }, () => randomText(vocabulary, taskWords));
  for (const size of [10, 100, 1_000]) {
    const agents = new Map(
      Array.from({ length: size }, (_, i) => [`agent-${i}`, randomText(vocabulary, agentWords)]),
    );
    let next = 0;
    const contenders = Object.entries(all).map(([name, make]) => {
      const match = make?.(agents);
      return [name, match && (() => match(tasks[next++ % tasks.length]!))] as const;
    });
    await compare(
      `match among ${size} agents`,
      Object.fromEntries(contenders),
      size === 100 ? { goals: [{ micros: '<= 100' }] } : {},
    );
  }
  const embedder = new SemanticEmbedder();
  const text = randomText(vocabulary, 15_000).slice(0, 102_400);
  await compare('embed 100 KiB of ASCII', { here: () => embedder.embed(text) });
});
