import { HnswIndex } from '@ruvector/hnsw';
import { expect, it } from 'vitest';
import { clustered, row } from './data.js';

const DATA = clustered(300, 768, 1);

function filled(count: number): HnswIndex {
  const index = new HnswIndex({ efConstruction: 10 });
  for (let id = 0; id < count; id++) index.insert(id, row(DATA, id));
  return index;
}

it('what codes of many dimensions are worth is measured in the course of several inserts', () => {
  const index = filled(256);
  expect(index.stats()).toMatchObject({ traversal: 'f32', agreement: undefined });
  let id = 256;
  for (; index.stats().traversal === 'f32'; id++) index.insert(id, row(DATA, id));
  expect(id).toBeGreaterThan(257);
  expect(id).toBeLessThan(270);
  expect(index.stats().agreement).toBeGreaterThan(0.98);
});

it('is measured to its end before the index is saved or compacted', () => {
  const index = filled(256);
  const loaded = HnswIndex.load(index.save());
  for (const each of [index, loaded]) expect(each.stats().traversal).toBe('codes');
  const compacted = filled(256);
  compacted.compact();
  expect(compacted.stats().agreement).toBe(index.stats().agreement);
});

it('does without vectors that were deleted meanwhile', () => {
  const index = filled(256);
  for (let id = 0; id < 200; id++) index.delete(id);
  for (let id = 0; id < 20; id++) index.insert(id, row(DATA, id));
  expect(index.stats()).toMatchObject({ traversal: 'codes', size: 76 });
  for (let id = 0; id < 20; id++) expect(index.search(row(DATA, id), 1)[0]!.id).toBe(id);
});
