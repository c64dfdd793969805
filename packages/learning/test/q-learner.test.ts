import { ByteWriter, isEdgeError, seededRandom, utf8 } from '@ruvector/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { playEpisode, successOf } from '../bench/frozen-lake.mjs';
import { type Action, QLearner, type QLearnerOptions, type State } from '../src/index.js';

const learner = (agentId: string, more: Partial<QLearnerOptions> = {}) =>
  new QLearner({
    agentId,
    actions: ['l', 'r'],
    gamma: 0.9,
    epsilon: 0.1,
    initial: 0,
    random: seededRandom(1),
    ...more,
  });
const copy = (l: QLearner) => QLearner.load(l.save());
const codeOf = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return isEdgeError(error) ? error.code : String(error);
  }
  return 'nothing thrown';
};

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

const NAMES = ['a', 'b', 'c', 'd'] as const;
const who = fc.nat({ max: 3 });
type Step =
  | { who: number; s: State; act: Action; r: number; next: State | undefined }
  | { who: number; from: number; bytes: boolean };
const state = fc.constantFrom<State>(0, 1, '1', '__proto__');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    who,
    s: state,
    act: fc.constantFrom('l', 'r'),
    r: fc.double({ min: -5, max: 5, noNaN: true }),
    next: fc.option(state, { nil: undefined }),
  }),
  fc.record({ who, from: who, bytes: fc.boolean() }),
);
const histories = fc.array(step, { maxLength: 40 });

function play(history: readonly Step[]): [QLearner, QLearner, QLearner, QLearner] {
  const all = NAMES.map((name) => learner(name));
  for (const one of history) {
    const me = all[one.who]!;
    if ('s' in one) me.update(one.s, one.act, one.r, one.next);
    else if (one.bytes) me.applyDelta(all[one.from]!.delta(me.versions));
    else me.merge(all[one.from]!);
  }
  return all as [QLearner, QLearner, QLearner, QLearner];
}

/** Everything a caller can ask, exactly. */
const answers = (l: QLearner) =>
  ([0, 1, '1', '__proto__'] as State[]).map((s) => [
    l.best(s),
    ...(['l', 'r'] as const).flatMap((a) => [l.q(s, a), l.visits(s, a)]),
  ]);

describe('merge laws over random histories', () => {
  it('is commutative, bit for bit in q, visits and best', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const [a, b] = play(history);
        const [ab, ba] = [copy(a), copy(b)];
        ab.merge(b);
        ba.merge(a);
        expect(ab.delta()).toEqual(ba.delta());
        expect(answers(ab)).toEqual(answers(ba));
      }),
    );
  });

  it('is associative', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const [a, b, c] = play(history);
        const [left, right, bc] = [copy(a), copy(a), copy(b)];
        left.merge(b);
        left.merge(c);
        bc.merge(c);
        right.merge(bc);
        expect(left.save()).toEqual(right.save());
        expect(answers(left)).toEqual(answers(right));
      }),
    );
  });

  it('is idempotent: five merges leave what one did', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const [a, b] = play(history);
        a.merge(b);
        const once = [a.save(), answers(a)];
        for (let i = 0; i < 4; i++) expect(a.merge(b)).toBe(0);
        expect([a.save(), answers(a)]).toEqual(once);
      }),
    );
  });

  it('gives by delta(versions) + applyDelta what full state gives', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const [a, b] = play(history);
        const full = copy(a);
        full.applyDelta(b.delta());
        const delta = b.delta(a.versions);
        a.applyDelta(delta);
        expect(a.save()).toEqual(full.save());
        expect(a.applyDelta(delta)).toBe(0);
        expect(answers(a)).toEqual(answers(full));
      }),
    );
  });

  it('answers after load exactly as before save, merged or not', () => {
    fc.assert(
      fc.property(histories, (history) => {
        for (const l of play(history)) {
          const q = (x: QLearner) => answers(x).map(([, ...numbers]) => numbers);
          expect(q(copy(l))).toEqual(q(l));
        }
      }),
    );
  });
});

describe('FrozenLake 8×8, slippery, eight agents of 150 episodes, merging every 25', () => {
  const train = (distort?: (reward: number) => number) => {
    const all = Array.from({ length: 8 }, (_, i) =>
      learner(`agent-${i}`, { actions: 4, gamma: 0.99, initial: 1, random: seededRandom(i) }),
    );
    const lake = seededRandom(42);
    for (let episode = 1; episode <= 150; episode++) {
      all.forEach((l, i) => playEpisode(l, lake, i === 0 ? distort : undefined));
      if (episode % 25 === 0) for (const l of all) for (const other of all) l.merge(other);
    }
    return all;
  };
  const success = (l: QLearner) => successOf((s) => l.best(s) as number);

  it('reaches the goal in at least 80 % of episodes (the best policy: 86 %)', () => {
    expect(success(train()[7]!)).toBeGreaterThan(0.8);
  });

  it('still does so if one peer reports rewards times 1,000', () => {
    let lies = 0;
    const all = train((reward) => {
      if (reward > 0) lies++;
      return 1000 * reward;
    });
    expect(lies).toBeGreaterThan(0);
    expect(success(all[7]!)).toBeGreaterThan(0.8);
  });

  it('gives all eight the same policy after all have heard all', () => {
    const all = train();
    for (const l of all) for (const other of all) l.merge(other);
    const policies = all.map((l) => Array.from({ length: 64 }, (_, s) => l.best(s)));
    for (const policy of policies) expect(policy).toEqual(policies[0]);
  });
});

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
    for (let length = 0; length < delta.length; length++)
      expect(codeOf(() => known().applyDelta(delta.subarray(0, length)))).toBe('ERR_MALFORMED');
    for (let bit = 0; bit < 8 * delta.length; bit++) {
      const bad = delta.slice();
      bad[bit >> 3]! ^= 1 << (bit & 7);
      const a = known();
      expect(codeOf(() => a.applyDelta(bad))).toMatch(/^(nothing thrown|ERR_[A-Z_]+)$/);
      expect(Number.isFinite(a.q('s', 'l'))).toBe(true);
    }
  });

  const forged = (edit: { count?: number; reward?: number; next?: number[]; action?: string }) => {
    const { count = 1, reward = 1, next = [7], action = 'l' } = edit;
    const w = new ByteWriter().raw(utf8('RVLQ')).u8(1).u32(1).text('b').f64(0).u32(1).f64(1);
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
    for (let length = 0; length < bytes.length; length++)
      expect(codeOf(() => QLearner.load(bytes.subarray(0, length)))).toBe('ERR_MALFORMED');
  });

  it('refuses every single flipped bit, and makes a subclass of itself', () => {
    const a = learner('a');
    a.update('s', 'l', 1, 't');
    const bytes = a.save();
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const bad = bytes.slice();
      bad[bit >> 3]! ^= 1 << (bit & 7);
      expect(codeOf(() => QLearner.load(bad))).toBe('ERR_MALFORMED');
    }
    class Mine extends QLearner {}
    expect(Mine.load(bytes)).toBeInstanceOf(Mine);
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
