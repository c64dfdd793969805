import type { Metric, SearchHit, VectorId } from '../../vector-index.js';

/** Numbers before strings, numbers by size, strings by UTF-16 code units. */
export function byId(a: VectorId, b: VectorId): number {
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The distance by its definition, summed in 64 bits from values of 32. */
export function exactDistance(metric: Metric, a: Float32Array, b: Float32Array): number {
  if (metric === 'dot') return 0 - product(a, b);
  if (metric === 'cosine') {
    const cosine = product(a, b) / Math.sqrt(product(a, a) * product(b, b));
    return 1 - Math.min(1, Math.max(-1, cosine));
  }
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const gap = a[i]! - b[i]!;
    sum += gap * gap;
  }
  return Math.sqrt(sum);
}

/**
 * What an error of a distance is measured against: rounding grows with the lengths of the vectors,
 * not with their distance. |a| + |b| under l2, |a|·|b| under dot, 1 under cosine.
 */
export function distanceScale(metric: Metric, a: Float32Array, b: Float32Array): number {
  if (metric === 'cosine') return 1;
  const [lengthA, lengthB] = [Math.sqrt(product(a, a)), Math.sqrt(product(b, b))];
  return metric === 'l2' ? lengthA + lengthB : lengthA * lengthB;
}

function product(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Search as the contract has it, in the plainest words: all distances, and one sort. */
export class Oracle {
  readonly #vectors = new Map<VectorId, Float32Array>();
  readonly metric: Metric;

  constructor(metric: Metric) {
    this.metric = metric;
  }

  get size(): number {
    return this.#vectors.size;
  }

  /** What is held under the id, if anything is. */
  vector(id: VectorId): Float32Array | undefined {
    return this.#vectors.get(id);
  }

  set(id: VectorId, vector: readonly number[]): void {
    this.#vectors.set(id, Float32Array.from(vector));
  }

  delete(id: VectorId): void {
    this.#vectors.delete(id);
  }

  /** All that pass, nearest first, ties by id. */
  ranked(query: readonly number[], passes: (id: VectorId) => boolean = () => true): SearchHit[] {
    const asked = Float32Array.from(query);
    const hits: SearchHit[] = [];
    for (const [id, vector] of this.#vectors)
      if (passes(id)) hits.push({ id, distance: exactDistance(this.metric, vector, asked) });
    return hits.sort((a, b) => a.distance - b.distance || byId(a.id, b.id));
  }

  /**
   * How many of `ids` are as near as the furthest of `nearest`, the exact answer: of vectors at one
   * distance any will do.
   *
   * @param slack - by how much one may be further, as a part of `distanceScale`.
   */
  found(
    query: readonly number[],
    ids: readonly VectorId[],
    nearest: readonly SearchHit[],
    slack: number,
  ): number {
    const asked = Float32Array.from(query);
    const furthest = nearest.at(-1)?.distance ?? -Infinity;
    return ids.filter((id) => {
      const vector = this.#vectors.get(id);
      if (vector === undefined) return false;
      const allowed = furthest + slack * distanceScale(this.metric, vector, asked);
      return exactDistance(this.metric, vector, asked) <= allowed;
    }).length;
  }
}
