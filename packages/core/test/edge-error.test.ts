import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ClosedError,
  EdgeError,
  fromWire,
  isEdgeError,
  MalformedError,
  toWire,
} from '@ruvector/core';

describe('EdgeError', () => {
  it('carries code, details and cause, and is an Error with a stack', () => {
    const cause = new Error('root');
    const error = new EdgeError('broken', { code: 'ERR_X', details: { a: 1 }, cause });
    expect(error).toMatchObject({ name: 'EdgeError', code: 'ERR_X', details: { a: 1 }, cause });
    expect(error).toBeInstanceOf(Error);
    expect(error.stack).toContain('broken');
    expect(new EdgeError('plain')).toMatchObject({ code: 'ERR_EDGE', details: {} });
    expect('cause' in new EdgeError('plain')).toBe(false);
  });

  it('says something in JSON, and survives structuredClone as wire data', () => {
    const error = new ClosedError('socket');
    const wire = { code: 'ERR_CLOSED', message: 'socket is closed', details: { what: 'socket' } };
    expect(JSON.parse(JSON.stringify(error))).toEqual(wire);
    expect(structuredClone(toWire(error))).toEqual(wire);
  });
});

describe('isEdgeError', () => {
  it('knows errors by code, subclasses too, and refuses all else', () => {
    const error = new MalformedError('bad');
    expect(isEdgeError(error)).toBe(true);
    expect(isEdgeError(error, 'ERR_MALFORMED')).toBe(true);
    expect(isEdgeError(error, 'ERR_CLOSED')).toBe(false);
    for (const other of [undefined, null, 'ERR_X', { code: 'ERR_X' }, new TypeError('x')])
      expect(isEdgeError(other)).toBe(false);
  });

  it('does not take JSON for an error, whatever it claims', () => {
    expect(isEdgeError(JSON.parse('{"@ruvector/EdgeError":true,"code":"ERR_X"}'))).toBe(false);
  });
});

describe('toWire', () => {
  it('keeps only the message of other errors, cut at 1,024 characters', () => {
    const error = Object.assign(new TypeError('x'.repeat(5_000)), { secret: 'key' });
    expect(toWire(error)).toEqual({
      code: 'ERR_REMOTE',
      message: 'x'.repeat(1_024),
      details: {},
    });
  });

  it.each([
    ['text', 'text'],
    [5, 'a thrown number'],
    [undefined, 'a thrown undefined'],
    [Object.create(null), 'a thrown object'],
    [Symbol('s'), 'a thrown symbol'],
  ])('turns a thrown %o into a message', (thrown, message) => {
    expect(toWire(thrown).message).toBe(message);
  });
});

