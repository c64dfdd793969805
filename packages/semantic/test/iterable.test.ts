import { describe, expect, it } from 'vitest';
import { checkIterable } from '../src/iterable.js';

describe('checkIterable', () => {
  it('gives back arrays, sets and generators as they are', () => {
    const generator = (function* () {
      yield 'a';
    })();
    for (const value of [['a'], new Set(['a']), generator])
      expect(checkIterable('texts', value)).toBe(value);
  });

  it.each(['abc', '', undefined, null, 5, {}, () => []])('refuses %j with a TypeError', (value) => {
    expect(() => checkIterable('texts', value as never)).toThrow(
      new TypeError(`texts must be an array or other iterable, got ${typeof value}`),
    );
  });
});
