import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Action, QLearner, type State } from '../src/index.js';
import { learner } from './fixtures/learner.js';

const copy = (l: QLearner) => QLearner.load(l.save());

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
