import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalize } from '@ruvector/crypto';
import { EXAMPLE, NUMBERS, SORTED_KEYS } from './data/rfc-8785.js';
import './seed.js';

function double(bits: string): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${bits}`));
  return view.getFloat64(0);
}

/** The plainest way to say what canonical JSON is: sort, then let the platform write. */
function oracle(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oracle).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${oracle(item)}`).join(',')}}`;
}

const json = fc.jsonValue({ maxDepth: 6, stringUnit: 'grapheme' });

describe('canonicalize', () => {
  it.each(NUMBERS)('writes the double %s as %s (RFC 8785 appendix B)', (bits, text) => {
    expect(canonicalize(double(bits))).toBe(text);
  });

  it('writes the example of RFC 8785 §3.2', () => {
    expect(canonicalize(EXAMPLE.value)).toBe(EXAMPLE.text);
  });

  it('sorts keys by UTF-16 units (RFC 8785 §3.2.3)', () => {
    const object = Object.fromEntries([...SORTED_KEYS].reverse().map((key) => [key, 1]));
    expect(Object.keys(object)).not.toEqual(SORTED_KEYS);
    const at = SORTED_KEYS.map((key) => canonicalize(object).indexOf(JSON.stringify(key)));
    expect(at).toEqual([...at].sort((a, b) => a - b));
  });

  it('agrees with a naive writer on whatever JSON can say', () => {
    fc.assert(
      fc.property(json, (value) => {
        fc.pre(!JSON.stringify(value).includes('__proto__'));
        expect(canonicalize(value)).toBe(oracle(value));
      }),
      { numRuns: 500 },
    );
  });

  it('does not unify NFC and NFD twins: composed and decomposed é stay two', () => {
    expect(canonicalize('\u00e9')).not.toBe(canonicalize('e\u0301'));
    expect(Object.keys(JSON.parse(canonicalize({ '\u00e9': 1, 'e\u0301': 2 })))).toHaveLength(2);
  });

  it.each([
    ['NaN', NaN],
    ['Infinity', Infinity],
    ['−Infinity', -Infinity],
    ['a bigint', 1n],
    ['undefined', undefined],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['a lone high surrogate', '\ud800'],
    ['a lone low surrogate', 'x\udc00y'],
    ['surrogates in the wrong order', '\udc00\ud800'],
    ['a hole', Object.assign([], { 0: 1, length: 3 })],
    ['an array with a property', Object.assign([1], { x: 1 })],
    ['an array with a symbol', Object.assign([1], { [Symbol('x')]: 1 })],
    ['a hole and a property', Object.assign([], { 0: 1, length: 2, x: 1 })],
    ['a Date', new Date(0)],
    ['a Map', new Map()],
    ['bytes', new Uint8Array(2)],
    ['a boxed number', Object(1)],
    ['a class instance', new (class A {})()],
    ['an object with toJSON', { toJSON: () => 1 }],
    ['an inherited property', Object.create({ a: 1 })],
    ['a symbol key', { [Symbol('x')]: 1 }],
    ['a hidden property', Object.defineProperty({}, 'x', { value: 1 })],
    ['an own __proto__', JSON.parse('{"__proto__":1}')],
    ['an error', new Error('x')],
  ])('throws a TypeError for %s, at any depth', (_, value) => {
    expect(() => canonicalize(value)).toThrow(TypeError);
    expect(() => canonicalize({ a: [value] })).toThrow(TypeError);
  });

  it('throws a TypeError for a lone surrogate in a key', () => {
    expect(() => canonicalize({ '\ud800': 1 })).toThrow(TypeError);
  });

  it('finds it also where strings do not know whether they are well-formed, as in older browsers', () => {
    const known = Object.getOwnPropertyDescriptor(String.prototype, 'isWellFormed');
    Object.defineProperty(String.prototype, 'isWellFormed', {
      value: undefined,
      configurable: true,
    });
    try {
      expect(() => canonicalize('x\udc00y')).toThrow(TypeError);
      expect(canonicalize('🦆')).toBe('"🦆"');
    } finally {
      Object.defineProperty(String.prototype, 'isWellFormed', known ?? { value: undefined });
    }
  });

  it('escapes a text that has pairs of surrogates too', () => {
    expect(canonicalize('🦆 "\\\n')).toBe('"🦆 \\"\\\\\\n"');
  });

  it('takes objects without a prototype', () => {
    expect(canonicalize(Object.assign(Object.create(null), { a: 1 }))).toBe('{"a":1}');
  });

  it('takes 64 levels and no more, unless told', () => {
    const nested = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown;
    expect(canonicalize(nested(64))).toHaveLength(128);
    expect(() => canonicalize(nested(65))).toThrow(/at most 64 levels/);
    expect(canonicalize(nested(65), { maxDepth: 65 })).toHaveLength(130);
    expect(() => canonicalize(1, { maxDepth: 1001 })).toThrow(RangeError);
  });

  it('throws a RangeError for a cycle and for depth 100,000', () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(() => canonicalize(cycle)).toThrow(RangeError);
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = { deep };
    expect(() => canonicalize(deep)).toThrow(RangeError);
  });

  it('counts bytes, not characters, up to 1 MiB unless told', () => {
    const maxBytes = 10;
    expect(canonicalize('12345678', { maxBytes })).toHaveLength(10);
    expect(() => canonicalize('123456789', { maxBytes })).toThrow(RangeError);
    expect(canonicalize('éééé', { maxBytes })).toHaveLength(6);
    expect(() => canonicalize('ééééé', { maxBytes })).toThrow(RangeError);
    expect(() => canonicalize('x'.repeat(1 << 20))).toThrow(RangeError);
    expect(canonicalize('x'.repeat(1 << 20), { maxBytes: 1 << 21 })).toHaveLength((1 << 20) + 2);
  });

  it('gives up early on what is far too large', () => {
    expect(() => canonicalize(Object.assign([], { length: 1e9 }))).toThrow(RangeError);
    const wide = Array.from({ length: 1000 }, () => 'x'.repeat(1 << 19));
    expect(() => canonicalize(wide)).toThrow(RangeError);
  });
});
