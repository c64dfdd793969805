import { randomVectors } from './bench.js';

/**
 * 20 clusters, their centres as far apart as those vectors without structure, each a tenth as wide.
 */
export function clusteredVectors(count: number, dimensions: number, seed: number): number[][] {
  const centres = randomVectors(20, dimensions, 50);
  return randomVectors(count, dimensions, seed).map((vector, i) =>
    vector.map((value, d) => centres[i % centres.length]![d]! + value / 10),
  );
}

/** Each vector about 50 times. */
export function repeatedVectors(count: number, dimensions: number, seed: number): number[][] {
  const distinct = randomVectors(Math.ceil(count / 50), dimensions, seed);
  return Array.from({ length: count }, (_, i) => distinct[i % distinct.length]!);
}
