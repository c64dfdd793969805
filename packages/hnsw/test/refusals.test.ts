import { FlatIndex, HnswIndex } from '@ruvector/hnsw';
import { describe, expect, it } from 'vitest';

/** At 1, which `map` and `forEach` skip. */
const WITH_HOLE = Object.assign([7], { 2: 9 });

function small(): HnswIndex {
  const index = new HnswIndex({ dimensions: 2 });
  index.insert('a', [1, 2]);
  index.insert('b', [3, 4]);
  return index;
}

describe('a refusal says what is wrong, and where', () => {
  it.each([
    [WITH_HOLE, TypeError, 'ids[1] must be a string or a number, got undefined'],
    [[7, 8n, 9], TypeError, 'ids[1] must be a string or a number, got bigint'],
    [[7, 8, 0.5], RangeError, 'ids[2] must be an integer'],
    [[7, 8, 7], RangeError, 'ids[2] 7 is known'],
  ] as const)('of ids in insertMany: %o', async (ids, kind, message) => {
    const index = small();
    const refused = index.insertMany(ids as never, Float32Array.of(1, 2, 3, 4, 5, 6));
    await expect(refused).rejects.toThrow(kind);
    await expect(index.insertMany(ids as never, new Float32Array(6))).rejects.toThrow(message);
    expect([...index]).toEqual(['a', 'b']);
  });

  it.each([[[1n, 2n]], [[1, Symbol('two')]]])('of what is no number in a vector', (vector) => {
    const at = typeof vector[0] === 'number' ? 1 : 0;
    expect(() => new HnswIndex().insert(1, vector as never)).toThrow(
      `vector[${at}] must be a number`,
    );
    expect(() => small().search(vector as never, 1)).toThrow(`query[${at}] must be a number`);
  });

  it('of the row and the place of a value in searchMany', async () => {
    const index = small();
    const message = 'queries[1][0] must be finite in 32 bits, got NaN';
    await expect(index.searchMany(Float32Array.of(1, 2, NaN, 4), 1)).rejects.toThrow(message);
    const one = [1, 2];
    await expect(index.searchMany([one, [NaN, 4]], 1)).rejects.toThrow(message);
    await expect(index.searchMany([one, [1]], 1)).rejects.toThrow('queries[1] must have 2 dim');
    const holed = Object.assign([one], { 2: one });
    await expect(index.searchMany(holed, 1)).rejects.toThrow('queries[1] must be a Float32Array');
  });

  it.each([0, 65_537, 1.5, NaN])('of an efSearch of %d, in a FlatIndex too', (efSearch) => {
    for (const index of [new FlatIndex(), new HnswIndex()])
      expect(() => index.search([1], 1, { efSearch })).toThrow(
        'efSearch must be an integer from 1 to 65536',
      );
  });

  it.each([1n, Symbol('a'), undefined, {}])('of what is no id in a filter', (id) => {
    const filter = new Set([id as never, 'a']);
    const message = `filter must be a Set of strings and numbers, got ${typeof id}`;
    const index = small();
    expect(() => index.search([1, 2], 1, { filter })).toThrow(message);
    expect(() => index.createFilter(filter).size).toThrow(message);
  });
});
