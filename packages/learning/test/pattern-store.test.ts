import { ByteWriter, equalBytes, isEdgeError, utf8 } from '@ruvector/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PatternStore } from '../src/index.js';

const seen = (outcome: number, confidence = 1, vector = [1, 0]) => ({
  vector,
  outcome,
  confidence,
});
const copy = (store: PatternStore) => PatternStore.load(store.save());
const codeOf = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return isEdgeError(error) ? error.code : String(error);
  }
  return 'nothing thrown';
};

describe('recording and reading', () => {
  it('gives back a single observation exactly as it was', () => {
    const store = new PatternStore({ agentId: 'a' });
    store.record('k', { vector: [0.5, 0.25], outcome: 0.3, confidence: 0.7 });
    expect(store.get('k')).toEqual({
      vector: Float32Array.of(0.5, 0.25),
      outcome: 0.3,
      confidence: 0.7,
      count: 1,
      agents: 1,
    });
  });

  it('averages an agent by confidence: 1 at .75 and 0 at .25 make .75', () => {
    const store = new PatternStore({ agentId: 'a' });
    store.record('k', seen(1, 0.75, [1, 0]));
    store.record('k', seen(0, 0.25, [0, 1]));
    const pattern = store.get('k')!;
    expect(pattern.outcome).toBeCloseTo(0.75, 12);
    expect(pattern.confidence).toBeCloseTo(0.5, 12);
    expect([...pattern.vector]).toEqual([0.75, 0.25]);
    expect(pattern.count).toBe(2);
  });

  it('knows nothing of a key that nobody recorded', () => {
    const store = new PatternStore({ agentId: 'a' });
    expect(store.get('k')).toBeUndefined();
    expect(store.has('k')).toBe(false);
    expect(store.size).toBe(0);
  });

  it('copies vectors on the way in and on the way out', () => {
    const store = new PatternStore({ agentId: 'a' });
    const vector = Float32Array.of(1, 2);
    store.record('k', { vector, outcome: 1, confidence: 1 });
    vector[0] = 9;
    store.get('k')!.vector[1] = 9;
    expect([...store.get('k')!.vector]).toEqual([1, 2]);
  });

  it('lists keys in one order, whoever recorded them', () => {
    const a = new PatternStore({ agentId: 'a' });
    const b = new PatternStore({ agentId: 'b' });
    for (const key of ['z', 'm']) a.record(key, seen(1));
    for (const key of ['m', 'c']) b.record(key, seen(1));
    a.merge(b);
    b.merge(a);
    expect([...a.keys()]).toEqual(['c', 'm', 'z']);
    expect([...b.keys()]).toEqual(['c', 'm', 'z']);
    expect(a.size).toBe(3);
  });

  it('takes __proto__, constructor and emoji as keys like any other', () => {
    const store = new PatternStore({ agentId: 'constructor' });
    for (const key of ['__proto__', 'constructor', '🦀']) store.record(key, seen(0.5));
    const loaded = copy(store);
    expect([...loaded.keys()]).toEqual(['__proto__', 'constructor', '🦀']);
    expect(loaded.get('__proto__')!.outcome).toBe(0.5);
    expect(({} as Record<string, unknown>)['outcome']).toBeUndefined();
    expect(new PatternStore({ agentId: 'b' }).applyDelta(store.delta({}))).toBe(3);
  });
});

describe('merging', () => {
  it('keeps the versions of agents named __proto__ and constructor, also through JSON', () => {
    const a = new PatternStore({ agentId: '__proto__' });
    const b = new PatternStore({ agentId: 'constructor' });
    a.record('k', seen(1));
    b.merge(a);
    const since = JSON.parse(JSON.stringify(b.versions)) as typeof b.versions;
    a.record('l', seen(1));
    expect(b.applyDelta(a.delta(since))).toBe(1);
    expect(Object.entries(b.versions)).toEqual([['__proto__', 2]]);
  });

  it('says how many patterns are new or changed, and 0 the second to fifth time', () => {
    const a = new PatternStore({ agentId: 'a' });
    const b = new PatternStore({ agentId: 'b' });
    for (const key of ['x', 'y', 'z']) b.record(key, seen(1));
    expect(a.merge(b)).toBe(3);
    const once = a.save();
    for (let i = 0; i < 4; i++) expect(a.merge(b)).toBe(0);
    expect(a.save()).toEqual(once);
    b.record('y', seen(0));
    expect(a.merge(b)).toBe(1);
  });

  it('does nothing when a store is merged into itself', () => {
    const a = new PatternStore({ agentId: 'a' });
    a.record('k', seen(1));
    expect(a.merge(a)).toBe(0);
  });

  it('never counts a third party twice, whichever way its state came', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((agentId) => new PatternStore({ agentId })) as [
      PatternStore,
      PatternStore,
      PatternStore,
    ];
    c.record('k', seen(1));
    a.merge(c);
    b.merge(c);
    b.merge(a);
    a.merge(b);
    expect(a.get('k')!.count).toBe(1);
  });
});

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

