import { equalBytes } from '@ruvector/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PatternStore } from '../src/index.js';

const copy = (store: PatternStore) => PatternStore.load(store.save());

/** Random histories: who records what, and who listens to whom, by delta or by merge. */
const NAMES = ['a', 'b', 'c', 'd'] as const;
const index = fc.nat({ max: NAMES.length - 1 });
const step = fc.oneof(
  fc.record({
    who: index,
    key: fc.constantFrom('k', 'l', '__proto__'),
    outcome: fc.double({ min: -5, max: 5, noNaN: true }),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    x: fc.float({ min: -1, max: 1, noNaN: true }),
  }),
  fc.record({ who: index, from: index, bytes: fc.boolean() }),
);

function play(history: readonly Step[]): PatternStore[] {
  const stores = NAMES.map((agentId) => new PatternStore({ agentId }));
  for (const s of history) {
    const me = stores[s.who]!;
    if ('key' in s) {
      const { key, outcome, confidence, x } = s;
      me.record(key, { vector: [x, 1], outcome, confidence });
    } else if (s.bytes) me.applyDelta(stores[s.from]!.delta(me.versions));
    else me.merge(stores[s.from]!);
  }
  return stores;
}
type Step =
  | { who: number; key: string; outcome: number; confidence: number; x: number }
  | { who: number; from: number; bytes: boolean };

describe('merge laws over random histories', () => {
  const histories = fc.array(step, { maxLength: 40 });

  it('is commutative, bit for bit: a ⊔ b knows and answers what b ⊔ a does', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const [a, b] = play(history) as [PatternStore, PatternStore];
        const ab = copy(a);
        ab.merge(b);
        const ba = copy(b);
        ba.merge(a);
        expect(ab.delta()).toEqual(ba.delta());
        for (const key of ab.keys()) expect(ab.get(key)).toEqual(ba.get(key));
      }),
    );
  });

  it('is associative: (a ⊔ b) ⊔ c = a ⊔ (b ⊔ c)', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const [a, b, c] = play(history) as [PatternStore, PatternStore, PatternStore];
        const left = copy(a);
        left.merge(b);
        left.merge(c);
        const bc = copy(b);
        bc.merge(c);
        const right = copy(a);
        right.merge(bc);
        expect(left.save()).toEqual(right.save());
      }),
    );
  });

  it('is idempotent: five merges leave what one did', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const [a, b] = play(history) as [PatternStore, PatternStore];
        a.merge(b);
        const once = a.save();
        for (let i = 0; i < 4; i++) expect(a.merge(b)).toBe(0);
        expect(a.save()).toEqual(once);
      }),
    );
  });

  it('gives by delta(versions) + applyDelta what a full merge gives, and the same number', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const [a, b] = play(history) as [PatternStore, PatternStore];
        const merged = copy(a);
        const changed = merged.merge(b);
        const delta = b.delta(a.versions);
        expect(a.applyDelta(delta)).toBe(changed);
        expect(a.save()).toEqual(merged.save());
        for (let i = 0; i < 4; i++) expect(a.applyDelta(delta)).toBe(0);
        expect(a.save()).toEqual(merged.save());
      }),
    );
  });

  it('makes all four agree once each has heard all, whatever the order', () => {
    fc.assert(
      fc.property(histories, fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (h, order) => {
        const stores = play(h);
        for (const me of stores) for (const i of order) me.merge(stores[i]!);
        const full = stores.map((s) => s.delta());
        for (const bytes of full) expect(equalBytes(bytes, full[0]!)).toBe(true);
      }),
    );
  });
});
