import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter, isEdgeError, type Metric, type VectorId } from '@ruvector/core';
import { FlatIndex } from '@ruvector/core/memory';

/** The contract in the plainest words: all distances, one full sort. */
class Oracle {
  readonly vectors = new Map<VectorId, Float32Array>();
  readonly metric: Metric;
  constructor(metric: Metric) {
    this.metric = metric;
  }
  outcome({ act, id, vector }: Step): boolean | 'RangeError' {
    if (act === 'delete') return this.vectors.delete(id);
    if (act === 'insert' && this.vectors.has(id)) return 'RangeError';
    this.vectors.set(id, Float32Array.from(vector));
    return true;
  }
  search(query: readonly number[], k: number, filter: (id: VectorId) => boolean = () => true) {
    const q = Float32Array.from(query);
    const hits = [...this.vectors]
      .filter(([id]) => filter(id))
      .map(([id, v]) => ({ id, distance: this.#distance(v, q) }));
    return hits.sort((x, y) => x.distance - y.distance || byId(x.id, y.id)).slice(0, k);
  }
  #distance(v: Float32Array, q: Float32Array): number {
    let [vq, vv, qq, gap] = [0, 0, 0, 0];
    for (let i = 0; i < q.length; i++) {
      vq += v[i]! * q[i]!;
      vv += v[i]! * v[i]!;
      qq += q[i]! * q[i]!;
      gap += (v[i]! - q[i]!) ** 2;
    }
    if (this.metric === 'l2') return Math.sqrt(gap);
    if (this.metric === 'dot') return 0 - vq;
    return 1 - Math.min(1, Math.max(-1, vq / Math.sqrt(vv * qq)));
  }
}

function byId(a: VectorId, b: VectorId): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a < b ? -1 : 1;
}

const METRICS = ['l2', 'cosine', 'dot'] as const;
const anId = fc.oneof(fc.integer({ min: -3, max: 5 }), fc.constantFrom('', 'a', 'b', '1', '💡'));
// Few values, so that equal distances are common; never all zero.
const aVector = fc
  .array(fc.constantFrom(-1, 0, 0.5, 1, 2), { minLength: 3, maxLength: 3 })
  .map(([x, y, z]) => [x!, y!, z === 0 && x === 0 && y === 0 ? 1 : z!]);
const aStep: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom('upsert', 'insert', 'delete'),
  id: anId,
  vector: aVector,
});

interface Step {
  readonly act: 'upsert' | 'insert' | 'delete';
  readonly id: VectorId;
  readonly vector: readonly number[];
}

function outcome(index: FlatIndex, { act, id, vector }: Step): boolean | 'RangeError' {
  if (act === 'delete') return index.delete(id);
  try {
    index[act](id, vector);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return 'RangeError';
    throw error;
  }
}

describe('FlatIndex against a full sort', () => {
  it.each(METRICS)('answers the same after any insert, upsert and delete, under %s', (metric) => {
    fc.assert(
      fc.property(
        fc.array(aStep, { maxLength: 40 }),
        aVector,
        fc.integer({ min: 1, max: 20 }),
        (steps, query, k) => {
          const index = new FlatIndex({ metric });
          const oracle = new Oracle(metric);
          for (const step of steps) {
            expect(outcome(index, step)).toEqual(oracle.outcome(step));
            expect(index.size).toBe(oracle.vectors.size);
          }
          expect(index.search(query, k)).toEqual(oracle.search(query, k));
          const even = (id: VectorId) => typeof id === 'number' && id % 2 === 0;
          expect(index.search(query, k, { filter: even })).toEqual(oracle.search(query, k, even));
          const wanted = new Set<VectorId>([1, '1', 'a', 'unknown']);
          expect(index.search(query, k, { filter: wanted })).toEqual(
            oracle.search(query, k, (id) => wanted.has(id)),
          );
          for (const [id, vector] of oracle.vectors) expect(index.get(id)).toEqual(vector);
          const loaded = FlatIndex.load(index.save());
          expect(loaded.search(query, k)).toEqual(index.search(query, k));
          expect(loaded.save()).toEqual(index.save());
        },
      ),
    );
  });
});

