import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TEXT_CHARS_MAX, fnv1a, forEachFeature, wordsOf } from '../src/text-features.js';

const plain = () => 1;

function featuresOf(words: readonly string[]): [hash: number, weight: number][] {
  const features: [number, number][] = [];
  forEachFeature(words, plain, (hash, weight) => features.push([hash, weight]));
  return features;
}

describe('wordsOf', () => {
  it.each([
    ['Build RUST library', ['build', 'rust', 'library']],
    ['snake_case, kebab-case; x.y', ['snake', 'case', 'kebab', 'case', 'x', 'y']],
    ['C++ and C#, not a+b or #1', ['c++', 'and', 'c#', 'not', 'a', 'b', 'or', '1']],
    ['Straße ÉCOLE école', ['straße', 'école', 'école']],
    ['Привет, мир', ['привет', 'мир']],
    ['Rustで書く', ['rust', 'で', '書', 'く']],
    ['नमस्ते दुनिया', ['नमस्ते', 'दुनिया']],
    ['𝓡𝓾𝓼𝓽 ① ｈｔｍｌ', ['rust', '1', 'html']],
    ['🚀 -- !?', []],
    ['', []],
  ])('of %j are %j', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  it('are the same for composed and decomposed letters', () => {
    expect(wordsOf('é')).toEqual(wordsOf('e\u0301'));
  });

  it('keeps lone surrogates out', () => {
    expect(wordsOf('a\ud800b')).toEqual(['a', 'b']);
  });

  it('refuses what is no string, too long, or too long once normalised', () => {
    expect(() => wordsOf(7 as unknown as string)).toThrow(TypeError);
    expect(() => wordsOf('a'.repeat(TEXT_CHARS_MAX + 1))).toThrow(RangeError);
    expect(() => wordsOf('\ufdfa'.repeat(TEXT_CHARS_MAX / 16))).toThrow(/NFKC/);
  });
});

describe('fnv1a', () => {
  // the authors' published test vectors for 32-bit FNV-1a
  it.each([
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['foobar', 0xbf9cf968],
  ])('of %j is %i', (text, hash) => {
    expect(fnv1a(text)).toBe(hash);
  });
});

describe('forEachFeature', () => {
  it('gives a word its hash, its pair with the word before, and its grams', () => {
    const alone = featuresOf(['go']);
    expect(alone).toHaveLength(1); // too short for grams
    const both = featuresOf(['go', 'rust']);
    // 2 words, 1 pair; with its edges "rust" has 4 grams of three and 3 of four
    expect(both).toHaveLength(2 + 1 + 7);
    expect(both[0]).toEqual(alone[0]);
  });

  it('tells word order', () => {
    const [, , ab] = featuresOf(['c', 'go']);
    const [, , ba] = featuresOf(['go', 'c']);
    expect(ab).not.toEqual(ba);
  });

  it('gives the grams of a word the same energy, however long it is', () => {
    const energy = (word: string) =>
      featuresOf([word]).reduce((sum, [, weight]) => sum + weight, 0);
    expect(energy('abcd')).toBeCloseTo(energy('abcdefghijklmnopq'), 10);
  });

  it('shares the features of a singular with its plural, and grams with other inflections', () => {
    const hashes = (word: string) => new Set(featuresOf([word]).map(([hash]) => hash));
    expect(hashes('queries')).toEqual(hashes('query'));
    const shared = [...hashes('training')].filter((hash) => hashes('train').has(hash));
    expect(shared.length).toBeGreaterThanOrEqual(4);
  });

  it('weighs function words down without dropping them', () => {
    expect(featuresOf(['with'])[0]![1]).toBeLessThan(featuresOf(['rust'])[0]![1] / 2);
    expect(featuresOf(['with'])[0]![1]).toBeGreaterThan(0);
  });

  it('gives at most 2 features a character and word, all of them unsigned 32-bit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, maxLength: 40 }), { maxLength: 20 }),
        (words) => {
          const features = featuresOf(words);
          const chars = words.reduce((sum, word) => sum + word.length, 0);
          expect(features.length).toBeLessThanOrEqual(2 * (chars + words.length));
          for (const [hash, weight] of features) {
            expect(hash >>> 0).toBe(hash);
            expect(weight).toBeGreaterThan(0);
          }
        },
      ),
    );
  });
});
