import type { VectorId } from '@ruvector/core';
import { HnswIndex } from '@ruvector/hnsw';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdMap } from '../src/id-map.js';
import { shuffled } from './data.js';

fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 1) });

const ODD: VectorId[] = [
  0,
  '0',
  1,
  '1',
  -1,
  '-1',
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  2 ** 32,
  2 ** 32 + 1,
  -(2 ** 32),
  '',
  ' ',
  'é',
  'e\u0301',
  '日本',
  '😀',
  '__proto__',
  'constructor',
  'NaN',
  '\0',
  'a'.repeat(65_536),
];

const filled = (ids: readonly VectorId[]): HnswIndex => {
  const index = new HnswIndex();
  ids.forEach((id, i) => index.insert(id, [i, 0]));
  return index;
};

const idsOf = (index: HnswIndex): Set<VectorId> => new Set(index);

describe('ids', () => {
  it('all that are safe integers or strings are different ones, and stay so when saved', () => {
    for (const index of [filled(ODD), HnswIndex.load(filled(ODD).save())]) {
      expect(index.size).toBe(ODD.length);
      expect(idsOf(index)).toEqual(new Set(ODD));
      ODD.forEach((id, i) => {
        expect(index.has(id)).toBe(true);
        expect([...index.get(id)!]).toEqual([i, 0]);
        expect(index.search([i, 0], 1)).toEqual([{ id, distance: 0 }]);
      });
    }
  });

  it('1 is deleted and "1" stays', () => {
    const index = filled([1, '1']);
    expect(index.delete(1)).toBe(true);
    expect([index.has(1), index.has('1')]).toEqual([false, true]);
    expect(index.search([0, 0], 2)).toEqual([{ id: '1', distance: 1 }]);
  });

  it('−0 is 0', () => {
    const index = filled([-0]);
    expect(index.has(0)).toBe(true);
    expect(Object.is([...index][0], 0)).toBe(true);
    expect(() => index.insert(0, [1, 1])).toThrow('id 0 is known; upsert replaces');
  });

  it.each([
    [1.5, RangeError, 'id must be an integer from'],
    [2 ** 53, RangeError, 'got 9007199254740992'],
    [NaN, RangeError, 'got NaN'],
    [Infinity, RangeError, 'got Infinity'],
    ['\ud800', RangeError, 'id must not have a lone surrogate'],
    ['a'.repeat(65_537), RangeError, 'id must have 0 to 65536 characters, got 65537'],
    [1n, TypeError, 'id must be a string or a number, got bigint'],
    [undefined, TypeError, 'id must be a string or a number, got undefined'],
    [null, TypeError, 'id must be a string or a number, got object'],
    [['a'], TypeError, 'id must be a string or a number, got object'],
  ])('%s is none: %o, %s', async (id, kind, message) => {
    const index = filled(['a']);
    const bad = id as VectorId;
    const calls = [
      () => index.insert(bad, [1, 1]),
      () => index.upsert(bad, [1, 1]),
      () => index.delete(bad),
      () => index.has(bad),
      () => index.get(bad),
    ];
    for (const call of calls) {
      expect(call).toThrow(kind);
      expect(call).toThrow(message);
    }
    const ofFirst = message.replace(/^id /, 'ids[0] ');
    await expect(index.insertMany([bad], Float32Array.of(1, 1))).rejects.toThrow(ofFirst);
    expect([...index]).toEqual(['a']);
  });

  it('100,000 strings are all there, by name, after saving too', () => {
    const map = new IdMap();
    for (let slot = 0; slot < 100_000; slot++) map.set(slot, `document-${slot}`);
    const lost = shuffled(100_000, 1).filter((slot) => map.slotOf(`document-${slot}`) !== slot);
    expect(lost).toEqual([]);
    expect(map.slotOf('document-100000')).toBeUndefined();
  });

  it('in insertMany the next free integers are given, around those that are taken', async () => {
    const index = new HnswIndex({ dimensions: 1 });
    index.insert(1, [10]);
    index.insert('2', [20]);
    await index.insertMany(undefined, Float32Array.of(0, 2, 3));
    expect(idsOf(index)).toEqual(new Set([0, 1, 2, 3, '2']));
    expect([0, 2, 3].map((id) => index.get(id)![0])).toEqual([0, 2, 3]);
  });

  it('in insertMany one that is there twice is refused before anything is inserted', async () => {
    const index = filled(['a']);
    const matrix = new Float32Array(4);
    for (const ids of [
      ['b', 'b'],
      ['b', 'a'],
    ])
      await expect(index.insertMany(ids, matrix)).rejects.toThrow(`ids[1] "${ids[1]}" is known`);
    expect([...index]).toEqual(['a']);
  });
});

describe('the map from ids to slots', () => {
  it('does what two Maps would, whatever is set and deleted', () => {
    const id = fc.oneof(
      fc.integer({ min: -3, max: 12 }),
      fc.maxSafeInteger(),
      fc.integer({ min: 0, max: 9 }).map(String),
    );
    fc.assert(
      fc.property(fc.array(id, { maxLength: 120 }), (ids) => {
        const [map, slots] = [new IdMap(), new Map<VectorId, number>()];
        const free: number[] = [];
        let next = 0;
        for (const each of ids) {
          const slot = slots.get(each);
          if (slot === undefined) {
            const taken = free.pop() ?? next++;
            map.set(taken, each);
            slots.set(each, taken);
          } else {
            map.delete(slot);
            slots.delete(each);
            free.push(slot);
          }
          for (const known of ids) expect(map.slotOf(known)).toBe(slots.get(known));
          for (const [known, at] of slots) expect(map.idOf(at)).toBe(known);
        }
      }),
      { numRuns: 60 },
    );
  });
});
