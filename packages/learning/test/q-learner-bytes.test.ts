import { ByteWriter } from '@ruvector/core';
import { describe, expect, it } from 'vitest';
import { QLearner, type State } from '../src/index.js';
import { codeOf } from './fixtures/code-of.js';
import { flipsOf, truncationsOf } from './fixtures/damaged.js';
import { learner } from './fixtures/learner.js';

const copy = (l: QLearner) => QLearner.load(l.save());

describe('refusals, each of which changes nothing', () => {
  const known = () => {
    const a = learner('a');
    a.update('s', 'l', 1, 't');
    return a;
  };

  it('names the parameter when the caller errs', () => {
    const a = known();
    const before = a.save();
    expect(() => a.update('s', 'x', 1, undefined)).toThrow(/action/);
    expect(() => a.update(1.5, 'l', 1, undefined)).toThrow(/state/);
    expect(() => a.update('s', 'l', Number.NaN, undefined)).toThrow(/reward/);
    expect(() => a.update('s', 'l', 1, null as unknown as State)).toThrow(/next/);
    expect(() => a.update('\ud800', 'l', 1, undefined)).toThrow(/state/);
    expect(() => a.q('s', 'x')).toThrow(/action/);
    expect(() => a.merge({} as QLearner)).toThrow(TypeError);
    expect(a.save()).toEqual(before);
    for (const [name, value] of [
      ['agentId', ''],
      ['actions', []],
      ['actions', ['l', 'l']],
      ['actions', 0],
      ['gamma', 1.1],
      ['epsilon', -1],
      ['initial', Infinity],
      ['alpha', 0],
    ] as const)
      expect(() => learner('a', { [name]: value }), name).toThrow(new RegExp(name));
  });

  it('refuses deltas from beyond a gap, forged ones and those of others than allowed', () => {
    const b = learner('b');
    b.update('s', 'l', 0, 't');
    const heard = b.versions;
    b.update('s', 'r', 0, 't');
    const a = known();
    const before = a.save();
    expect(codeOf(() => a.applyDelta(b.delta(heard)))).toBe('ERR_LEARNING_GAP');
    const forger = learner('a');
    for (let i = 0; i < 5; i++) forger.update('s', 'l', 1000, undefined);
    expect(codeOf(() => a.applyDelta(forger.delta()))).toBe('ERR_LEARNING_FORGED');
    expect(codeOf(() => a.applyDelta(b.delta(), { agents: ['c'] }))).toBe('ERR_LEARNING_FORGED');
    expect(a.save()).toEqual(before);
    expect(a.applyDelta(b.delta(), { agents: ['b'] })).toBe(2);
  });

  it('refuses the counts of a learner with other actions', () => {
    const other = learner('b', { actions: ['l', 'up'] });
    other.update('s', 'up', 1, undefined);
    expect(codeOf(() => known().merge(other))).toBe('ERR_MALFORMED');
  });

  it('holds its limits: states and outcomes', () => {
    const limits = { statesMax: 3, outcomesMax: 2 };
    const a = learner('a', { limits });
    a.update(1, 'l', 0, 2);
    a.update(1, 'l', 0, 3);
    const before = a.save();
    expect(codeOf(() => a.update(1, 'r', 0, 4))).toBe('ERR_LIMIT');
    expect(codeOf(() => a.update(1, 'l', 0, 1))).toBe('ERR_LIMIT');
    const b = learner('b');
    b.update(7, 'l', 0, undefined);
    expect(codeOf(() => a.merge(b))).toBe('ERR_LIMIT');
    expect(a.save()).toEqual(before);
    a.update(2, 'l', 0, 3);
    expect(a.visits(2, 'l')).toBe(1);
  });

  it('refuses or survives every truncation and every flipped bit of a delta', () => {
    const b = learner('b');
    b.update('s', 'l', 1, 't');
    b.update(3, 'r', -1, undefined);
    const delta = b.delta();
    for (const cut of truncationsOf(delta))
      expect(codeOf(() => known().applyDelta(cut))).toBe('ERR_MALFORMED');
    for (const bad of flipsOf(delta)) {
      const a = known();
      expect(codeOf(() => a.applyDelta(bad))).toMatch(/^(nothing thrown|ERR_[A-Z_]+)$/);
      expect(Number.isFinite(a.q('s', 'l'))).toBe(true);
    }
  });

  const forged = (edit: { count?: number; reward?: number; next?: number[]; action?: string }) => {
    const { count = 1, reward = 1, next = [7], action = 'l' } = edit;
    const w = new ByteWriter().header('RVLQ', 1).u32(1).text('b').f64(0).u32(1).f64(1);
    w.u8(1).text('s').u8(1).text(action).u32(next.length);
    for (const n of next) w.u8(0).f64(n).f64(count).f64(reward);
    return w.bytes();
  };

  it('reads the layout it documents', () => {
    const a = known();
    expect(a.applyDelta(forged({}))).toBe(1);
    expect(a.visits('s', 'l')).toBe(2);
  });

  it.each([
    ['a negative count', { count: -5 }],
    ['a NaN count', { count: Number.NaN }],
    ['a NaN reward', { reward: Number.NaN }],
    ['a mean reward above 1e12', { reward: 1e13 }],
    ['a fractional state', { next: [0.5] }],
    ['the same next state twice', { next: [7, 7] }],
    ['no outcome', { next: [] }],
    ['65 outcomes', { next: Array.from({ length: 65 }, (_, i) => i) }],
    ['an action __proto__', { action: '__proto__' }],
  ])('refuses a delta with %s', (_, edit) => {
    const a = known();
    const before = a.save();
    expect(codeOf(() => a.applyDelta(forged(edit)))).toBe('ERR_MALFORMED');
    expect(a.save()).toEqual(before);
  });

  it('loads what it saved and refuses every truncation of it', () => {
    const a = known();
    a.merge(learner('b'));
    const bytes = a.save();
    const loaded = copy(a);
    expect(loaded.save()).toEqual(bytes);
    expect([loaded.gamma, loaded.epsilon, loaded.initial, loaded.alpha]).toEqual([0.9, 0.1, 0, 1]);
    for (const cut of truncationsOf(bytes))
      expect(codeOf(() => QLearner.load(cut))).toBe('ERR_MALFORMED');
  });

  it('refuses every single flipped bit, and makes a subclass of itself', () => {
    const a = learner('a');
    a.update('s', 'l', 1, 't');
    const bytes = a.save();
    for (const bad of flipsOf(bytes)) {
      expect(codeOf(() => QLearner.load(bad))).toBe('ERR_MALFORMED');
    }
    class Mine extends QLearner {}
    expect(Mine.load(bytes)).toBeInstanceOf(Mine);
  });
});
