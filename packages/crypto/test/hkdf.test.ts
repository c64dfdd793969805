import { expand, hkdf as nobleHkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@ruvector/core';
import { describe, expect, it } from 'vitest';
import { hkdf, hkdfBlocks, hmacSha256 } from '../src/hkdf.js';

const bytes = (length: number, first: number) =>
  Uint8Array.from({ length }, (_, i) => (first + 7 * i) & 0xff);

describe('hkdf', () => {
  it.each([0, 1, 31, 32, 33, 63, 64, 65, 200])(
    'gives what that of noble gives, with %i bytes of salt, key or info',
    (length) => {
      for (const [ikm, salt, info] of [
        [length, 32, 9],
        [32, length, 0],
        [17, 0, length],
      ] as const)
        for (const wanted of [1, 32, 42, 64, 96, 255 * 32]) {
          const parts = [bytes(ikm, 1), bytes(salt, 2), bytes(info, 3), wanted] as const;
          expect(hkdf(...parts)).toEqual(nobleHkdf(sha256, ...parts));
        }
    },
  );

  it('expands to arrays of 32 bytes, each its own memory', () => {
    const [key, info] = [bytes(32, 1), bytes(26, 2)];
    const blocks = hkdfBlocks(key, info, 5);
    expect(blocks.map(({ buffer }) => buffer.byteLength)).toEqual([32, 32, 32, 32, 32]);
    expect(concatBytes(...blocks)).toEqual(expand(sha256, key, info, 160));
  });

  it('gives the same whatever came before, and leaves its arguments alone', () => {
    const [ikm, salt, info] = [bytes(32, 1), bytes(32, 2), bytes(8, 3)];
    const first = hkdf(ikm, salt, info, 64);
    hkdfBlocks(bytes(32, 9), bytes(70, 4), 3);
    hkdf(bytes(90, 5), bytes(90, 6), bytes(90, 7), 33);
    expect(hkdf(ikm, salt, info, 64)).toEqual(first);
    expect([ikm, salt, info]).toEqual([bytes(32, 1), bytes(32, 2), bytes(8, 3)]);
  });

  it('gives memory of its own', () => {
    const out = hkdf(bytes(32, 1), bytes(32, 2), bytes(8, 3), 32);
    expect(out.buffer.byteLength).toBe(32);
    const copy = out.slice();
    hkdf(bytes(32, 4), bytes(32, 5), bytes(8, 6), 32);
    expect(out).toEqual(copy);
  });
});

describe('hmacSha256', () => {
  it.each([0, 1, 32, 63, 64, 65, 200])(
    'gives what that of noble gives, with %i bytes',
    (length) => {
      for (const [key, message] of [
        [bytes(length, 1), bytes(55, 2)],
        [bytes(32, 3), bytes(length, 4)],
      ] as const)
        expect(hmacSha256(key, message)).toEqual(hmac(sha256, key, message));
    },
  );
});
