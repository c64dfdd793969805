import { describe, expect, it } from 'vitest';
import { PatternStore } from '../src/index.js';
import { seen } from './fixtures/seen.js';

const copy = (store: PatternStore) => PatternStore.load(store.save());

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
