import { seededRandom } from '@ruvector/core';
import { describe, expect, it } from 'vitest';
import { hnswKernel } from '../src/kernel.js';
import * as at from '../src/memory-map.js';
import { Shard } from '../src/shard.js';
import { SHARD_BYTES_MAX } from '../src/shard-memory.js';

type Vector = readonly number[];
type Build = 'base' | 'relaxed';

describe('rows of bits', () => {
  for (const dimensions of [1, 100, 128, 300, 384, 768])
    it(`are the signs of what an oracle rotates in ${dimensions} dimensions`, () => {
      const vectors = clusters(300, dimensions, 1);
      const shard = filled(vectors);
      const oracle = new Oracle(shard);
      vectors.forEach((vector, slot) => {
        const rotated = oracle.rotate(minus(vector, oracle.means));
        const { bits, squared, factor } = rowOf(shard, slot);
        const tiny = 1e-5 * lengthOf(rotated);
        const wrong = rotated.filter(
          (value, i) => Math.abs(value) > tiny && value >= 0 !== bits[i],
        );
        expect(wrong).toEqual([]);
        expect(squared / lengthOf(rotated) ** 2).toBeCloseTo(1, 4);
        expect(factor / (lengthOf(rotated) ** 2 / sum(rotated.map(Math.abs)))).toBeCloseTo(1, 4);
      });
    });

  it('keep lengths and angles: it is a rotation', () => {
    const [a, b] = clusters(2, 300, 2) as [Vector, Vector];
    const oracle = new Oracle(filled(clusters(300, 300, 1)));
    const [ra, rb] = [oracle.rotate(a), oracle.rotate(b)];
    expect(lengthOf(ra)).toBeCloseTo(lengthOf(a), 9);
    expect(dot(ra, rb)).toBeCloseTo(dot(a, b), 9);
  });

  it('come of vectors of length 1 under cosine', () => {
    const vectors = clusters(300, 40, 3);
    const shard = filled(vectors, { metric: at.COSINE });
    const oracle = new Oracle(shard);
    const unit = vectors[7]!.map((value) => value / lengthOf(vectors[7]!));
    expect(rowOf(shard, 7).squared).toBeCloseTo(lengthOf(minus(unit, oracle.means)) ** 2, 5);
  });

  it('are refused if a factor is not finite', () => {
    const shard = filled(clusters(300, 40, 12));
    const { memory } = shard;
    expect(memory.run.verify(16)).toBe(0);
    const last = memory.get(at.BIT_ROWS) + 300 * memory.get(at.BIT_BYTES) - 4;
    memory.f32[last >>> 2] = Infinity;
    expect(memory.run.verify(16)).toBe(1);
  });
});

describe('estimates from bits', () => {
  for (const metric of [at.L2, at.COSINE, at.DOT])
    it(`are what an oracle computes from the same bits, metric ${metric}`, () => {
      const vectors = clusters(300, 100, 4);
      const shard = filled(vectors, { metric });
      const oracle = new Oracle(shard);
      for (const query of clusters(5, 100, 5)) {
        const estimates = estimatesOf(shard, query);
        oracle.estimates(query).forEach(({ value, tolerance }, slot) => {
          expect(Math.abs(estimates[slot]! - value)).toBeLessThan(tolerance);
        });
      }
    });

  it('have no bias, and an error that shrinks with the root of the dimensions', () => {
    const errors = [128, 512, 2048].map((dimensions) => {
      const shard = filled(clusters(300, dimensions, 6, 1));
      const own = clusters(5, dimensions, 7, 1).flatMap((query) => relativeErrors(shard, query));
      const size = Math.sqrt(mean(own.map((error) => error ** 2)));
      expect(Math.abs(mean(own))).toBeLessThan((4 * size) / Math.sqrt(own.length));
      return size * Math.sqrt(dimensions);
    });
    // the deviation of the estimator: √((1 - 2/π) / (2/π)), and some for the 4 bits of the query
    for (const error of errors) expect(error).toBeCloseTo(0.76, 1);
  });

  it('are as good for vectors with a few values that are not zero', () => {
    const sparse = (seed: number): Vector[] => {
      const random = seededRandom(seed);
      return Array.from({ length: 300 }, () => {
        const vector = Array.from({ length: 384 }, () => 0);
        for (let i = 0; i < 3; i++) vector[random.uint32() % 384] = 1;
        return vector;
      });
    };
    const shard = filled(sparse(8));
    const errors = sparse(9)
      .slice(0, 20)
      .flatMap((query) => relativeErrors(shard, query));
    expect(Math.abs(mean(errors))).toBeLessThan(0.01);
    expect(Math.sqrt(384 * mean(errors.map((error) => error ** 2)))).toBeCloseTo(0.76, 1);
  });

  it.runIf(hnswKernel().build === 'relaxed')('are the same in both builds of the kernel', () => {
    const vectors = clusters(300, 200, 10);
    const [base, relaxed] = (['base', 'relaxed'] as const).map((build) =>
      filled(vectors, { build }),
    );
    const query = clusters(1, 200, 11)[0]!;
    expect(estimatesOf(base!, query)).toEqual(estimatesOf(relaxed!, query));
  });
});

/** The rotation and the estimator in plain numbers, by the signs and means that a shard has. */
class Oracle {
  readonly #shard: Shard;
  readonly means: Vector;

  constructor(shard: Shard) {
    this.#shard = shard;
    const { memory } = shard;
    this.means = [...memory.floats(memory.get(at.MEANS), shard.options.dimensions)];
  }

