import type { VectorStorage } from '@ruvector/hnsw';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { METRICS } from './data.js';
import { Pair, replay, steps } from './model.js';

fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 1) });

const STORAGES: VectorStorage[] = ['f32+sq7', 'sq7', 'f32'];

it.each(METRICS.flatMap((metric) => STORAGES.map((storage) => ({ metric, storage }))))(
  'whatever is done in whatever order, it is what an exact index is, $metric, $storage',
  async ({ metric, storage }) => {
    await fc.assert(
      fc.asyncProperty(steps(60), async (all) => {
        expect(await replay(new Pair(metric, storage), all)).toBe(all.length);
      }),
      { numRuns: 15 },
    );
  },
);
