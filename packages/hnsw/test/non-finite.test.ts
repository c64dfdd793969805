import { FlatIndex, HnswIndex } from '@ruvector/hnsw';
import { describe, expect, it } from 'vitest';
import { METRICS } from './data.js';

const BAD = [NaN, Infinity, -Infinity, 1e39, -1e39];

describe.each(METRICS)('what is no finite 32-bit float, under %s', (metric) => {
  it.each(BAD)('%d at any place is refused by every call, and nothing has changed', async (bad) => {
    const index = new HnswIndex({ metric, dimensions: 5 });
    index.insert('a', [1, 2, 3, 4, 5]);
    const before = index.save();
    for (let place = 0; place < 5; place++) {
      const numbers = [1, 2, 3, 4, 5].with(place, bad);
      for (const vector of [numbers, Float32Array.from(numbers)]) {
        expect(() => index.insert('b', vector)).toThrow(RangeError);
        expect(() => index.upsert('a', vector)).toThrow(RangeError);
        expect(() => index.search(vector, 1)).toThrow(`query[${place}] must be finite in 32 bits`);
      }
      const matrix = Float32Array.from([1, 2, 3, 4, 5, ...numbers]);
      await expect(index.insertMany(undefined, matrix)).rejects.toThrow(`matrix row 1[${place}]`);
      await expect(index.searchMany(matrix, 1)).rejects.toThrow(RangeError);
    }
    expect(index.save()).toEqual(before);
  });

  it('a vector longer than 2^62, whose distances would overflow, is refused too', () => {
    for (const index of [new HnswIndex({ metric }), new FlatIndex({ metric })]) {
      expect(() => index.insert('a', [2 ** 62, 2 ** 62])).toThrow(
        'vector must have a norm of at most 2^62',
      );
      index.insert('b', [2 ** 61, -(2 ** 61)]);
      const [hit] = index.search([-(2 ** 61), 2 ** 61], 1);
      expect(Number.isFinite(hit!.distance)).toBe(true);
    }
  });
});

it('holes, strings and nothing are no numbers: a TypeError', () => {
  const index = new HnswIndex();
  for (const vector of [
    Array.from({ length: 3 }),
    [1, '2'],
    [1, null],
    [1, undefined],
    'ab',
    null,
    new Set([1]),
  ])
    expect(() => index.insert('a', vector as never)).toThrow(TypeError);
  expect(index.size).toBe(0);
  expect(index.dimensions).toBeUndefined();
});

it('an empty vector is refused, and fixes no dimensions', () => {
  const index = new HnswIndex();
  expect(() => index.insert('a', [])).toThrow('vector.length must be an integer from 1 to 65535');
  expect(() => index.search([], 1)).toThrow(RangeError);
  index.insert('a', [1]);
  expect(index.dimensions).toBe(1);
});