describe('robustness against one poisoned peer of eight', () => {
  const swarm = (poison: (s: PatternStore) => void): PatternStore => {
    const all = new PatternStore({ agentId: 'reader' });
    for (let i = 0; i < 7; i++) {
      const agent = new PatternStore({ agentId: `good-${i}` });
      for (let n = 0; n < 100; n++) agent.record('k', seen(n % 10 < 7 ? 1 : 0));
      all.merge(agent);
    }
    const bad = new PatternStore({ agentId: 'bad' });
    poison(bad);
    all.merge(bad);
    return all;
  };

  it('keeps .70 within .02 when outcomes come times 1,000', () => {
    const all = swarm((bad) => {
      for (let n = 0; n < 100; n++) bad.record('k', seen(700));
    });
    expect(Math.abs(all.get('k')!.outcome - 0.7)).toBeLessThan(0.02);
  });

  it('keeps .70 within .02 when observations come times 1,000', () => {
    const all = swarm((bad) => {
      for (let n = 0; n < 100_000; n++) bad.record('k', seen(0));
    });
    expect(Math.abs(all.get('k')!.outcome - 0.7)).toBeLessThan(0.02);
  });

  it('turns the vector by less than 0.15 rad when it comes times -1,000 and sideways', () => {
    const all = swarm((bad) => bad.record('k', seen(1, 1, [-1000, 1000])));
    const [x, y] = all.get('k')!.vector as unknown as [number, number];
    expect(Math.abs(Math.atan2(y, x))).toBeLessThan(0.15);
  });

  it('goes by the length of vector that most agents use', () => {
    const all = swarm((bad) => bad.record('k', seen(1, 1, [1, 2, 3])));
    expect(all.get('k')!.vector).toHaveLength(2);
    expect(all.get('k')!.agents).toBe(7);
  });
});

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
    for (let length = 0; length < delta.length; length++)
      expect(codeOf(() => store().applyDelta(delta.subarray(0, length)))).toBe('ERR_MALFORMED');
    for (let bit = 0; bit < 8 * delta.length; bit++) {
      const bad = delta.slice();
      bad[bit >> 3]! ^= 1 << (bit & 7);
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
    const w = new ByteWriter().raw(utf8('RVLP')).u8(1).u32(1).text('b').f64(0);
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
    for (let length = 0; length < bytes.length; length++)
      expect(codeOf(() => PatternStore.load(bytes.subarray(0, length)))).toBe('ERR_MALFORMED');
    expect(codeOf(() => PatternStore.load(a.delta()))).toBe('ERR_MALFORMED');
    const limits = { entriesMax: 1 };
    expect(codeOf(() => PatternStore.load(bytes, { limits }))).toBe('ERR_LIMIT');
  });

  it('refuses every single flipped bit, and makes a subclass of itself', () => {
    const a = new PatternStore({ agentId: 'a' });
    a.record('k', seen(1));
    const bytes = a.save();
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const bad = bytes.slice();
      bad[bit >> 3]! ^= 1 << (bit & 7);
      expect(codeOf(() => PatternStore.load(bad))).toBe('ERR_MALFORMED');
    }
    class Mine extends PatternStore {}
    expect(Mine.load(bytes)).toBeInstanceOf(Mine);
  });
});

describe('arguments that are none', () => {
  const wrong = (value: unknown) => value as never;

  it('are TypeErrors that name them', () => {
    const a = new PatternStore({ agentId: 'a' });
    for (const none of [undefined, null, 'a', []])
      expect(() => new PatternStore(wrong(none))).toThrow(/^options must be an object/);
    expect(() => new PatternStore(wrong({ agentId: 'a', limitz: {} }))).toThrow(/"limitz"/);
    for (const none of [null, 'x', 5]) {
      expect(() => a.delta(wrong(none))).toThrow(/^since must be an object/);
      expect(() => a.delta({}, wrong(none))).toThrow(/^options must be an object/);
      expect(() => a.applyDelta(a.delta(), wrong(none))).toThrow(/^options must be an object/);
      expect(() => a.merge(wrong(none))).toThrow(/^other must be a PatternStore/);
      expect(() => PatternStore.load(a.save(), wrong(none))).toThrow(/^options must be an object/);
    }
    expect(() => a.applyDelta(a.delta(), wrong({ agent: ['b'] }))).toThrow(/"agent"/);
    expect(() => a.applyDelta(a.delta(), wrong({ agents: 'b' }))).toThrow(/^agents must be an/);
    expect(() => a.delta({}, { agents: ['a b'] })).toThrow(/^agents\[0\] must be/);
  });

  it('name a bad limit or observation', () => {
    const limited = (limits: unknown) => () =>
      new PatternStore({ agentId: 'a', limits: wrong(limits) });
    expect(limited(null)).toThrow(/^limits must be an object/);
    expect(limited({ agentMax: 1 })).toThrow(/"agentMax"/);
    const a = new PatternStore({ agentId: 'a' });
    expect(() => a.record('k', wrong(undefined))).toThrow(/^observation must be an object/);
  });
});
