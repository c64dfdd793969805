import { seededRandom } from '@ruvector/core';
import { FlatIndex, HnswIndex } from '@ruvector/hnsw';
import { describe, expect, it } from 'vitest';

const K = 10;
const QUERIES = 200;
const METRICS = ['l2', 'cosine', 'dot'] as const;
type Metric = (typeof METRICS)[number];
type Vector = readonly number[];

describe('an index that keeps bits', () => {
  for (const metric of METRICS)
    it(`finds 95 % with default options, on bits, under ${metric}`, async () => {
      const { vectors, queries } = surface(3_000, 384, 1);
      const index = await filled(vectors, metric);
      expect(index.stats().traversal).toBe('bits');
      expect(recall(index, vectors, queries)).toBeGreaterThanOrEqual(0.95);
    });

  it('finds 95 % in 128 dimensions', async () => {
    const { vectors, queries } = surface(3_000, 128, 2);
    const index = await filled(vectors);
    expect(index.stats().traversal).toBe('bits');
    expect(recall(index, vectors, queries)).toBeGreaterThanOrEqual(0.95);
  });

  it('finds 95 % among vectors of which a few values are not zero', async () => {
    const { vectors, queries } = sparse(3_000, 384, 3);
    const index = await filled(vectors, 'cosine');
    expect(index.stats().traversal).toBe('bits');
    expect(recall(index, vectors, queries)).toBeGreaterThanOrEqual(0.95);
  });

  it('walks on the vectors where bits say too little: noise, and few dimensions', async () => {
    const noise = await filled(gaussian(3_000, 128, 4));
    const short = await filled(surface(3_000, 16, 4).vectors);
    expect(noise.stats()).toMatchObject({ traversal: 'f32', storage: 'bit' });
    expect(short.stats()).toMatchObject({ traversal: 'f32' });
  });

  it('gives exact distances, and vectors as they were inserted', async () => {
    const { vectors, queries } = surface(3_000, 256, 5);
    const index = await filled(vectors);
    const oracle = flat(vectors, 'l2');
    const [nearest] = index.search(queries[0]!, 1);
    expect(nearest!.distance).toBeCloseTo(oracle.search(queries[0]!, 1)[0]!.distance, 5);
    expect(index.get(17)).toEqual(Float32Array.from(vectors[17]!));
  });

  it('answers after saving and loading as before', async () => {
    const { vectors, queries } = surface(2_500, 192, 6);
    const index = await filled(vectors, 'dot');
    const loaded = HnswIndex.load(index.save());
    expect(loaded.stats()).toEqual({ ...index.stats(), memoryBytes: expect.any(Number) });
    for (const query of queries) expect(loaded.search(query, K)).toEqual(index.search(query, K));
    loaded.insert('later', queries[0]!);
    expect(loaded.get('later')).toEqual(Float32Array.from(queries[0]!));
  });

  it('keeps its bits in order when deleted ones are given up, and slots are used again', async () => {
    const { vectors, queries } = surface(4_000, 256, 7);
    const index = await filled(vectors.slice(0, 3_500));
    for (let id = 0; id < 900; id++) index.delete(id);
    for (let id = 3_500; id < 3_900; id++) index.insert(id, vectors[id]!);
    index.compact();
    for (let id = 3_900; id < 4_000; id++) index.insert(id, vectors[id]!);
    expect(index.stats()).toMatchObject({ traversal: 'bits', deleted: 0, size: 3_100 });
    const left = vectors.map((vector, id) => (id < 900 ? undefined : vector));
    expect(recall(index, left, queries)).toBeGreaterThanOrEqual(0.95);
  });

  it('trains on what comes one by one, and again once the mean has moved', () => {
    const { vectors, queries } = surface(3_000, 256, 8);
    const moved = vectors.map((vector, i) =>
      i < 300 ? vector : vector.map((value) => value + 20),
    );
    const index = new HnswIndex({ storage: 'bit', efConstruction: 40 });
    moved.forEach((vector, id) => index.insert(id, vector));
    expect(index.stats().traversal).toBe('bits');
    const there = queries.map((query) => query.map((value) => value + 20));
    expect(recall(index, moved, there)).toBeGreaterThanOrEqual(0.95);
  });

  it('takes many at once after a few', async () => {
    const { vectors, queries } = surface(3_000, 256, 9);
    const index = new HnswIndex({ storage: 'bit', efConstruction: 40 });
    vectors.slice(0, 100).forEach((vector, id) => index.insert(id, vector));
    await index.insertMany(undefined, Float32Array.from(vectors.slice(100).flat()));
    expect(index.stats().traversal).toBe('bits');
    expect(recall(index, vectors, queries)).toBeGreaterThanOrEqual(0.95);
  });
});

async function filled(vectors: readonly Vector[], metric: Metric = 'l2'): Promise<HnswIndex> {
  const dimensions = vectors[0]!.length;
  const index = new HnswIndex({ dimensions, metric, storage: 'bit', efConstruction: 60 });
  await index.insertMany(undefined, Float32Array.from(vectors.flat()));
  return index;
}

/** @param vectors - by id; undefined where there is none. */
function recall(
  index: HnswIndex,
  vectors: readonly (Vector | undefined)[],
  queries: readonly Vector[],
): number {
  const oracle = flat(vectors, index.metric);
  let right = 0;
  for (const query of queries) {
    const reach = oracle.search(query, K).at(-1)!.distance;
    right += index.search(query, K).filter(({ distance }) => distance <= reach + 1e-5).length;
  }
  return right / K / queries.length;
}

function flat(vectors: readonly (Vector | undefined)[], metric: Metric): FlatIndex {
  const index = new FlatIndex({ metric });
  vectors.forEach((vector, id) => vector && index.insert(id, vector));
  return index;
}

interface Data {
  readonly vectors: Vector[];
  readonly queries: Vector[];
}

/** Near a surface of 24 dimensions, and off the origin, as what a model makes of texts. */
function surface(count: number, dimensions: number, seed: number): Data {
  const latent = 24;
  const basis = gaussian(latent, dimensions, seed);
  const noise = gaussian(count + QUERIES, dimensions, seed + 100);
  const all = gaussian(count + QUERIES, latent, seed + 200).map((point, i) =>
    noise[i]!.map((value, j) => {
      let sum = 3 + value / 5;
      for (let l = 0; l < latent; l++) sum += point[l]! * basis[l]![j]!;
      return sum;
    }),
  );
  return { vectors: all.slice(QUERIES), queries: all.slice(0, QUERIES) };
}

/** A dozen ones, most of them out of what one topic has. */
function sparse(count: number, dimensions: number, seed: number): Data {
  const random = seededRandom(seed);
  const all = Array.from({ length: count + QUERIES }, () => {
    const vector = Array.from({ length: dimensions }, () => 0);
    const topic = random.uint32() % 100;
    for (let i = 0; i < 12; i++) {
      const word = i < 8 ? topic * 37 + (random.uint32() % 24) : random.uint32();
      vector[word % dimensions] = 1;
    }
    return vector;
  });
  return { vectors: all.slice(QUERIES), queries: all.slice(0, QUERIES) };
}

function gaussian(count: number, dimensions: number, seed: number): Vector[] {
  const random = seededRandom(seed);
  const draw = (): number => {
    let sum = -3;
    for (let i = 0; i < 6; i++) sum += random.next();
    return sum * Math.SQRT2;
  };
  return Array.from({ length: count }, () => Array.from({ length: dimensions }, draw));
}
