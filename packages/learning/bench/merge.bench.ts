import { strictEqual } from 'node:assert';
import { PatternStore } from '@ruvector/learning';
import { bench } from '../../../tools/bench/bench.js';
import { randomVector } from '../../../tools/bench/seeded-data.js';

await bench({ n: 1_000, dimensions: 64 }, async ({ parameters, compare }) => {
  const { n, dimensions } = parameters;
  const from = new PatternStore({ agentId: 'from' });
  const vector = randomVector(dimensions);
  for (let i = 0; i < n; i++) from.record(`pattern-${i}`, { vector, outcome: 1, confidence: 1 });
  const delta = from.delta();
  const merging = (merge: (into: PatternStore) => number) => () => {
    const into = new PatternStore({ agentId: 'into' });
    strictEqual(merge(into), n);
    return into;
  };
  const options = { per: n, goals: [{ perSecond: '>= 200000' }] } as const;
  await compare('a pattern from a store', { merge: merging((into) => into.merge(from)) }, options);
  await compare(
    'a pattern from bytes',
    { applyDelta: merging((into) => into.applyDelta(delta)) },
    options,
  );
});
