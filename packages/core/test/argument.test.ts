import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkBoolean,
  checkBytes,
  checkId,
  checkInteger,
  checkNumber,
  checkObject,
  checkSignal,
  checkString,
  checkText,
  checkVector,
  isId,
} from '@ruvector/core';

describe('checkInteger', () => {
  it('gives back every safe integer within its range', () => {
    fc.assert(fc.property(fc.maxSafeInteger(), (n) => checkInteger('n', n) === n));
    expect(checkInteger('n', 5, { min: 5, max: 5 })).toBe(5);
  });

  it.each([0.5, NaN, Infinity, -Infinity, 2 ** 53, -1, 11])('refuses %s for 0 to 10', (value) => {
    expect(() => checkInteger('n', value, { min: 0, max: 10 })).toThrow(
      new RangeError(`n must be an integer from 0 to 10, got ${value}`),
    );
  });

  it.each([
    ['"5"', '5'],
    ['5n', 5n],
    ['undefined', undefined],
    ['null', null],
    ['Array', []],
  ])('refuses %s with a TypeError that says what it got', (shown, value) => {
    expect(() => checkInteger('n', value)).toThrow(
      new TypeError(`n must be a number, got ${shown}`),
    );
  });
});

describe('checkNumber', () => {
  it('takes finite numbers only, within its range', () => {
    expect(checkNumber('x', -0.25, { min: -1 })).toBe(-0.25);
    for (const value of [NaN, Infinity, -Infinity, -1.01])
      expect(() => checkNumber('x', value, { min: -1 })).toThrow(RangeError);
    expect(() => checkNumber('x', '1')).toThrow(TypeError);
  });
});

describe('checkString', () => {
  it('counts characters, and shows the length, not the text, of one that is too long', () => {
    expect(checkString('s', 'abc', { min: 3, max: 3 })).toBe('abc');
    expect(() => checkString('s', 'secret', { max: 3 })).toThrow(
      new RangeError('s must have 0 to 3 characters, got 6'),
    );
    expect(() => checkString('s', '', { min: 1 })).toThrow(RangeError);
    expect(() => checkString('s', 5)).toThrow(TypeError);
  });

  it('takes at most 1 MiB of characters unless told otherwise', () => {
    expect(checkString('s', 'x'.repeat(1 << 20)).length).toBe(1 << 20);
    expect(() => checkString('s', 'x'.repeat((1 << 20) + 1))).toThrow(RangeError);
  });
});

describe('checkText', () => {
  it('takes what checkString takes, whole characters of two units among it', () => {
    expect(checkText('key', 'a😀', { min: 3, max: 3 })).toBe('a😀');
    expect(() => checkText('key', 'four', { max: 3 })).toThrow(
      new RangeError('key must have 0 to 3 characters, got 4'),
    );
    expect(() => checkText('key', 5)).toThrow(TypeError);
  });

  it.each(['\ud83d', '\ude00', 'a\ud83db', '\ude00\ud83d'])(
    'refuses half a character: %j',
    (text) => {
      expect(() => checkText('key', text)).toThrow(
        new RangeError('key must not have a lone surrogate'),
      );
    },
  );
});

describe('checkBoolean', () => {
  it('gives back true and false, and takes nothing that only counts as one', () => {
    expect([checkBoolean('b', true), checkBoolean('b', false)]).toEqual([true, false]);
    for (const [value, shown] of [
      [1, '1'],
      ['', '""'],
      [null, 'null'],
      [undefined, 'undefined'],
    ])
      expect(() => checkBoolean('b', value)).toThrow(
        new TypeError(`b must be true or false, got ${shown}`),
      );
  });
});

describe('checkBytes', () => {
  it('takes a Uint8Array, or what extends it as a Buffer does, of the right length', () => {
    class Extended extends Uint8Array {}
    expect(checkBytes('key', new Extended(4), { length: 4, max: 4 }).length).toBe(4);
    expect(() => checkBytes('key', new Uint8Array(3), { length: 4 })).toThrow(
      new RangeError('key must have 4 bytes, got 3'),
    );
    expect(() => checkBytes('key', new Uint8Array(5), { max: 4 })).toThrow(
      new RangeError('key must have at most 4 bytes, got 5'),
    );
  });

  it('never shows what may be a secret', () => {
    for (const secret of ['hunter2', [1, 2, 3], { hunter2: 1 }])
      expect(() => checkBytes('key', secret)).toThrow(
        /^key must be a Uint8Array, got (string|object)$/,
      );
  });
});

