import type { Metric, SearchHit, VectorId, VectorIndex } from '../../vector-index.js';
import { seededRandom } from '../../random.js';
import { assertSame, assertTrue } from '../assertions.js';
import { byId, distanceScale, exactDistance, Oracle } from './oracle.js';

/** What the suite asks of an implementation: a new index, and one out of saved bytes. */
export interface VectorIndexMaker {
  /** A new and empty index. `metric` is one of those that were claimed. */
  create(options: { metric: Metric; dimensions?: number }): VectorIndex | Promise<VectorIndex>;
  /**
   * What `save` has written, as an index. Rejects or throws `ERR_MALFORMED` for any other bytes.
   */
  load(bytes: Uint8Array): VectorIndex | Promise<VectorIndex>;
}

/** What an implementation claims in numbers. */
export interface Tolerances {
  readonly recall: number;
  readonly distanceError: number;
  readonly vectorError: number;
  readonly vectorCount: number;
}

/**
 * Rounding in 32 bits may swap neighbours that are nearly at one distance; that is no lost recall.
 */
export const ROUNDING = 1e-6;

/** What was asked, and who knows the answer. */
interface Question {
  readonly oracle: Oracle;
  readonly query: readonly number[];
}

/** A maker at work, with what the cases of the compliance suite do all the time. */
export class IndexBench {
  readonly tolerances: Tolerances;
  readonly metric: Metric;
  readonly #maker: VectorIndexMaker;

  /** @param metric - of the cases that have none of their own. */
  constructor(maker: VectorIndexMaker, metric: Metric, tolerances: Tolerances) {
    this.#maker = maker;
    this.metric = metric;
    this.tolerances = tolerances;
  }

  async create(options: { metric?: Metric; dimensions?: number } = {}): Promise<VectorIndex> {
    return this.#maker.create({ metric: this.metric, ...options });
  }

  async load(bytes: Uint8Array): Promise<VectorIndex> {
    return this.#maker.load(bytes);
  }

  /** An index of `vectors`, with the ids 0, 1, 2, …, and its oracle. */
  async filled(
    vectors: readonly (readonly number[])[],
    metric = this.metric,
  ): Promise<{ index: VectorIndex; oracle: Oracle }> {
    const index = await this.create({ metric });
    const oracle = new Oracle(metric);
    for (const [id, vector] of vectors.entries()) {
      index.insert(id, vector);
      oracle.set(id, vector);
    }
    return { index, oracle };
  }

  /** `get` gives back `vector`, up to what was claimed. */
  assertHolds(index: VectorIndex, id: VectorId, vector: readonly number[]): void {
    const got = index.get(id);
    const what = `get(${JSON.stringify(id)})`;
    assertTrue(got instanceof Float32Array, `${what} is no Float32Array`);
    assertSame(got!.length, vector.length, `length of ${what}`);
    const allowed = this.tolerances.vectorError * Math.max(...vector.map(Math.abs));
    for (const [i, value] of vector.entries())
      assertTrue(
        Math.abs(got![i]! - Math.fround(value)) <= allowed,
        `${what}[${i}]: expected ${Math.fround(value)} to within ${allowed}, got ${got![i]}`,
      );
  }

  /** The hit's distance is that of the definition, up to what was claimed. */
  assertDistance({ id, distance }: SearchHit, { oracle, query }: Question): void {
    const [vector, asked] = [oracle.vector(id), Float32Array.from(query)];
    if (vector === undefined) throw new Error(`${show([id])} is found and not in the index`);
    const exact = exactDistance(oracle.metric, vector, asked);
    const allowed = this.tolerances.distanceError * distanceScale(oracle.metric, vector, asked);
    assertTrue(
      Math.abs(distance - exact) <= allowed,
      `distance of ${id}: expected ${exact} to within ${allowed}, got ${distance}`,
    );
  }

  /**
   * Each hit is in the index, there once, at its distance, and comes no earlier than a nearer one
   * or than a copy of its vector with an id before its own. Which there are, recall says.
   */
  assertTrueHits(hits: readonly SearchHit[], question: Question): void {
    assertSame(new Set(idsOf(hits)).size, hits.length, 'different ids');
    for (const [i, hit] of hits.entries()) {
      this.assertDistance(hit, question);
      const before = hits[i - 1];
      if (before === undefined) continue;
      const order = `${show([hit.id])} at ${hit.distance} after ${show([before.id])}`;
      assertTrue(hit.distance >= before.distance, `${order} at ${before.distance}`);
      // rounding may bring others to one distance, but not copies to two
      const tied = hit.distance === before.distance && isCopy(question.oracle, hit.id, before.id);
      assertTrue(!tied || byId(before.id, hit.id) < 0, `${order}, a copy of it`);
    }
  }

  /**
   * The hits are `k` of those that pass, or all there are, each once, and none is further than the
   * `k` nearest, up to what was claimed of distances. For a handful of vectors, which any index
   * must find whatever its recall.
   */
  assertNearest(
    hits: readonly SearchHit[],
    expected: { oracle: Oracle; query: readonly number[]; k: number },
    passes: (id: VectorId) => boolean = () => true,
  ): void {
    const { oracle, query, k } = expected;
    const nearest = oracle.ranked(query, passes).slice(0, k);
    const ids = idsOf(hits);
    assertSame(hits.length, nearest.length, 'hits');
    assertSame(new Set(ids).size, ids.length, 'different ids');
    assertTrue(ids.every(passes), `an id that does not pass: ${show(ids)}`);
    const slack = 2 * this.tolerances.distanceError + ROUNDING;
    const found = oracle.found(query, ids, nearest, slack);
    assertSame(found, nearest.length, `of ${show(ids)} those among ${show(idsOf(nearest))}`);
  }
}

export const idsOf = (hits: readonly SearchHit[]): VectorId[] => hits.map(({ id }) => id);

const isCopy = (oracle: Oracle, a: VectorId, b: VectorId): boolean =>
  String(oracle.vector(a)) === String(oracle.vector(b));

const show = (ids: readonly VectorId[]): string => JSON.stringify(ids);

/** The same ids, in any order. */
export function assertIds(
  actual: readonly VectorId[],
  expected: readonly VectorId[],
  what: string,
) {
  const sorted = (ids: readonly VectorId[]) => JSON.stringify(ids.map((id) => show([id])).sort());
  assertSame(sorted(actual), sorted(expected), what);
}

/** Vectors with values from −1 to 1, the same for the same seed. */
export function randomVectors(count: number, dimensions: number, seed: number): number[][] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () =>
    Array.from({ length: dimensions }, () => 2 * random.next() - 1),
  );
}

/** All that can be seen of an index and of these ids, as text to compare. */
export function visible(index: VectorIndex, ids: readonly VectorId[]): string {
  const query = new Float32Array(index.dimensions ?? 1).fill(1);
  const found = index.size === 0 ? [] : idsOf(index.search(query, index.size));
  const vectors = ids.map((id) => [id, index.has(id), [...(index.get(id) ?? [])]]);
  return JSON.stringify([
    index.size,
    index.dimensions ?? 'unknown',
    found.map((id) => show([id])).sort(),
    vectors,
  ]);
}
