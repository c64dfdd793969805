import { describe, expect, it } from 'vitest';
import { Ledger } from '../src/ledger.js';
import { codeOf } from './fixtures/code-of.js';

const limits = { agentsMax: 4, entriesMax: 3, totalMax: 5 };
const ledger = (agentId: string) => new Ledger<string, number>(agentId, limits);

describe('versions and parts', () => {
  it('counts every write and sends only what is newer than asked, oldest first', () => {
    const a = ledger('a');
    a.write('x', 1);
    a.write('y', 2);
    a.write('x', 3);
    expect(a.versions).toEqual({ a: 3 });
    expect(a.parts({})).toEqual([
      {
        agentId: 'a',
        from: 0,
        entries: [
          { key: 'y', stamp: 2, value: 2 },
          { key: 'x', stamp: 3, value: 3 },
        ],
      },
    ]);
    expect(a.parts({ a: 2 })[0]!.entries).toEqual([{ key: 'x', stamp: 3, value: 3 }]);
    expect(a.parts({ a: 3 })).toEqual([]);
    expect(a.parts({ a: 99 })).toEqual([]);
  });

  it('does not take inherited properties of `since` for versions', () => {
    const a = ledger('constructor');
    a.write('x', 1);
    expect(a.parts({})[0]!.from).toBe(0);
  });

  it('can speak of chosen agents only', () => {
    const [a, b] = [ledger('a'), ledger('b')];
    a.write('x', 1);
    b.write('y', 1);
    a.apply(b.parts({}));
    expect(a.parts({}, ['b', 'b', 'unknown']).map((p) => p.agentId)).toEqual(['b']);
  });
});

describe('apply', () => {
  it('takes overlapping deltas once, and in any order that leaves no gap', () => {
    const [a, b] = [ledger('a'), ledger('b')];
    a.write('x', 1);
    const first = a.parts({});
    a.write('y', 2);
    const second = a.parts({ a: 1 });
    expect(codeOf(() => b.apply(second))).toBe('ERR_LEARNING_GAP');
    expect(b.apply(first)).toEqual(new Set(['x']));
    expect(b.apply(a.parts({}))).toEqual(new Set(['y']));
    expect(b.apply(second)).toEqual(new Set());
    expect(b.parts({})).toEqual(a.parts({}));
  });

  it('takes all parts or none', () => {
    const [a, b, c] = [ledger('a'), ledger('b'), ledger('c')];
    for (const key of ['1', '2', '3']) a.write(key, 0);
    for (const key of ['1', '2', '3']) b.write(key, 0);
    expect(codeOf(() => c.apply([...a.parts({}), ...b.parts({})]))).toBe('ERR_LIMIT');
    expect(c.versions).toEqual({});
  });

  it('restores its own part on load, but takes no newer one from others', () => {
    const [before, after] = [ledger('a'), ledger('a')];
    before.write('x', 1);
    expect(codeOf(() => after.apply(before.parts({})))).toBe('ERR_LEARNING_FORGED');
    after.restore(before.parts({}));
    after.write('x', 2);
    expect(after.versions).toEqual({ a: 2 });
  });
});
