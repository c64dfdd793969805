import { concatBytes, equalBytes, toBase64Url, toHex } from '@ruvector/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const bytes = fc.uint8Array({ maxLength: 80 });

describe('bytes against Buffer', () => {
  it('are the same in hex and base64url', () => {
    fc.assert(
      fc.property(bytes, (b) => {
        expect(toHex(b)).toBe(Buffer.from(b).toString('hex'));
        expect(toBase64Url(b)).toBe(Buffer.from(b).toString('base64url'));
      }),
    );
  });

  it('are joined and compared alike', () => {
    fc.assert(
      fc.property(fc.array(bytes), bytes, (parts, other) => {
        const whole = concatBytes(...parts);
        expect(Buffer.from(whole).equals(Buffer.concat(parts))).toBe(true);
        expect(equalBytes(whole, other)).toBe(Buffer.from(whole).equals(other));
        expect(equalBytes(whole, whole.slice())).toBe(true);
      }),
    );
  });
});
