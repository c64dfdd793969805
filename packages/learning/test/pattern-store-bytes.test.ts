import { ByteWriter } from '@ruvector/core';
import { describe, expect, it } from 'vitest';
import { PatternStore } from '../src/index.js';
import { codeOf } from './fixtures/code-of.js';
import { flipsOf, truncationsOf } from './fixtures/damaged.js';
import { seen } from './fixtures/seen.js';

const copy = (store: PatternStore) => PatternStore.load(store.save());

describe('refusals, each of which changes nothing', () => {
  const store = () => {
    const s = new PatternStore({ agentId: 'a' });
    s.record('k', seen(1));
    return s;
  };

  it('names the parameter when the caller errs', () => {
    expect(() => new PatternStore({ agentId: 'a b' })).toThrow(/agentId/);
    const s = store();
    const before = s.save();
    expect(() => s.record('', seen(1))).toThrow(/key/);
    expect(() => s.record('\ud800', seen(1))).toThrow(/surrogate/);
    expect(() => s.record('k', seen(Number.NaN))).toThrow(/outcome/);
    expect(() => s.record('k', seen(1, 1.5))).toThrow(/confidence/);
    expect(() => s.record('k', seen(1, 1, [1, Infinity]))).toThrow(/vector\[1\]/);
    expect(() => s.record('k', seen(1, 1, [1, 2, 3]))).toThrow(/2 dimensions/);
    expect(() => s.record('new', seen(1, 1, []))).toThrow(/dimension/);
    expect(() => s.delta({ a: -1 })).toThrow(/since/);
    expect(() => s.merge({} as PatternStore)).toThrow(TypeError);
    expect(() => s.applyDelta('x' as unknown as Uint8Array)).toThrow(TypeError);
    expect(s.save()).toEqual(before);
  });

  it('refuses a delta from beyond a gap, and takes full state instead', () => {
    const b = new PatternStore({ agentId: 'b' });
    b.record('x', seen(1));
    const heard = b.versions;
    b.record('y', seen(1));
    const a = store();
    const before = a.save();
    expect(codeOf(() => a.applyDelta(b.delta(heard)))).toBe('ERR_LEARNING_GAP');
    expect(a.save()).toEqual(before);
    expect(a.applyDelta(b.delta())).toBe(2);
  });

  it('refuses newer observations of itself than it made', () => {
    const forger = new PatternStore({ agentId: 'a' });
    for (let i = 0; i < 9; i++) forger.record('k', seen(0));
    const a = store();
    const before = a.save();
    expect(codeOf(() => a.applyDelta(forger.delta()))).toBe('ERR_LEARNING_FORGED');
    expect(codeOf(() => a.merge(forger))).toBe('ERR_LEARNING_FORGED');
    expect(a.save()).toEqual(before);
  });

  it('ignores an echo of what it said itself', () => {
    const a = store();
    const b = new PatternStore({ agentId: 'b' });
    b.merge(a);
    a.record('k', seen(0));
    expect(a.merge(b)).toBe(0);
    expect(a.get('k')!.count).toBe(2);
  });

  it('lets a caller admit only what the sender says of itself', () => {
    const b = new PatternStore({ agentId: 'b' });
    const c = new PatternStore({ agentId: 'c' });
    b.record('k', seen(1));
    c.record('k', seen(1));
    b.merge(c);
    const a = store();
    expect(codeOf(() => a.applyDelta(b.delta(), { agents: ['b'] }))).toBe('ERR_LEARNING_FORGED');
    expect(a.applyDelta(b.delta({}, { agents: ['b'] }), { agents: ['b'] })).toBe(1);
    expect(a.versions).toEqual({ a: 1, b: 1 });
  });

  it('holds its limits: agents, patterns of one agent, patterns in all', () => {
    const limits = { agentsMax: 2, entriesMax: 2, totalMax: 3 };
    const a = new PatternStore({ agentId: 'a', limits });
    a.record('1', seen(1));
    a.record('2', seen(1));
    expect(codeOf(() => a.record('3', seen(1)))).toBe('ERR_LIMIT');
    a.record('1', seen(0));
    const many = new PatternStore({ agentId: 'many' });
    for (const key of ['x', 'y', 'z']) many.record(key, seen(1));
    expect(codeOf(() => a.merge(many))).toBe('ERR_LIMIT');
    const two = new PatternStore({ agentId: 'two' });
    for (const key of ['x', 'y']) two.record(key, seen(1));
    expect(codeOf(() => a.merge(two))).toBe('ERR_LIMIT');
    expect(a.size).toBe(2);
    const one = new PatternStore({ agentId: 'one' });
    one.record('x', seen(1));
    expect(a.merge(one)).toBe(1);
    const other = new PatternStore({ agentId: 'other' });
    other.record('x', seen(1));
    expect(codeOf(() => a.merge(other))).toBe('ERR_LIMIT');
    expect(a.versions).toEqual({ a: 3, one: 1 });
  });

  it('refuses or survives every truncation and every flipped bit of a delta', () => {
    const b = new PatternStore({ agentId: 'b' });
    b.record('key', seen(0.5, 0.5, [0.5, -0.5]));
    b.record('other', seen(0.25));
    const delta = b.delta();
    for (const cut of truncationsOf(delta))
      expect(codeOf(() => store().applyDelta(cut))).toBe('ERR_MALFORMED');
    for (const bad of flipsOf(delta)) {
      const a = store();
      const code = codeOf(() => a.applyDelta(bad));
      expect(code).toMatch(/^(nothing thrown|ERR_[A-Z_]+)$/);
      for (const key of a.keys()) {
        const { vector, outcome, confidence } = a.get(key)!;
        expect([...vector, outcome, confidence].every(Number.isFinite)).toBe(true);
      }
    }
  });

  const forged = (edit: {
    stamps?: number[];
    count?: number;
    confidence?: number;
    outcome?: number;
    vector?: number[];
    entries?: number;
  }): Uint8Array => {
    const { stamps = [1], count = 1, confidence = 1, outcome = 1, vector = [1, 0] } = edit;
    const w = new ByteWriter().header('RVLP', 1).u32(1).text('b').f64(0);
    w.u32(edit.entries ?? stamps.length);
    stamps.forEach((stamp, i) => {
      w.f64(stamp).text(`key-${i}`).f64(count).f64(confidence).f64(outcome);
      w.vector(Float32Array.from(vector));
    });
    return w.bytes();
  };

  it('reads the layout it documents', () => {
    const a = store();
    expect(a.applyDelta(forged({ stamps: [1, 2] }))).toBe(2);
    expect(a.get('key-1')!.outcome).toBe(1);
  });

  it.each([
    ['a NaN outcome', { outcome: Number.NaN }],
    ['an outcome above 1e12', { outcome: 1e13 }],
    ['a negative count', { count: -1 }],
    ['a count of 0', { count: 0 }],
    ['a fractional count', { count: 1.5 }],
    ['a confidence of 2', { confidence: 2 }],
    ['a NaN confidence', { confidence: Number.NaN }],
    ['an empty vector', { vector: [] }],
    ['a NaN in a vector', { vector: [1, Number.NaN] }],
    ['a vector of 4,097 dimensions', { vector: Array.from({ length: 4097 }, () => 1) }],
    ['equal stamps', { stamps: [1, 1] }],
    ['a stamp of 0', { stamps: [0] }],
    ['a stamp above 2^53', { stamps: [2 ** 60] }],
    ['a count of entries that cannot follow', { entries: 0xffffffff }],
    ['a part without entries', { stamps: [] }],
  ])('refuses a delta with %s', (_, edit) => {
    const a = store();
    const before = a.save();
    expect(codeOf(() => a.applyDelta(forged(edit)))).toBe('ERR_MALFORMED');
    expect(a.save()).toEqual(before);
  });
});

