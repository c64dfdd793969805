import type { VectorStorage } from '@ruvector/hnsw';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { METRICS } from '../data.js';
import { Pair, replay, steps } from '../model.js';

const STORAGES: VectorStorage[] = ['f32+sq7', 'sq7', 'f32'];

it.each(METRICS.flatMap((metric) => STORAGES.map((storage) => ({ metric, storage }))))(
  'long sequences of changes leave what an exact index has, $metric, $storage',
  async ({ metric, storage }) => {
    await fc.assert(
      fc.asyncProperty(steps(400), async (all) => {
        expect(await replay(new Pair(metric, storage), all)).toBe(all.length);
      }),
      { numRuns: 60, seed: Number(process.env['FC_SEED'] ?? 2) },
    );
  },
  120_000,
);