  rotate(vector: Vector): Vector {
    const { memory } = this.#shard;
    const padded = 128 * Math.ceil(vector.length / 128);
    const block = 2 ** Math.floor(Math.log2(padded));
    let values = [...vector, ...Array.from({ length: padded - vector.length }, () => 0)];
    for (let round = 0; round < at.ROUNDS; round++) {
      const first = round % 2 === 0 ? 0 : padded - block;
      const signs = memory.bytes.subarray(memory.get(at.SIGNS) + round * padded + first);
      const part = values.slice(first, first + block);
      const spread = hadamard(part.map((value, i) => (signs[i]! >= 128 ? -value : value)));
      values = [...values];
      spread.forEach((value, i) => (values[first + i] = value / Math.sqrt(block)));
    }
    return values;
  }

  /**
   * Of squared distances, or of negative products under `dot`, for each slot. A value on the edge
   * of two of the 16 that a query may have can be rounded otherwise: two of them at most.
   */
  estimates(vector: Vector): { value: number; tolerance: number }[] {
    const { metric } = this.#shard.options;
    const query = metric === at.COSINE ? vector.map((v) => v / lengthOf(vector)) : vector;
    const rotated = this.rotate(metric === at.DOT ? query : minus(query, this.means));
    const step = Math.max(...rotated.map(Math.abs)) / 8;
    const rounded = rotated.map((value) => step * (Math.min(7, Math.floor(value / step)) + 0.5));
    return Array.from({ length: this.#shard.count }, (_, slot) => {
      const { bits, squared, factor } = rowOf(this.#shard, slot);
      const product = factor * sum(rounded.map((value, i) => (bits[i] ? value : -value)));
      const tolerance = 4.1 * step * factor;
      if (metric === at.DOT) return { value: -dot(query, this.means) - product, tolerance };
      return { value: squared + lengthOf(rotated) ** 2 - 2 * product, tolerance };
    });
  }
}

/** By the definition, row by row of the matrix. */
function hadamard(values: Vector): number[] {
  let result = [...values];
  for (let half = 1; half < values.length; half *= 2)
    result = result.map((value, i) =>
      i & half ? result[i - half]! - value : value + result[i + half]!,
    );
  return result;
}

/** Of ⟨x, q⟩, both less the mean, by |x| |q|. */
function relativeErrors(shard: Shard, query: Vector): Vector {
  const { means } = new Oracle(shard);
  const q = minus(query, means);
  return [...estimatesOf(shard, query)].map((estimate, slot) => {
    const x = minus([...shard.vector(slot)], means);
    const exact = lengthOf(minus(x, q)) ** 2;
    return (exact - estimate) / 2 / lengthOf(x) / lengthOf(q);
  });
}

/** What the kernel sorts by: the keys in its pool, of which a scan leaves all. */
function estimatesOf(shard: Shard, query: Vector): Vector {
  const { memory, count } = shard;
  memory.set(at.TRAVERSAL, at.ON_BITS);
  shard.widenTo(count);
  shard.admit(query);
  shard.scan(count, false, false);
  const estimates = Array.from({ length: count }, () => NaN);
  const pool = memory.scratch(at.POOL) >>> 2;
  for (let i = 0; i < count; i++)
    estimates[memory.u32[pool + 2 * i]! >>> 1] = floatOf(memory.u32[pool + 2 * i + 1]!);
  return estimates;
}

function floatOf(key: number): number {
  const bits = key >= 0x80000000 ? key ^ 0x80000000 : ~key;
  return new Float32Array(Uint32Array.of(bits).buffer)[0]!;
}

function rowOf({ memory }: Shard, slot: number) {
  const [first, span] = [memory.get(at.BIT_ROWS), memory.get(at.BIT_SPAN)];
  const start = first + slot * memory.get(at.BIT_BYTES);
  const bytes = memory.bytes.subarray(start, start + span);
  const bits = Array.from({ length: 8 * span }, (_, i) => ((bytes[i >> 3]! >> (i & 7)) & 1) === 1);
  const [squared, factor] = memory.floats(start + span, 2) as unknown as [number, number];
  return { bits, squared, factor };
}

/** Trained on all. */
function filled(
  vectors: readonly Vector[],
  { metric = at.L2, build }: { metric?: number; build?: Build } = {},
): Shard {
  const shard = new Shard({
    kernel: hnswKernel(build && { build }),
    dimensions: vectors[0]!.length,
    metric,
    M: 8,
    efConstruction: 20,
    storage: 'bit',
    graph: true,
    capacity: vectors.length,
    seed: 1,
    targetRecall: 0.95,
    bytesMax: SHARD_BYTES_MAX,
  });
  for (const vector of vectors) {
    shard.admit(vector);
    shard.add();
  }
  shard.coding!.retrain();
  return shard;
}

/** About centres that are far from the origin. */
function clusters(count: number, dimensions: number, seed: number, width = 3): Vector[] {
  const random = seededRandom(seed);
  const normal = (): number => {
    let total = -6;
    for (let i = 0; i < 12; i++) total += random.next();
    return total;
  };
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length: dimensions }, (_, j) => (i % 5 === j % 5 ? 4 + width : 5) + normal()),
  );
}

const sum = (values: Vector): number => values.reduce((total, value) => total + value, 0);
const mean = (values: Vector): number => sum(values) / values.length;
const dot = (a: Vector, b: Vector): number => sum(a.map((value, i) => value * b[i]!));
const lengthOf = (values: Vector): number => Math.sqrt(dot(values, values));
const minus = (a: Vector, b: Vector): Vector => a.map((value, i) => value - b[i]!);
