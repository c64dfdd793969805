import { FlatIndex } from '@ruvector/core/memory';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MemoryData, VectorMemory } from '../src/index.js';
import { codeOf } from './fixtures/code-of.js';
import { flipsOf, truncationsOf } from './fixtures/damaged.js';

const memory = (capacity = 10, eviction: 'lru' | 'importance' = 'lru') =>
  new VectorMemory({ index: new FlatIndex({ metric: 'l2' }), capacity, eviction });
const send = (from: VectorMemory, to: VectorMemory): number => {
  const missing = from.missingFrom(to.digest());
  for (const e of missing) to.add(e.key, e.vector, e.data, e);
  return missing.length;
};

describe('remembering', () => {
  it('recalls the nearest with distance and data', () => {
    const m = memory();
    m.add('near', [1, 0], { text: 'hello' });
    m.add('far', [9, 0], Uint8Array.of(1, 2));
    m.add('bare', [5, 0]);
    expect(m.recall([0, 0], 3)).toEqual([
      { key: 'near', distance: 1, data: { text: 'hello' } },
      { key: 'bare', distance: 5, data: undefined },
      { key: 'far', distance: 9, data: Uint8Array.of(1, 2) },
    ]);
    expect(m.recall([0, 0], 1)).toHaveLength(1);
    expect(memory().recall([1], 3)).toEqual([]);
  });

  it('replaces what stood under a key, and forgets', () => {
    const m = memory();
    m.add('k', [1, 0], 'old');
    m.add('k', [2, 0], 'new');
    expect(m.size).toBe(1);
    expect(m.recall([0, 0], 5)).toEqual([{ key: 'k', distance: 2, data: 'new' }]);
    expect(m.forget('k')).toBe(true);
    expect(m.forget('k')).toBe(false);
    expect(m.recall([0, 0], 5)).toEqual([]);
  });

  it('gives data out as copies, also with a key __proto__', () => {
    const m = memory();
    const data = JSON.parse('{"__proto__":{"polluted":1},"list":[1]}') as MemoryData;
    m.add('__proto__', [1], data);
    const [hit] = m.recall([1], 1);
    (hit!.data as { list: number[] }).list.push(2);
    expect(JSON.stringify(m.recall([1], 1)[0]!.data)).toBe(JSON.stringify(data));
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('eviction', () => {
  it('lru lets go what was neither added nor recalled for longest', () => {
    const m = memory(2);
    expect(m.add('a', [1])).toBeUndefined();
    m.add('b', [2]);
    m.recall([1], 1);
    expect(m.add('c', [3])).toBe('b');
    expect([...m.keys()]).toEqual(['a', 'c']);
    expect(m.add('c', [4])).toBeUndefined();
  });

  it('importance lets go the least important × (1 + recalls), but never the newcomer', () => {
    const m = memory(2, 'importance');
    m.add('minor', [1], null, { importance: 1 });
    m.add('major', [9], null, { importance: 3 });
    for (let i = 0; i < 3; i++) m.recall([1], 1);
    expect(m.add('tiny', [5], null, { importance: 0.1 })).toBe('major');
    expect([...m.keys()].sort()).toEqual(['minor', 'tiny']);
  });

  it('keeps index and memory in step through random use', () => {
    const op = fc.oneof(
      fc.record({ add: fc.nat(8), x: fc.nat(50) }),
      fc.record({ recall: fc.nat(50) }),
      fc.record({ forget: fc.nat(8) }),
    );
    fc.assert(
      fc.property(fc.array(op, { maxLength: 60 }), fc.boolean(), (ops, lru) => {
        const index = new FlatIndex({ metric: 'l2' });
        const eviction = lru ? 'lru' : 'importance';
        const m = new VectorMemory({ index, capacity: 4, eviction });
        for (const o of ops) {
          if ('add' in o) m.add(`k${o.add}`, [o.x], o.x);
          else if ('recall' in o) m.recall([o.recall], 2);
          else m.forget(`k${o.forget}`);
          expect(m.size).toBe(index.size);
          expect(m.size).toBeLessThanOrEqual(4);
          expect([...m.keys()].every((key) => index.has(key))).toBe(true);
        }
      }),
    );
  });
});

describe('synchronising by digest', () => {
  it('sends only what the other lacks, and nothing the second time', () => {
    const [a, b] = [memory(), memory()];
    a.add('both', [1], 'same');
    b.add('both', [1], 'same');
    a.add('mine', [2], 'a');
    b.add('yours', [3], 'b');
    expect(a.missingFrom(b.digest()).map((e) => e.key)).toEqual(['mine']);
    expect([send(a, b), send(b, a)]).toEqual([1, 1]);
    expect([send(a, b), send(b, a)]).toEqual([0, 0]);
    expect(a.digest()).toEqual(b.digest());
  });

  it('lets the later revision win over the earlier one', () => {
    const [a, b] = [memory(), memory()];
    a.add('k', [1], 'old');
    send(a, b);
    a.add('k', [2], 'new');
    expect(send(b, a)).toBe(0);
    expect(send(a, b)).toBe(1);
    expect(b.recall([2], 1)[0]!.data).toBe('new');
  });

  it('makes two memories equal after one exchange, whatever each did before', () => {
    const ops = fc.array(fc.tuple(fc.nat(5), fc.nat(9)), { maxLength: 20 });
    fc.assert(
      fc.property(ops, ops, (mine, yours) => {
        const [a, b] = [memory(), memory()];
        for (const [key, x] of mine) a.add(`k${key}`, [x], x);
        for (const [key, x] of yours) b.add(`k${key}`, [x], x);
        send(a, b);
        send(b, a);
        const content = (m: VectorMemory) => m.recall([0], 99).map(({ key, data }) => [key, data]);
        expect(content(a).sort()).toEqual(content(b).sort());
        expect([send(a, b), send(b, a)]).toEqual([0, 0]);
      }),
    );
  });

  it('refuses digests that are truncated, padded or boast of entries', () => {
    const m = memory();
    m.add('k', [1]);
    const digest = m.digest();
    for (const cut of truncationsOf(digest))
      expect(codeOf(() => m.missingFrom(cut))).toBe('ERR_MALFORMED');
    const boast = digest.slice();
    boast[5] = 0xff;
    expect(codeOf(() => m.missingFrom(boast))).toBe('ERR_MALFORMED');
    expect(codeOf(() => m.missingFrom(new Uint8Array([...digest, 0])))).toBe('ERR_MALFORMED');
  });
});

describe('save and load', () => {
  it('brings everything back: order of use, recalls, data, capacity', () => {
    const a = memory(2, 'importance');
    a.add('x', [1], { deep: [1, null] });
    a.add('y', [2], Uint8Array.of(7));
    a.recall([1], 1);
    const b = VectorMemory.load(a.save());
    expect(b.save()).toEqual(a.save());
    expect(b.digest()).toEqual(a.digest());
    expect(b.add('z', [3])).toBe('y');
    expect(b.recall([1], 1)).toEqual([{ key: 'x', distance: 0, data: { deep: [1, null] } }]);
  });

  it('refuses truncations, and every single flipped bit', () => {
    const a = memory(2);
    a.add('x', [1], 'text');
    const bytes = a.save();
    for (const cut of truncationsOf(bytes))
      expect(codeOf(() => VectorMemory.load(cut))).toBe('ERR_MALFORMED');
    for (const bad of flipsOf(bytes)) {
      expect(codeOf(() => VectorMemory.load(bad))).toBe('ERR_MALFORMED');
    }
  });
});

describe('mistakes of the caller change nothing', () => {
  it('names the parameter', () => {
    const m = memory();
    m.add('k', [1, 2]);
    expect(() => m.add('', [1, 2])).toThrow(/key/);
    expect(() => m.add('\udc00', [1, 2])).toThrow(/surrogate/);
    expect(() => m.add('new', [1, Number.NaN])).toThrow(/vector\[1\]/);
    expect(() => m.add('new', [1, 2, 3])).toThrow(/dimensions/);
    expect(() => m.add('new', [1, 2], 'x'.repeat(70_000))).toThrow(/data/);
    expect(() => m.add('new', [1, 2], (() => 1) as unknown as string)).toThrow(/data/);
    expect(() => m.add('new', [1, 2], 1, { importance: -1 })).toThrow(/importance/);
    expect(() => m.add('new', [1, 2], 1, { revision: 0 })).toThrow(/revision/);
    expect(() => m.recall([1, 2], 0)).toThrow(/k must/);
    expect([...m.keys()]).toEqual(['k']);
    expect(() => memory(0)).toThrow(/capacity/);
    expect(() => memory(1, 'oldest' as 'lru')).toThrow(/eviction/);
    const used = new FlatIndex();
    used.insert(1, [1]);
    expect(() => new VectorMemory({ index: used })).toThrow(/index/);
    expect(() => new VectorMemory({ index: {} as never })).toThrow(/index must have a method/);
    expect(() => new VectorMemory(null as never)).toThrow(/options must be an object/);
    expect(() => new VectorMemory({ capcity: 1 } as never)).toThrow(/"capcity"/);
    expect(() => VectorMemory.load(m.save(), null as never)).toThrow(/options must be an object/);
    expect(() => m.add('new', [1, 2], 1, null as never)).toThrow(/how must be an object/);
  });
});
