import { FlatIndex, HnswIndex, type HnswIndexOptions } from '@ruvector/hnsw';
import { describe, expect, it } from 'vitest';
import { uniform } from './data.js';

const make = (options: unknown): HnswIndex => new HnswIndex(options as HnswIndexOptions);

describe('options of an index', () => {
  it.each<[string, number, number]>([
    ['dimensions', 1, 65_535],
    ['M', 2, 128],
    ['efConstruction', 1, 4_096],
    ['seed', 0, 0xffffffff],
    ['shardBytes', 2 ** 20, 2 ** 32],
  ])('%s is a whole number from %d to %d', (name, min, max) => {
    for (const good of [min, max]) expect(() => make({ [name]: good })).not.toThrow();
    for (const bad of [min - 1, max + 1, min + 0.5, NaN, Infinity, -Infinity]) {
      const rule = `${name} must be an integer from ${min} to ${max}, got ${bad}`;
      expect(() => make({ [name]: bad })).toThrow(new RangeError(rule));
    }
    for (const bad of ['16', null, true, 16n])
      expect(() => make({ [name]: bad })).toThrow(TypeError);
  });

  it('targetRecall is a number from 0.5 to 0.999', () => {
    for (const good of [0.5, 0.9, 0.999]) expect(() => make({ targetRecall: good })).not.toThrow();
    for (const bad of [0, 0.49, 1, NaN, Infinity])
      expect(() => make({ targetRecall: bad })).toThrow(
        new RangeError(`targetRecall must be a finite number from 0.5 to 0.999, got ${bad}`),
      );
  });

  it('capacity is a whole number from 0, and no more than a memory holds is taken of it', () => {
    for (const bad of [-1, 0.5, NaN, Infinity])
      expect(() => make({ capacity: bad })).toThrow(RangeError);
    const index = make({ capacity: 1e12, shardBytes: 2 ** 20 });
    index.insert('a', [1, 2]);
    expect(index.stats().memoryBytes).toBeLessThanOrEqual(2 ** 20 + 65_536);
  });

  it('capacity makes no room for vectors of which codes alone are kept', async () => {
    const [count, dimensions] = [5_000, 64];
    const { values: rows } = uniform(count, dimensions, 1);
    const bytesOf = async (storage: 'sq7' | 'f32') => {
      const index = make({ dimensions, storage, capacity: count, efConstruction: 10 });
      await index.insertMany(undefined, rows);
      return [index, HnswIndex.load(index.save())].map((each) => each.stats().memoryBytes);
    };
    const [codes, vectors] = [await bytesOf('sq7'), await bytesOf('f32')];
    codes.forEach((bytes, i) =>
      expect(vectors[i]! - bytes).toBeGreaterThan(0.9 * 3 * dimensions * count),
    );
  });

  it('metric and storage are one of few', () => {
    expect(() => make({ metric: 'L2' })).toThrow('metric must be one of l2, cosine, dot, got L2');
    expect(() => make({ metric: 'ip' })).toThrow(RangeError);
    expect(() => make({ storage: 'f16' })).toThrow(/^storage must be one of f32\+sq7, .*got f16$/);
  });

  it('one that is not known is refused, since misspelt it would be its default', () => {
    expect(() => make({ ef_construction: 100 })).toThrow('got "ef_construction"');
    expect(() => make({ m: 16 })).toThrow(TypeError);
    expect(() => make(null)).toThrow('options must be an object');
    expect(() => make([])).toThrow(TypeError);
    expect(() => new FlatIndex({ M: 8 } as object)).toThrow('got "M"');
  });

  it('withParams has the parameters of the first version, and l2', () => {
    const index = HnswIndex.withParams(8, 100);
    index.insert(1, [1, 2, 3]);
    expect([index.metric, index.dimensions]).toEqual(['l2', 3]);
    expect(() => HnswIndex.withParams(1, 100)).toThrow('M must be an integer from 2 to 128, got 1');
    expect(() => HnswIndex.withParams(8, 0)).toThrow('efConstruction must be');
  });
});

describe('options of a search', () => {
  const index = new HnswIndex();
  index.insert('a', [1, 2]);

  it.each([0, -1, 1.5, NaN, Infinity])('k = %d is refused', (k) => {
    expect(() => index.search([1, 2], k)).toThrow(`got ${k}`);
    expect(() => index.search([1, 2], k)).toThrow(/^k must be an integer from 1 to /);
  });

  it.each([0, 65_537, 0.5, NaN])('efSearch = %d is refused', (efSearch) => {
    expect(() => index.search([1, 2], 1, { efSearch })).toThrow(
      `efSearch must be an integer from 1 to 65536, got ${efSearch}`,
    );
  });

  it.each([1, 65_536])('efSearch = %d is taken', (efSearch) => {
    expect(index.search([1, 2], 1, { efSearch })).toEqual([{ id: 'a', distance: 0 }]);
  });

  it('one that is not known is refused', () => {
    expect(() => index.search([1, 2], 1, { ef: 10 } as object)).toThrow('got "ef"');
    expect(() => index.search([1, 2], 1, null as never)).toThrow(TypeError);
  });

  it.each([['a'], { a: 1 }, 'a', 5])('a filter must be a function or a Set, not %j', (filter) => {
    expect(() => index.search([1, 2], 1, { filter: filter as never })).toThrow(
      `filter must be a function or a Set, got ${typeof filter}`,
    );
  });
});

it('the smallest M and efConstruction still make an index in which all is found', async () => {
  const data = uniform(2_500, 4, 1);
  const index = new HnswIndex({ dimensions: 4, M: 2, efConstruction: 1 });
  await index.insertMany(undefined, data.values);
  const lost = Array.from({ length: 200 }, (_, id) => id).filter((id) => {
    const [hit] = index.search(data.values.subarray(4 * id, 4 * id + 4), 1, { efSearch: 2_500 });
    return hit!.id !== id;
  });
  expect(lost).toEqual([]);
});

it('the largest M and efConstruction do too', () => {
  const data = uniform(2_100, 4, 1);
  const index = new HnswIndex({ M: 128, efConstruction: 4_096 });
  for (let id = 0; id < 400; id++) index.insert(id, data.values.subarray(4 * id, 4 * id + 4));
  expect(index.search(data.values.subarray(0, 4), 1)[0]!.id).toBe(0);
});