describe('save and load', () => {
  it('goes on where it was, under its own name', () => {
    const a = new PatternStore({ agentId: 'a', outcomeScale: 10 });
    const b = new PatternStore({ agentId: 'b' });
    a.record('k', seen(1));
    b.record('k', seen(0));
    a.merge(b);
    const loaded = copy(a);
    expect(loaded.agentId).toBe('a');
    expect(loaded.save()).toEqual(a.save());
    expect(loaded.get('k')).toEqual(a.get('k'));
    loaded.record('k', seen(1));
    expect(a.versions).toEqual({ a: 1, b: 1 });
    expect(loaded.versions).toEqual({ a: 2, b: 1 });
  });

  it('refuses truncations, foreign bytes and a state above the limits', () => {
    const a = new PatternStore({ agentId: 'a' });
    a.record('k', seen(1));
    a.record('l', seen(1));
    const bytes = a.save();
    for (const cut of truncationsOf(bytes))
      expect(codeOf(() => PatternStore.load(cut))).toBe('ERR_MALFORMED');
    expect(codeOf(() => PatternStore.load(a.delta()))).toBe('ERR_MALFORMED');
    const limits = { entriesMax: 1 };
    expect(codeOf(() => PatternStore.load(bytes, { limits }))).toBe('ERR_LIMIT');
  });

  it('refuses every single flipped bit, and makes a subclass of itself', () => {
    const a = new PatternStore({ agentId: 'a' });
    a.record('k', seen(1));
    const bytes = a.save();
    for (const bad of flipsOf(bytes)) {
      expect(codeOf(() => PatternStore.load(bad))).toBe('ERR_MALFORMED');
    }
    class Mine extends PatternStore {}
    expect(Mine.load(bytes)).toBeInstanceOf(Mine);
  });
});
