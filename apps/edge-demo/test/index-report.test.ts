import { seededRandom } from '@ruvector/edge/core';
import { HnswIndex } from '@ruvector/edge/hnsw';
import { expect, it } from 'vitest';
import { reportIndex } from '../src/index-report.js';

function indexOf(count: number, poor = {}): HnswIndex {
  const random = seededRandom(1);
  const index = new HnswIndex({ metric: 'cosine', ...poor });
  for (let id = 0; id < count; id++)
    index.insert(
      `${id}.md`,
      Array.from({ length: 32 }, () => random.next() - 0.5),
    );
  return index;
}

it('a small index compares with all, and finds all', () => {
  expect(reportIndex(indexOf(20), seededRandom(1))).toMatchObject({
    size: 20,
    dimensions: 32,
    kernel: expect.stringMatching(/^(base|relaxed)$/),
    efSearch: null,
    recall: 1,
  });
});

it('the recall of a poor graph that is searched in a hurry is told as it is', () => {
  const poor = { M: 8, efConstruction: 16, targetRecall: 0.5 };
  const { efSearch, recall } = reportIndex(indexOf(8_000, poor), seededRandom(1));
  expect(efSearch).toBeGreaterThan(10);
  expect(recall).toBeLessThan(0.95);
});

it('an empty index misses nothing', () => {
  expect(reportIndex(new HnswIndex(), seededRandom(1))).toMatchObject({ size: 0, recall: 1 });
});
