import { utf8 } from '@ruvector/core';
import { describe, expect, it } from 'vitest';
import { hash32, hash64 } from '../src/hash.js';

describe('hash32', () => {
  // Published values of MurmurHash3_x86_32, as listed in its Wikipedia article.
  it.each([
    ['', 0, 0],
    ['', 1, 0x514e28b7],
    ['test', 0, 0xba6bd213],
    ['test', 0x9747b28c, 0x704b81dc],
    ['Hello, world!', 0, 0xc0363e43],
    ['Hello, world!', 0x9747b28c, 0x24884cba],
    ['The quick brown fox jumps over the lazy dog', 0, 0x2e4ff723],
    ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
  ])('of %j with seed %i is the published one', (text, seed, expected) => {
    expect(hash32(utf8(text), seed)).toBe(expected);
  });

  it('gives 64 bits without collision among 20,000 short keys', () => {
    const seen = new Set(Array.from({ length: 20_000 }, (_, i) => hash64(utf8(`k${i}`))));
    expect(seen.size).toBe(20_000);
  });
});
