import type { Clock, Random } from '@ruvector/edge/core';
import type { HnswIndex } from '@ruvector/edge/hnsw';
import type { Corpus } from './corpus.js';
import type { Model } from './model.js';
import { HITS_MAX, type QueryReport } from './report.js';

/**
 * Answers one question from the index; `ms` covers embedding the question and the search. What is
 * not similar at all is no answer, only the least far of what there is.
 */
export function search(query: string, index: HnswIndex, model: Model, clock: Clock): QueryReport {
  const start = clock.monotonic();
  const found = index.search(model.embedder.embed(query), HITS_MAX);
  const ms = clock.monotonic() - start;
  const hits = found.map(({ id, distance }) => ({ id: String(id), score: 1 - distance }));
  return { query, ms, hits: hits.filter(({ score }) => score > 0) };
}

const SAMPLES = 8;

/**
 * Whether some documents' vectors in the index are, bit by bit, what the model gives for them here.
 */
export function vectorsAgree(
  corpus: Corpus,
  index: HnswIndex,
  model: Model,
  random: Random,
): boolean {
  return Array.from({ length: SAMPLES }).every(() => {
    const { id, text } = corpus.documents[Math.floor(random.next() * corpus.documents.length)]!;
    const held = index.get(id);
    const expected = model.embedder.embed(text);
    return held === undefined || held.every((x, i) => Object.is(x, expected[i]));
  });
}
