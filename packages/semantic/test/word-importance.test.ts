import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wordHash } from '../src/text-features.js';
import { IMPORTANCE_BUCKETS, fitImportance, importanceOf } from '../src/word-importance.js';

const importance = (texts: string[], word: string) =>
  importanceOf(fitImportance(texts), wordHash(word));

describe('fitImportance', () => {
  it('gives 1 + log2((N + 1) / (df + 1)) in steps of 1/8', () => {
    const texts = ['rust code', 'rust tests', 'python code'];
    expect(importance(texts, 'python')).toBe(2); // 1 + log2(4 / 2)
    expect(importance(texts, 'rust')).toBe(1.375); // 1 + log2(4 / 3) = 1.415
    expect(importance(texts, 'unseen')).toBe(3); // 1 + log2(4 / 1)
  });

  it('counts a word once a text, and a plural as its singular', () => {
    expect(importance(['agent agent agents', 'x'], 'agent')).toBe(
      importance(['agents', 'x'], 'agent'),
    );
  });

  it('is undefined without texts, and importance is then 1', () => {
    expect(fitImportance([])).toBeUndefined();
    expect(importanceOf(undefined, 5)).toBe(1);
  });

  it('takes the same memory for any vocabulary', () => {
    const texts = Array.from({ length: 200 }, (_, i) =>
      Array.from({ length: 500 }, (__, j) => `w${i * 500 + j}`).join(' '),
    );
    expect(fitImportance(texts)).toHaveLength(IMPORTANCE_BUCKETS);
  });

  it('never ranks a word above one that occurs in fewer texts', () => {
    const words = ['red', 'green', 'blue', 'amber'];
    fc.assert(
      fc.property(fc.array(fc.subarray(words, { minLength: 1 }), { minLength: 1 }), (texts) => {
        const table = fitImportance(texts.map((text) => text.join(' ')));
        const df = (word: string) => texts.filter((text) => text.includes(word)).length;
        const byRarity = words.toSorted((a, b) => df(b) - df(a));
        const importances = byRarity.map((word) => importanceOf(table, wordHash(word)));
        expect(importances).toEqual(importances.toSorted((a, b) => a - b));
      }),
    );
  });
});
