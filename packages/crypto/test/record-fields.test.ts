import { isEdgeError } from '@ruvector/core';
import { describe, expect, it } from 'vitest';
import {
  base64UrlField,
  idField,
  integerField,
  listField,
  nullOr,
  readExact,
} from '../src/record-fields.js';

const READERS = { a: idField, b: /* @__PURE__ */ nullOr(integerField(0, 9)) };
const read = (value: unknown) => readExact<{ a: string; b: number | null }>('it', value, READERS);

function refusal(f: () => unknown): string {
  try {
    f();
    return 'taken';
  } catch (error) {
    return isEdgeError(error, 'ERR_MALFORMED') ? error.message : String(error);
  }
}

describe('readExact', () => {
  it('copies and freezes what has exactly the right fields', () => {
    const value = { b: null, a: 'x' };
    expect(read(value)).toEqual(value);
    expect(read(value)).not.toBe(value);
    expect(Object.isFrozen(read(value))).toBe(true);
    expect(read(Object.assign(Object.create(null), value))).toEqual(value);
  });

  it.each([
    ['a missing field', { a: 'x' }, 'it must have exactly 2 fields'],
    ['an unknown field', { a: 'x', b: 1, c: 2 }, 'it must have exactly 2 fields'],
    ['another field', { a: 'x', c: 1 }, 'it.b is missing'],
    ['an inherited field', { a: 'x', c: 1, ['__proto__']: { b: 1 } }, 'it must have exactly 2'],
    ['a symbol', { a: 'x', [Symbol('b')]: 1 }, 'it.b is missing'],
    ['a wrong type', { a: 'x', b: '1' }, 'it.b must be an integer from 0 to 9'],
    ['a value out of range', { a: 'x', b: 10 }, 'it.b must be an integer from 0 to 9'],
    ['null', null, 'it must be an object'],
    ['an array', ['x', 1], 'it must be a plain object'],
    [
      'an instance',
      new (class {
        a = 'x';
        b = 1;
      })(),
      'it must be a plain object',
    ],
    ['text', 'ab', 'it must be an object'],
  ])('refuses %s', (_, value, message) => {
    expect(refusal(() => read(value))).toContain(message);
  });

  it('looks at each field once, so that an accessor has no second answer', () => {
    let reads = 0;
    const shifty = {
      get a() {
        reads += 1;
        return reads === 1 ? 'x' : 'not an id!';
      },
      b: 1,
    };
    expect(read(shifty)).toEqual({ a: 'x', b: 1 });
    expect(reads).toBe(1);
  });
});

describe('base64UrlField', () => {
  const field = base64UrlField(1);

  it.each(['AA', '_w'])('takes the one spelling %j', (text) => expect(field(text, 'f')).toBe(text));

  it.each(['A', 'AA=', 'AAA', 'AB', 'A+', '', 7, null])('refuses %j', (value) => {
    expect(refusal(() => field(value, 'f'))).not.toBe('taken');
  });
});

describe('listField', () => {
  const field = listField(integerField(0, 9), 3);

  it('copies and freezes a list', () => {
    expect(field([1, 2], 'f')).toEqual([1, 2]);
    expect(Object.isFrozen(field([], 'f'))).toBe(true);
  });

  it.each([
    ['four items', [1, 2, 3, 4]],
    ['a wrong item', [1, 'x']],
    ['a hole', Object.assign([], { 0: 1, length: 2 })],
    ['a property', Object.assign([1], { x: 1 })],
    ['an object', { length: 0 }],
  ])('refuses %s', (_, value) => expect(refusal(() => field(value, 'f'))).not.toBe('taken'));
});
