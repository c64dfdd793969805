import { FlatIndex, type HnswIndex } from '@ruvector/edge/hnsw';
import type { Random } from '@ruvector/edge/core';
import { HITS_MAX, type Report } from './report.js';

/** Vectors of the index that it is asked for the nearest of. */
const SAMPLE = 100;

/**
 * What the index is made of, and how much of what is nearest it finds: compared, for some of its
 * own vectors, with an index that looks at all of them in 32 bits.
 */
export function reportIndex(index: HnswIndex, random: Random): Report['index'] {
  const { size, dimensions = 0, kernel, bytesPerVector, efSearch } = index.stats();
  const ids = [...index];
  const exact = new FlatIndex({ metric: index.metric });
  for (const id of ids) exact.insert(id, index.get(id)!);
  let [found, wanted] = [0, 0];
  for (let i = 0; i < Math.min(SAMPLE, ids.length); i++) {
    const query = index.get(ids[Math.floor(random.next() * ids.length)]!)!;
    const nearest = new Set(exact.search(query, HITS_MAX).map(({ id }) => id));
    found += index.search(query, HITS_MAX).filter(({ id }) => nearest.has(id)).length;
    wanted += nearest.size;
  }
  const recall = wanted === 0 ? 1 : found / wanted;
  return { size, dimensions, kernel, bytesPerVector, efSearch: efSearch ?? null, recall };
}