describe('FlatIndex', () => {
  it('is a cosine index of unknown dimensions and size 0 unless told otherwise', () => {
    const index = new FlatIndex();
    expect([index.metric, index.dimensions, index.size]).toEqual(['cosine', undefined, 0]);
    index.insert('a', [1, 0]);
    expect([index.dimensions, index.size]).toEqual([2, 1]);
    expect(() => index.insert('b', [1, 0, 0])).toThrow('vector must have 2 dimensions, got 3');
    expect(() => index.search([1], 1)).toThrow('query must have 2 dimensions, got 1');
  });

  it('has the distances of the textbook', () => {
    const at = (metric: Metric) => {
      const index = new FlatIndex({ metric });
      index.insert('p', [3, 4]);
      return index.search([6, 8], 1)[0]!.distance;
    };
    expect([at('l2'), at('cosine'), at('dot')]).toEqual([5, 0, -50]);
  });

  it('gives a vector the distance 0 to itself under l2 and cosine, whatever its values', () => {
    const values = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(values, (vector) => {
        fc.pre(vector.some((value) => value !== 0));
        for (const metric of ['l2', 'cosine'] as const) {
          const index = new FlatIndex({ metric });
          index.insert(1, vector);
          expect(index.search(vector, 1)).toEqual([{ id: 1, distance: 0 }]);
        }
      }),
    );
  });

  it('takes the id −0 for 0', () => {
    const index = new FlatIndex();
    index.insert(-0, [1, 1]);
    expect(Object.is(index.search([1, 1], 1)[0]!.id, 0)).toBe(true);
    expect([index.has(0), index.delete(0), index.has(-0)]).toEqual([true, true, false]);
  });

  it('refuses an array longer than any vector before it reads it', () => {
    const index = new FlatIndex();
    const endless: number[] = [];
    endless.length = 2 ** 31;
    expect(() => index.insert('a', endless)).toThrow('vector.length');
  });

  it('refuses ids that no bytes can say, unknown metrics and too many dimensions', () => {
    const index = new FlatIndex();
    for (const id of ['\ud800', 'x'.repeat(65_537)])
      expect(() => index.insert(id, [1])).toThrow(RangeError);
    expect(() => new FlatIndex({ metric: 'manhattan' as never })).toThrow(RangeError);
    expect(() => new FlatIndex({ dimensions: 65_537 })).toThrow(RangeError);
  });

  it('returns no id that a filter deletes on the way', () => {
    const index = new FlatIndex({ metric: 'l2' });
    for (let id = 0; id < 50; id++) index.insert(id, [id, 0]);
    const hits = index.search([0, 0], 50, {
      filter: (id) => {
        if (id === 20) for (let gone = 0; gone < 10; gone++) index.delete(gone);
        return true;
      },
    });
    expect(hits.map((hit) => hit.id)).toEqual(Array.from({ length: 40 }, (_, i) => i + 10));
  });
});

it('FlatIndex.search refuses a misspelt option, which would silently do nothing', () => {
  const index = new FlatIndex();
  index.insert('a', [1]);
  expect(() => index.search([1], 1, { ef: 10 } as object)).toThrow(/only efSearch, filter/);
});

describe('FlatIndex.load', () => {
  const saved = () => {
    const index = new FlatIndex({ metric: 'l2' });
    index.insert('ä', [1, 2]);
    index.insert(-7, [3, 4]);
    return index.save();
  };
  const code = (act: () => unknown): string | undefined => {
    try {
      act();
    } catch (error) {
      return isEdgeError(error) ? error.code : String(error);
    }
    return undefined;
  };

  it('refuses every single flipped bit with ERR_MALFORMED', () => {
    const bytes = saved();
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const flipped = new Uint8Array(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(code(() => FlatIndex.load(flipped))).toBe('ERR_MALFORMED');
    }
  });

  it('refuses a count that the bytes cannot hold before it allocates', () => {
    const writer = new ByteWriter();
    for (const char of 'RVFI') writer.u8(char.charCodeAt(0));
    writer.u8(2).u8(1).u8(0).u32(65_536).u32(0xffffffff).checksum();
    expect(code(() => FlatIndex.load(writer.bytes()))).toBe('ERR_MALFORMED');
  });

  it('refuses one id twice, NaN, and zeros under cosine', () => {
    const make = (metric: number, ids: number[], value: number) => {
      const writer = new ByteWriter();
      for (const char of 'RVFI') writer.u8(char.charCodeAt(0));
      writer.u8(2).u8(1).u8(metric).u32(1).u32(ids.length);
      for (const id of ids) writer.u8(0).f64(id).f32(value);
      return () => FlatIndex.load(writer.checksum().bytes());
    };
    expect(code(make(0, [1, 2], 5))).toBeUndefined();
    expect(code(make(0, [1, 1], 5))).toBe('ERR_MALFORMED');
    expect(code(make(0, [0.5], 5))).toBe('ERR_MALFORMED');
    expect(code(make(0, [1], NaN))).toBe('ERR_MALFORMED');
    expect(code(make(1, [1], 0))).toBe('ERR_MALFORMED');
    expect(code(make(3, [1], 5))).toBe('ERR_MALFORMED');
  });

  it('says that it does not know version 1, which had no checksum', () => {
    const old = saved().slice(0, -4);
    old[4] = 1;
    expect(() => FlatIndex.load(old)).toThrow('flat index: version 1 is unknown, 2 is read here');
  });

  it('makes a subclass of itself', () => {
    class Mine extends FlatIndex {}
    expect(Mine.load(saved())).toBeInstanceOf(Mine);
  });

  it('refuses unknown options and what are none', () => {
    expect(() => new FlatIndex(null as never)).toThrow('options must be an object, got null');
    expect(() => new FlatIndex({ dims: 3 } as never)).toThrow('"dims"');
    expect(() => new FlatIndex().search([1], 1, null as never)).toThrow('options must be an');
  });

  it('refuses what is no Uint8Array with a TypeError', () => {
    expect(() => FlatIndex.load('RVFI' as never)).toThrow(TypeError);
  });
});
