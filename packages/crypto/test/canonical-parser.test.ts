import { isEdgeError } from '@ruvector/core';
import { canonicalize, parseCanonical } from '@ruvector/crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXAMPLE, NUMBERS } from './data/rfc-8785.js';
import './seed.js';

const json = fc.jsonValue({ maxDepth: 6, stringUnit: 'grapheme' });

function refusal(text: string): string | undefined {
  try {
    parseCanonical(text);
    return undefined;
  } catch (error) {
    return isEdgeError(error) ? error.code : String(error);
  }
}

describe('parseCanonical', () => {
  it('gives back what was written', () => {
    fc.assert(
      fc.property(json, (value) => {
        fc.pre(!JSON.stringify(value).includes('__proto__'));
        const text = canonicalize(value);
        expect(canonicalize(parseCanonical(text))).toBe(text);
        expect(parseCanonical(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it.each(NUMBERS)('reads the double %s from %s', (_, text) => {
    expect(canonicalize(parseCanonical(text))).toBe(text);
  });

  it('reads the example of RFC 8785', () => {
    expect(parseCanonical(EXAMPLE.text)).toEqual(JSON.parse(EXAMPLE.text));
  });

  it('refuses every text that is not its own canonical form', () => {
    const alphabet = fc.constantFrom(...'{}[]",:\\0123456789.eE+-truefalsn u/ \n\ud800é');
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 12 }), (characters) => {
        const text = characters.join('');
        expect(refusal(text) ?? canonicalize(JSON.parse(text))).toBeOneOf(['ERR_MALFORMED', text]);
      }),
      { numRuns: 5000 },
    );
  });

  it('refuses a canonical text with any one character added, taken out or changed', () => {
    const edit = fc.tuple(
      fc.nat(),
      fc.nat(2),
      fc.constantFrom(...' \t\n0123456789-+.eE"\\,:{}[]ux'),
    );
    fc.assert(
      fc.property(json, edit, (value, [place, kind, char]) => {
        fc.pre(!JSON.stringify(value).includes('__proto__'));
        const text = canonicalize(value);
        const at = place % (text.length + 1);
        const rest = text.slice(kind === 0 ? at : at + 1);
        const edited = text.slice(0, at) + (kind === 1 ? '' : char) + rest;
        // refused, or canonical again: as the text of another value
        const again = refusal(edited) ?? canonicalize(JSON.parse(edited));
        expect(again).toBeOneOf(['ERR_MALFORMED', edited]);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['nothing', ''],
    ['a byte order mark', '\ufeff{}'],
    ['white space before', ' {}'],
    ['white space inside', '{"a": 1}'],
    ['a trailing newline', '{}\n'],
    ['trailing text', '{}{}'],
    ['a trailing zero byte', '{}\0'],
    ['a duplicate key', '{"a":1,"a":2}'],
    ['a duplicate key in two spellings', '{"a":1,"\\u0061":2}'],
    ['keys out of order', '{"b":1,"a":2}'],
    ['__proto__', '{"__proto__":{}}'],
    ['__proto__ in escapes', '{"\\u005f_proto__":{}}'],
    ['−0', '-0'],
    ['1.0', '1.0'],
    ['1e2', '1e2'],
    ['1E+30', '1E+30'],
    ['01', '01'],
    ['+1', '+1'],
    ['.5', '.5'],
    ['5.', '5.'],
    ['2^53 + 1', '9007199254740993'],
    ['NaN', 'NaN'],
    ['Infinity', 'Infinity'],
    ['1e999', '1e999'],
    ['a long way of writing 0.1', '0.1000000000000000055511151231257827'],
    ['a lone surrogate', '"\ud800"'],
    ['a lone surrogate in escapes', '"\\ud800"'],
    ['an escape that need not be', '"\\u0061"'],
    ['an escaped solidus', '"\\/"'],
    ['an upper-case escape', '"\\u000F"'],
    ['a long escape for a short one', '"\\u000a"'],
    ['a raw control character', '"\u0001"'],
    ['an unknown escape', '"\\x41"'],
    ['a cut escape', '"\\u00'],
    ['a string without end', '"abc'],
    ['an array without end', '[1'],
    ['a trailing comma', '[1,]'],
    ['a leading comma', '[,1]'],
    ['a key without value', '{"a"}'],
    ['a key that is no string', '{a:1}'],
    ['single quotes', "'a'"],
    ['a comment', '/**/1'],
    ['True', 'True'],
    ['tru', 'tru'],
    ['nullx', 'nullx'],
    ['depth 65', '['.repeat(65) + ']'.repeat(65)],
    ['depth 100,000', '['.repeat(100_000)],
    ['depth 100,000 in objects', '{"a":'.repeat(100_000)],
    ['a megabyte and more', `"${'x'.repeat(1 << 20)}"`],
    ['more bytes than characters', `"${'é'.repeat(1 << 19)}"`],
  ])('refuses %s', (_, text) => {
    expect(refusal(text)).toBe('ERR_MALFORMED');
  });

  it('refuses 100 MB and a million keys at once', () => {
    expect(refusal(`"${'x'.repeat(100_000_000)}"`)).toBe('ERR_MALFORMED');
    const keys = Array.from({ length: 1_000_000 }, (_, i) => `"${i}":1`).join();
    expect(refusal(`{${keys}}`)).toBe('ERR_MALFORMED');
  });

  it('says of too many bytes that they are too many, also where the characters would do', () => {
    for (const text of [`"${'x'.repeat(99)}"`, `"${'é'.repeat(50)}"`, `"${'€'.repeat(33)}"`])
      expect(() => parseCanonical(text, { maxBytes: 100 })).toThrow('longer than 100 bytes');
    expect(parseCanonical(`"${'é'.repeat(49)}"`, { maxBytes: 100 })).toHaveLength(49);
  });

  it('keeps dangerous names as data', () => {
    const value = parseCanonical('{"constructor":1,"hasOwnProperty":2,"toString":3}') as object;
    expect(Object.keys(value)).toEqual(['constructor', 'hasOwnProperty', 'toString']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('reads escaped keys right after the platform cached others', () => {
    JSON.parse('{"k":1,"\\\\":2}');
    expect(parseCanonical('{"\\n":2,"k":1}')).toEqual({ '\n': 2, k: 1 });
  });

  it('takes more when told', () => {
    const deep = '['.repeat(500) + ']'.repeat(500);
    expect(canonicalize(parseCanonical(deep, { maxDepth: 500 }), { maxDepth: 500 })).toBe(deep);
    const long = `"${'x'.repeat(1 << 20)}"`;
    expect(parseCanonical(long, { maxBytes: 1 << 21 })).toHaveLength(1 << 20);
  });

  it('throws a TypeError if the text is none', () => {
    expect(() => parseCanonical(new Uint8Array(2) as unknown as string)).toThrow(TypeError);
  });
});
