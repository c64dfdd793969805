import { isEdgeError, seededRandom } from '@ruvector/core';
import { describe, expect, it } from 'vitest';
import { QTable, type QTableOptions } from '../src/index.js';

const table = (more: Partial<QTableOptions> = {}) =>
  new QTable({
    actions: ['l', 'r'],
    alpha: 0.5,
    gamma: 0.9,
    epsilon: 0,
    random: seededRandom(1),
    ...more,
  });

/** A corridor 0 … 4 whose right end gives 1; action 'r' goes right, 'l' left. */
function walk(t: QTable, episodes: number, random = seededRandom(2)): void {
  for (let e = 0; e < episodes; e++)
    for (let s = 0; s >= 0 && s < 5;) {
      const action = random.next() < 0.5 ? 'r' : 'l';
      const next = Math.max(0, s + (action === 'r' ? 1 : -1));
      t.update(s, action, next === 5 ? 1 : 0, next === 5 ? undefined : next);
      s = next;
    }
}

describe('QTable', () => {
  it('moves a value by alpha towards reward + gamma · best value ahead', () => {
    const t = table();
    t.update('t', 'r', 2, undefined);
    expect(t.q('t', 'r')).toBe(1);
    t.update('s', 'l', 1, 't');
    expect(t.q('s', 'l')).toBeCloseTo(0.5 * (1 + 0.9 * 1), 12);
    expect(t.q('s', 'r')).toBe(0);
  });

  it('takes `initial` for the value of a state never updated', () => {
    const t = table({ initial: 10 });
    t.update('s', 'l', 0, 'never');
    expect(t.q('s', 'l')).toBe(9.5);
    expect(t.q('never', 'l')).toBe(10);
    expect(t.best('never')).toBe('l');
  });

  it.each([
    ['plain', {}],
    ['with traces', { lambda: 0.8 }],
    ['double', { double: true }],
  ])('finds the discounted values of a corridor: %s', (_, more) => {
    const t = table({ alpha: 0.3, ...more });
    walk(t, 500);
    for (let s = 0; s < 5; s++) {
      expect(t.best(s)).toBe('r');
      expect(t.q(s, 'r')).toBeCloseTo(0.9 ** (4 - s), 2);
    }
  });

  it('credits with traces in one episode what plain learning credits to the last step alone', () => {
    const [plain, traced] = [table(), table({ lambda: 1 })];
    for (const t of [plain, traced])
      for (let s = 0; s < 5; s++) t.update(s, 'r', s === 4 ? 1 : 0, s === 4 ? undefined : s + 1);
    expect(plain.q(0, 'r')).toBe(0);
    expect(traced.q(0, 'r')).toBeCloseTo(0.5 * 0.9 ** 4, 12);
  });

  it('cuts traces at a step that was not greedy', () => {
    const t = table({ lambda: 1 });
    t.update('b', 'l', 1, undefined);
    t.update('a', 'r', 0, 'b');
    const before = t.q('a', 'r');
    t.update('b', 'r', 10, undefined);
    expect(t.q('a', 'r')).toBe(before);
  });

  it('chooses by softmax if a temperature is given, and says so in its policy', () => {
    const t = table({ temperature: 1 });
    t.update('s', 'r', 2, undefined);
    const [l, r] = t.policy('s');
    expect(r!.chance / l!.chance).toBeCloseTo(Math.E, 9);
    const rights = Array.from({ length: 4000 }, () => t.choose('s')).filter((a) => a === 'r');
    expect(Math.abs(rights.length / 4000 - r!.chance)).toBeLessThan(0.03);
  });

  it('names the parameter when the caller errs, and holds its limit of states', () => {
    expect(() => table({ alpha: 0 })).toThrow(/alpha/);
    expect(() => table({ temperature: 0 })).toThrow(/temperature/);
    expect(() => table({ double: true, lambda: 0.5 })).toThrow(/lambda/);
    expect(() => table().update('s', 'x', 0, undefined)).toThrow(/action/);
    expect(() => table().update('s', 'l', Number.NaN, undefined)).toThrow(/reward/);
    const t = table({ statesMax: 1 });
    t.update('s', 'l', 0, 't');
    let code = '';
    try {
      t.update('t', 'l', 0, undefined);
    } catch (error) {
      if (isEdgeError(error)) code = error.code;
    }
    expect(code).toBe('ERR_LIMIT');
    expect(t.size).toBe(1);
  });

  it('refuses options and lots that are none', () => {
    expect(() => new QTable(undefined as never)).toThrow(/^options must be an object/);
    expect(() => table({ epsilom: 1 } as never)).toThrow(/"epsilom"/);
    expect(() => table({ double: 'no' } as never)).toThrow(
      /^double must be true or false, got "no"/,
    );
    expect(() => table({ random: Math.random as never })).toThrow(/^random must be an object/);
  });
});