describe('fromWire', () => {
  const withDetails = (details: unknown) =>
    fromWire({ code: 'ERR_X', message: 'm', details }).details;

  it('gives back code, message and details of any error that stays within bounds', () => {
    const details = fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      fc.jsonValue({ maxDepth: 2 }),
      {
        maxKeys: 5,
      },
    );
    fc.assert(
      fc.property(fc.string(), details, (message, d) => {
        fc.pre(JSON.stringify(d).length < 1_000);
        const wire = { code: 'ERR_SOME_CODE', message, details: d };
        const error = fromWire(JSON.parse(JSON.stringify(wire)));
        expect(toWire(error)).toEqual(JSON.parse(JSON.stringify(wire)));
        expect(isEdgeError(error, 'ERR_SOME_CODE')).toBe(true);
      }),
    );
  });

  it('makes an EdgeError of anything that JSON can say', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const error = fromWire(value);
        expect(isEdgeError(error)).toBe(true);
        expect(error.message.length).toBeLessThanOrEqual(1_024);
      }),
    );
  });

  it.each([
    undefined,
    null,
    'ERR_X',
    [],
    { code: 5, message: {}, details: 'd' },
    { code: 'ERR_lower' },
    { code: `ERR_${'X'.repeat(61)}` },
    { code: 'ERR_X\n' },
  ])('turns %j into ERR_REMOTE without details', (wire) => {
    expect(fromWire(wire)).toMatchObject({ code: 'ERR_REMOTE', message: 'unknown', details: {} });
  });

  it('cuts a message of 1 MB to 1,024 characters', () => {
    const wire = { code: 'ERR_X', message: 'x'.repeat(1e6), details: {} };
    expect(fromWire(wire).message.length).toBe(1_024);
  });

  it('drops keys __proto__ at every level and pollutes no prototype', () => {
    const wire = JSON.parse(
      '{"code":"ERR_X","message":"m","details":{"__proto__":{"bad":1},"in":{"__proto__":{"bad":1},"ok":2}}}',
    ) as unknown;
    const { details } = fromWire(wire);
    expect(JSON.stringify(details)).toBe('{"in":{"ok":2}}');
    expect(Object.getPrototypeOf(details)).toBe(Object.prototype);
    expect(Object.keys(details)).toEqual(['in']);
    expect(({} as Record<string, unknown>)['bad']).toBeUndefined();
  });

  it('copies details: what the sender of the object does later changes nothing', () => {
    const details = { list: [1] };
    const error = fromWire({ code: 'ERR_X', message: 'm', details });
    details.list.push(2);
    expect(error.details).toEqual({ list: [1] });
  });

  const nest = (levels: number): unknown => (levels === 0 ? 1 : { in: nest(levels - 1) });

  it('keeps details of 4 levels, 256 values or 8,192 characters', () => {
    expect(withDetails(nest(4))).toEqual(nest(4));
    const values = Array.from({ length: 254 }, (_, i) => i);
    expect(withDetails({ values })).toEqual({ values });
    expect(withDetails({ t: 'x'.repeat(8_191) })).toEqual({ t: 'x'.repeat(8_191) });
  });

  it('leaves out details above any of these, all of them', () => {
    expect(withDetails(nest(5))).toEqual({});
    expect(withDetails({ values: Array.from({ length: 255 }, () => 0) })).toEqual({});
    expect(withDetails({ t: 'x'.repeat(8_192) })).toEqual({});
    expect(withDetails({ ['k'.repeat(8_193)]: 1 })).toEqual({});
  });

  it('cut a message without leaving half a character, whichever error it was', () => {
    const text = 'x'.repeat(1023) + '😀'.repeat(600);
    for (const error of [new Error(text), new EdgeError(text), new EdgeError('\ud800 alone')]) {
      const { message } = toWire(error);
      expect(message.length).toBeLessThanOrEqual(1024);
      expect(message).not.toMatch(/\p{Surrogate}/u);
    }
  });

  it('skips values that JSON cannot say and keeps the others, in arrays in their places', () => {
    const bytes = [
      new Uint8Array(9),
      new Uint8Array(1e6),
      new ArrayBuffer(4),
      new DataView(new ArrayBuffer(4)),
    ];
    for (const value of [undefined, () => 1, 1n, Symbol('s'), ...bytes])
      expect(withDetails({ a: 1, value, b: [1, value, 2], in: { value, ok: true } })).toEqual({
        a: 1,
        b: [1, null, 2],
        in: { ok: true },
      });
  });

  it('is EdgeError.fromWire as well', () => {
    const wire = { code: 'ERR_X', message: 'm', details: { a: 1 } };
    expect(EdgeError.fromWire(wire)).toEqual(fromWire(wire));
    expect(toWire(EdgeError.fromWire(wire))).toEqual(wire);
  });

  it('ends on details that hold themselves, and on functions, bigints and undefined', () => {
    const ring: Record<string, unknown> = {};
    ring['ring'] = ring;
    for (const d of [ring, { f: () => 1 }, { b: 1n }, { u: undefined }, [1, 2]])
      expect(withDetails(d)).toEqual({});
  });
});
