import { equalBytes } from '@ruvector/core';
import { constantTimeEqual } from '@ruvector/crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { blob } from './seed.js';

it('constantTimeEqual agrees with the plain comparison', () => {
  const near = fc.tuple(blob(40), fc.nat(39), fc.nat(255)).map(([bytes, at, mask]) => {
    const other = bytes.slice();
    if (at < other.length) other[at]! ^= mask;
    return [bytes, other] as const;
  });
  fc.assert(
    fc.property(fc.oneof(near, fc.tuple(blob(4), blob(4))), ([a, b]) => {
      expect(constantTimeEqual(a, b)).toBe(equalBytes(a, b));
    }),
  );
});
