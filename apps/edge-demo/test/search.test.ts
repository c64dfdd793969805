import { seededRandom, systemClock } from '@ruvector/edge/core';
import { HnswIndex } from '@ruvector/edge/hnsw';
import { describe, expect, it } from 'vitest';
import { fitModel } from '../src/model.js';
import { search, vectorsAgree } from '../src/search.js';

const texts = ['glob patterns match files', 'elliptic curve signatures', 'parse yaml documents'];
const documents = texts.map((text, at) => ({ id: `${at}.md`, text }));
const corpus = { documents, bytes: 0, skipped: [] };
const model = fitModel(corpus);
const indexed = (): HnswIndex => {
  const index = new HnswIndex({ metric: 'cosine' });
  for (const { id, text } of documents) index.insert(id, model.embedder.embed(text));
  return index;
};

describe('search', () => {
  it('finds the document that says it, best first, with its cosine as score', () => {
    const { query, ms, hits } = search('match files by glob', indexed(), model, systemClock);
    expect(query).toBe('match files by glob');
    expect(ms).toBeGreaterThanOrEqual(0);
    expect(hits.map(({ id }) => id)[0]).toBe('0.md');
    expect(hits.map(({ score }) => score)).toEqual(
      hits.map(({ score }) => score).toSorted((a, b) => b - a),
    );
    const same = search(texts[1]!, indexed(), model, systemClock).hits[0]!;
    expect(same.id).toBe('1.md');
    expect(same.score).toBeCloseTo(1, 6);
  });

  it('gives no hits for a question that has nothing of any document', () => {
    expect(search('日本語', indexed(), model, systemClock).hits).toEqual([]);
  });

  it('leaves out documents that are not similar at all', () => {
    const index = new HnswIndex({ metric: 'cosine' });
    const vector = model.embedder.embed(texts[0]!);
    index.insert('same', vector);
    index.insert(
      'opposite',
      vector.map((x) => -x),
    );
    const { hits } = search(texts[0]!, index, model, systemClock);
    expect(hits.map(({ id }) => id)).toEqual(['same']);
  });
});

describe('vectorsAgree', () => {
  it('holds for vectors of the model and for none at all', () => {
    expect(vectorsAgree(corpus, indexed(), model, seededRandom(1))).toBe(true);
    expect(vectorsAgree(corpus, new HnswIndex(), model, seededRandom(1))).toBe(true);
  });

  it('fails when vectors are off by one bit', () => {
    const index = indexed();
    for (const { id } of documents) {
      const vector = index.get(id)!;
      new Uint32Array(vector.buffer)[0]! ^= 1;
      index.upsert(id, vector);
    }
    expect(vectorsAgree(corpus, index, model, seededRandom(1))).toBe(false);
  });
});

describe('fitModel', () => {
  it('gives the same bytes and hash for the same corpus, and others for another', () => {
    expect(fitModel(corpus).hash).toBe(model.hash);
    expect(model.hash).toMatch(/^[0-9a-f]{64}$/);
    const other = { ...corpus, documents: [...documents, { id: 'x', text: 'rust files' }] };
    expect(fitModel(other).hash).not.toBe(model.hash);
  });
});
