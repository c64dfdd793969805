import { HnswIndex, type VectorStorage } from '@ruvector/hnsw';
import { expect, it } from 'vitest';
import { exactOf, METRICS, recallOf, row, uniform } from './data.js';

const far = (count: number, seed: number) => {
  const drawn = uniform(count, 16, seed);
  return { ...drawn, values: drawn.values.map((value) => 3_000 + 500 * value) };
};

for (const storage of ['f32+sq7', 'sq7'] as VectorStorage[])
  it.each(METRICS)(`all replaced by upsert with others far away, ${storage}, %s`, (metric) => {
    const [before, after] = [uniform(3_000, 16, 1), far(3_000, 2)];
    const index = new HnswIndex({ metric, storage });
    for (let id = 0; id < 3_000; id++) index.insert(id, row(before, id));
    for (let id = 0; id < 3_000; id++) index.upsert(id, row(after, id));
    const recall = recallOf(index, exactOf(after, metric), far(60, 3));
    expect(recall).toBeGreaterThanOrEqual(storage === 'sq7' ? 0.75 : 0.95);
  });
