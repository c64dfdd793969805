import { seededRandom } from '@ruvector/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { playEpisode } from '../bench/frozen-lake.js';
import { QLearner } from '../src/index.js';
import { learner } from './fixtures/learner.js';

const copy = (l: QLearner) => QLearner.load(l.save());

describe('values', () => {
  it('discount a reward at the end of a chain of 50 states, whatever the order of updates', () => {
    const a = learner('a');
    const b = learner('b');
    const steps = Array.from({ length: 50 }, (_, i) => i);
    for (const i of steps) a.update(i, 'r', i === 49 ? 1 : 0, i === 49 ? undefined : i + 1);
    for (const i of steps.toReversed())
      b.update(i, 'r', i === 49 ? 1 : 0, i === 49 ? undefined : i + 1);
    expect(a.q(0, 'r')).toBeCloseTo(0.9 ** 49, 12);
    expect(b.q(0, 'r')).toBe(a.q(0, 'r'));
    expect(a.best(0)).toBe('r');
  });

  it('are `initial` where nothing was tried, also as the value of a next state', () => {
    const a = learner('a', { initial: 2 });
    expect(a.q('nowhere', 'l')).toBe(2);
    a.update('s', 'l', 0, 't');
    expect(a.q('s', 'l')).toBeCloseTo(1.8, 12);
    expect(a.q('s', 'r')).toBe(2);
    expect(a.best('s')).toBe('r');
    expect(a.visits('s', 'l')).toBe(1);
    expect(a.visits('s', 'r')).toBe(0);
  });

  it('approach a constant target as Q-learning with step alpha does', () => {
    const a = learner('a', { alpha: 0.25, initial: 8 });
    let classic = 8;
    for (let i = 0; i < 5; i++) {
      a.update('s', 'l', 4, undefined);
      classic += 0.25 * (4 - classic);
      expect(a.q('s', 'l')).toBeCloseTo(classic, 12);
    }
  });

  it('are not clipped by what a lone agent met first: .1, then 2, then 10', () => {
    const a = learner('a');
    a.update('elsewhere', 'l', 0.1, undefined);
    a.update('s', 'l', 2, undefined);
    a.update('s', 'r', 10, undefined);
    expect(a.best('s')).toBe('r');
    expect([a.q('s', 'l'), a.q('s', 'r')]).toEqual([2, 10]);
  });

  it('reach agents through a merge as they were: 10 stays 10 beside a peer who knows 1', () => {
    const [a, b] = [learner('a'), learner('b')];
    a.update('s', 'l', 1, undefined);
    b.update('t', 'r', 10, undefined);
    a.merge(b);
    expect([a.q('s', 'l'), a.q('t', 'r')]).toEqual([1, 10]);
    expect(a.visits('t', 'r')).toBe(1);
  });

  it('keep 1 and "1" apart, as states and as actions', () => {
    const a = learner('a', { actions: [1, '1'] });
    a.update(1, '1', 5, undefined);
    expect(a.q(1, '1')).toBe(5);
    expect([a.q('1', '1'), a.q(1, 1), a.q('1', 1)]).toEqual([0, 0, 0]);
    expect(copy(a).best(1)).toBe('1');
  });

  it('take a number of actions for 0 … n − 1', () => {
    expect(learner('a', { actions: 3 }).actions).toEqual([0, 1, 2]);
  });

  it('equal naive value iteration on the counted model, over random histories', () => {
    const step = fc.tuple(fc.nat(4), fc.nat(1), fc.integer({ min: -3, max: 3 }), fc.nat(5));
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
        const a = learner('a', { actions: 2, initial: 0.5 });
        for (const [s, act, r, next] of steps) a.update(s, act, r, next === 5 ? undefined : next);
        const expected = naiveValues(steps, 0.9, 0.5);
        for (let s = 0; s < 5; s++)
          for (let act = 0; act < 2; act++) expect(a.q(s, act)).toBeCloseTo(expected(s, act), 8);
      }),
      { numRuns: 50 },
    );
  });
});

/** States 0 … 4, 5 is the end; two actions. */
function naiveValues(steps: [number, number, number, number][], gamma: number, initial: number) {
  const v = [initial, initial, initial, initial, initial, 0];
  const q = (s: number, a: number) => {
    const own = steps.filter((step) => step[0] === s && step[1] === a);
    if (own.length === 0) return initial;
    return own.reduce((sum, step) => sum + step[2] + gamma * v[step[3]]!, 0) / own.length;
  };
  for (let i = 0; i < 400; i++) for (let s = 0; s < 5; s++) v[s] = Math.max(q(s, 0), q(s, 1));
  return q;
}

describe('choosing', () => {
  it('is greedy at epsilon 0 and even at epsilon 1', () => {
    const a = learner('a', { epsilon: 0 });
    a.update('s', 'r', 1, undefined);
    for (let i = 0; i < 100; i++) expect(a.choose('s')).toBe('r');
    a.epsilon = 1;
    let left = 0;
    for (let i = 0; i < 2000; i++) if (a.choose('s') === 'l') left++;
    expect(left).toBeGreaterThan(900);
    expect(left).toBeLessThan(1100);
  });

  it('breaks ties by lot, and `best` by the order of actions', () => {
    const a = learner('a', { epsilon: 0 });
    const chosen = new Set(Array.from({ length: 50 }, () => a.choose('s')));
    expect(chosen).toEqual(new Set(['l', 'r']));
    expect(a.best('s')).toBe('l');
  });

  it('repeats itself under the same seed', () => {
    const run = () => {
      const a = learner('a', { random: seededRandom(5), actions: 4 });
      const random = seededRandom(9);
      for (let i = 0; i < 5; i++) playEpisode(a, random);
      return a.save();
    };
    expect(run()).toEqual(run());
  });
});

describe('arguments that are none', () => {
  const wrong = (value: unknown) => value as never;

  it('are TypeErrors that name them', () => {
    const a = learner('a');
    for (const none of [undefined, null, 'a', []])
      expect(() => new QLearner(wrong(none))).toThrow(/^options must be an object/);
    expect(() => new QLearner(wrong({ agentId: 'a', limitz: {} }))).toThrow(/"limitz"/);
    for (const none of [null, 'x', 5]) {
      expect(() => a.delta(wrong(none))).toThrow(/^since must be an object/);
      expect(() => a.delta({}, wrong(none))).toThrow(/^options must be an object/);
      expect(() => a.applyDelta(a.delta(), wrong(none))).toThrow(/^options must be an object/);
      expect(() => a.merge(wrong(none))).toThrow(/^other must be a QLearner/);
      expect(() => QLearner.load(a.save(), wrong(none))).toThrow(/^options must be an object/);
    }
    expect(() => a.applyDelta(a.delta(), wrong({ agent: ['b'] }))).toThrow(/"agent"/);
    expect(() => a.applyDelta(a.delta(), wrong({ agents: 'b' }))).toThrow(/^agents must be an/);
    expect(() => a.delta({}, { agents: ['a b'] })).toThrow(/^agents\[0\] must be/);
  });

  it('name a bad source of lots or limit when the learner is made', () => {
    expect(() => learner('a', { random: wrong(Math.random) })).toThrow(/^random must be an object/);
    expect(() => learner('a', { random: wrong({}) })).toThrow(/^random must have a method next/);
    expect(() => learner('a', { limits: wrong('x') })).toThrow(/^limits must be an object/);
    expect(() => learner('a', { limits: wrong({ stateMax: 1 }) })).toThrow(/"stateMax"/);
  });
});