describe('isId and checkId', () => {
  it.each(['a', 'worker-001', 'A.b_c:d-9', 'x'.repeat(128)])('take %s', (id) => {
    expect(isId(id)).toBe(true);
    expect(checkId('agentId', id)).toBe(id);
  });

  it.each(['', 'a b', 'a/b', 'é', 'a\n', '\na', 'x'.repeat(129)])('refuse %j', (id) => {
    expect(isId(id)).toBe(false);
    expect(() => checkId('agentId', id)).toThrow(RangeError);
  });

  it('refuse what is no string', () => {
    expect(isId({ toString: () => 'a' })).toBe(false);
    expect(() => checkId('agentId', 5)).toThrow(new TypeError('agentId must be a string, got 5'));
  });
});

describe('checkVector', () => {
  it('gives back a Float32Array as it is and turns numbers into one', () => {
    const vector = Float32Array.of(1, 2);
    expect(checkVector('v', vector, 2)).toBe(vector);
    expect(checkVector('v', [1, 2])).toEqual(vector);
  });

  it('names the first value that is not finite in 32 bits', () => {
    expect(() => checkVector('v', [1, 1e39])).toThrow('v[1] must be finite in 32 bits, got 1e+39');
    expect(() => checkVector('v', Float32Array.of(NaN))).toThrow('v[0]');
  });

  it('names the first value that is no number, a text that looks like one too', () => {
    expect(() => checkVector('v', ['1', '2'] as never)).toThrow(
      new TypeError('v[0] must be a number, got "1"'),
    );
    for (const value of [undefined, null, true, [1]])
      expect(() => checkVector('v', [1, value as never])).toThrow('v[1] must be a number');
    expect(() => checkVector('v', Array(2) as never)).toThrow(TypeError);
  });

  it('refuses other lengths, none at all, and other types', () => {
    expect(() => checkVector('v', [1], 2)).toThrow('v must have 2 dimensions, got 1');
    expect(() => checkVector('v', [])).toThrow('at least 1 dimension');
    for (const value of [null, 'vector', new Float64Array(2), { length: 2 }])
      expect(() => checkVector('v', value as never)).toThrow(TypeError);
  });
});

describe('checkObject', () => {
  it('gives back any object, and one whose names and methods are known', () => {
    const options = { k: 1 };
    expect(checkObject('options', options)).toBe(options);
    expect(checkObject('options', options, { keys: ['k', 'l'] })).toBe(options);
    expect(checkObject('map', new Map(), { methods: ['get', 'set'] }).size).toBe(0);
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['text', '"text"'],
    [5, '5'],
    [[1], 'Array'],
    [Math.random, 'a function'],
  ])('refuses %o with a TypeError', (value, shown) => {
    expect(() => checkObject('options', value)).toThrow(
      new TypeError(`options must be an object, got ${shown}`),
    );
  });

  it('refuses a name that is not among the keys, and a method that is none', () => {
    expect(() => checkObject('options', { lissten: 1 }, { keys: ['listen', 'dial'] })).toThrow(
      new TypeError('options must have only listen, dial, got "lissten"'),
    );
    expect(() => checkObject('random', { next: 1 }, { methods: ['next'] })).toThrow(
      new TypeError('random must have a method next, got Object'),
    );
  });
});

describe('checkSignal', () => {
  it('gives back a signal, aborted or not, and undefined', () => {
    const { signal } = new AbortController();
    expect(checkSignal('signal', signal)).toBe(signal);
    expect(checkSignal('signal', AbortSignal.abort())?.aborted).toBe(true);
    expect(checkSignal('signal', undefined)).toBeUndefined();
  });

  it.each([null, 5, 'abort', {}, new AbortController(), { aborted: false }])(
    'refuses %o with a TypeError that names it',
    (value) => {
      expect(() => checkSignal('options.signal', value)).toThrow(TypeError);
      expect(() => checkSignal('options.signal', value)).toThrow(
        /^options\.signal must (be an object|have a method)/,
      );
    },
  );
});
