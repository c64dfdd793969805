import type { VectorStorage } from '@ruvector/hnsw';
import fc from 'fast-check';
import { it } from 'vitest';
import { METRICS } from '../data.js';
import { Pair, steps } from '../model.js';

const STORAGES: VectorStorage[] = ['f32+sq7', 'sq7', 'f32'];

// oxlint-disable-next-line vitest/expect-expect -- Pair does
it.each(METRICS.flatMap((metric) => STORAGES.map((storage) => ({ metric, storage }))))(
  'long sequences of changes leave what an exact index has, $metric, $storage',
  async ({ metric, storage }) => {
    await fc.assert(
      fc.asyncProperty(steps(400), async (all) => {
        const pair = new Pair(metric, storage);
        for (const step of all) await pair.take(step);
        pair.check();
      }),
      { numRuns: 60, seed: Number(process.env['FC_SEED'] ?? 2) },
    );
  },
  120_000,
);
