import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  equalBytes,
  fromBase64Url,
  fromHex,
  fromUtf8,
  isEdgeError,
  toBase64Url,
  toHex,
  utf8,
} from '@ruvector/core';

const bytes = fc.uint8Array({ maxLength: 64 });

/** The value, or `ERR_MALFORMED`; anything else thrown is thrown on. */
function orMalformed<T>(act: () => T): T | 'ERR_MALFORMED' {
  try {
    return act();
  } catch (error) {
    if (isEdgeError(error, 'ERR_MALFORMED')) return 'ERR_MALFORMED';
    throw error;
  }
}

describe('hex and base64url', () => {
  it('read back what they wrote', () => {
    fc.assert(
      fc.property(bytes, (b) => {
        expect(fromHex(toHex(b))).toEqual(b);
        expect(fromBase64Url(toBase64Url(b))).toEqual(b);
      }),
    );
  });

  it.each([
    [toHex, fromHex, '0123456789abcdefABCDEFg '],
    [toBase64Url, fromBase64Url, 'ABab01-_+/= \n'],
  ] as const)(
    'whatever is read has been written in its one spelling (%o)',
    (to, from, alphabet) => {
      const text = fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 12 });
      fc.assert(
        fc.property(fc.oneof(text, fc.string({ unit: 'binary', maxLength: 12 })), (t) => {
          const read = orMalformed(() => from(t));
          expect(read === 'ERR_MALFORMED' || to(read) === t).toBe(true);
        }),
        { numRuns: 1_000 },
      );
    },
  );

  it.each(['0', '0G', 'AB', ' 00', '00\n'])('fromHex refuses %j', (text) => {
    expect(orMalformed(() => fromHex(text))).toBe('ERR_MALFORMED');
  });

  it.each(['A', 'AAAAA', 'AB', 'AAB', 'AA==', 'AA\n', '+A', '/A', '😀A', 'ÄA'])(
    'fromBase64Url refuses %j',
    (text) => {
      expect(orMalformed(() => fromBase64Url(text))).toBe('ERR_MALFORMED');
    },
  );

  it('know the vectors of RFC 4648 §10, without padding', () => {
    const words = ['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar'];
    expect(words.map((word) => toBase64Url(utf8(word)))).toEqual([
      '',
      'Zg',
      'Zm8',
      'Zm9v',
      'Zm9vYg',
      'Zm9vYmE',
      'Zm9vYmFy',
    ]);
    expect(words.map((word) => toHex(utf8(word)))[6]).toBe('666f6f626172');
  });
});

describe('utf8 and fromUtf8', () => {
  it('bring every text back whole, a byte order mark too', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (t) => fromUtf8(utf8(t)) === t));
    expect(fromUtf8(utf8('\ufeffx'))).toBe('\ufeffx');
  });

  it.each([
    ['a lone continuation byte', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a truncated character', [0xe2, 0x82]],
    ['a value above U+10FFFF', [0xf5, 0x80, 0x80, 0x80]],
  ])('fromUtf8 refuses %s', (_, b) => {
    expect(orMalformed(() => fromUtf8(Uint8Array.from(b)))).toBe('ERR_MALFORMED');
  });
});

describe('equalBytes', () => {
  it('sees a difference in any one byte, and in the length', () => {
    const b = Uint8Array.from({ length: 20 }, (_, i) => i);
    for (let i = 0; i < b.length; i++) {
      const changed = b.slice();
      changed[i]! ^= 1;
      expect(equalBytes(b, changed)).toBe(false);
    }
    expect(equalBytes(b, b.subarray(1))).toBe(false);
  });
});
