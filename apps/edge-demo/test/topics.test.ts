import { describe, expect, it } from 'vitest';
import { TOPICS, topicsOf } from '../src/topics.js';

const names = (worker: number, workers: number) =>
  topicsOf(worker, workers)
    .map(({ name }) => name)
    .toSorted()
    .join(' ');

describe('topicsOf', () => {
  it.each([1, 2, 3, 12, 13, 64])('gives %i workers different topics and leaves none out', (n) => {
    const sets = Array.from({ length: n }, (_, worker) => names(worker, n));
    expect(new Set(sets).size).toBe(n);
    expect(new Set(sets.join(' ').split(' '))).toEqual(new Set(TOPICS.map(({ name }) => name)));
  });
});
