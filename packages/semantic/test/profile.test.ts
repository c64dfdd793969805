import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  PROFILE_FEATURES_MAX,
  innerProduct,
  profileOfTexts,
  profileOfVector,
  toProfile,
} from '../src/profile.js';
import { SemanticEmbedder } from '../src/semantic-embedder.js';

const sparse = fc
  .dictionary(fc.nat({ max: 40 }).map(String), fc.integer({ min: 1, max: 9 }))
  .map((entries) => new Map(Object.entries(entries).map(([key, value]) => [Number(key), value])));

const profileOf = (entries: ReadonlyMap<number, number>) => {
  const sorted = [...entries].sort((a, b) => a[0] - b[0]);
  return toProfile(
    sorted.map(([key]) => key),
    sorted.map(([, value]) => value),
  );
};

describe('innerProduct', () => {
  it('sums the products of what both profiles have', () => {
    fc.assert(
      fc.property(sparse, sparse, (a, b) => {
        let sum = 0;
        for (const [key, value] of a) sum += value * (b.get(key) ?? 0);
        expect(innerProduct(profileOf(a), profileOf(b))).toBe(sum);
      }),
    );
  });

  it('of a profile with itself is its squared length', () => {
    fc.assert(
      fc.property(sparse, (entries) => {
        const profile = profileOf(entries);
        expect(innerProduct(profile, profile)).toBeCloseTo(profile.norm ** 2, 6);
      }),
    );
  });
});

describe('profileOfTexts', () => {
  const embedder = new SemanticEmbedder();

  it('has ascending keys and counts a feature of several texts once, with more weight', () => {
    const once = profileOfTexts(embedder, ['rust']);
    const twice = profileOfTexts(embedder, ['rust', 'rust']);
    expect(twice.keys).toEqual(once.keys);
    expect([...once.keys]).toEqual([...once.keys].sort((a, b) => a - b));
    expect(twice.norm).toBeCloseTo(once.norm * Math.SQRT2, 6);
  });

  it('keeps the strongest features of a text with too many', () => {
    const many = Array.from({ length: PROFILE_FEATURES_MAX }, (_, i) => `w${i.toString(36)}`);
    const profile = profileOfTexts(embedder, [many.join(' '), 'rust '.repeat(50)]);
    expect(profile.keys).toHaveLength(PROFILE_FEATURES_MAX);
    const rust = profileOfTexts(embedder, ['rust']);
    expect([...rust.keys].filter((key) => profile.keys.includes(key))).toHaveLength(
      rust.keys.length,
    );
  });

  it('is empty for texts without words', () => {
    expect(profileOfTexts(embedder, ['', '?!'])).toEqual(toProfile([], []));
  });
});

describe('profileOfVector', () => {
  it('has the places of values that are not 0 as keys', () => {
    expect(profileOfVector(Float32Array.of(0, 3, 0, -4))).toEqual({
      keys: Uint32Array.of(1, 3),
      values: Float32Array.of(3, -4),
      norm: 5,
    });
  });
});
