import type { FeatureSink } from './text-features.js';

/** A sparse vector: what an agent or a task is made of. */
export interface Profile {
  /** Ascending, below 2^30. */
  readonly keys: Uint32Array;
  /** One for each key, finite, not 0. */
  readonly values: Float32Array;
  /** Euclidean length. */
  readonly norm: number;
}

/** An embedder that can also say which features a text has, before they are hashed together. */
export interface FeatureSource {
  forEachFeature(text: string, sink: FeatureSink): void;
}

/** Strongest features of one profile that are kept. */
export const PROFILE_FEATURES_MAX = 16_384;

/** The features of all texts together; values are roots of summed energies. */
export function profileOfTexts(source: FeatureSource, texts: readonly string[]): Profile {
  const energies = new Map<number, number>();
  for (const text of texts)
    source.forEachFeature(text, (hash, weight) => {
      const key = hash >>> 2; // 30 bits: a small integer in every engine
      energies.set(key, (energies.get(key) ?? 0) + weight);
    });
  let entries = [...energies];
  if (entries.length > PROFILE_FEATURES_MAX)
    entries = entries.sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, PROFILE_FEATURES_MAX);
  entries.sort((a, b) => a[0] - b[0]);
  return toProfile(
    entries.map(([key]) => key),
    entries.map(([, energy]) => Math.sqrt(energy)),
  );
}

/** A dense vector as a profile: its places are the keys. */
export function profileOfVector(vector: Float32Array): Profile {
  const keys: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < vector.length; i++)
    if (vector[i] !== 0) {
      keys.push(i);
      values.push(vector[i]!);
    }
  return toProfile(keys, values);
}

/** A profile from keys (ascending) and values. */
export function toProfile(keys: ArrayLike<number>, values: ArrayLike<number>): Profile {
  const held = Float32Array.from(values);
  return { keys: Uint32Array.from(keys), values: held, norm: Math.sqrt(dot(held, held)) };
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** The inner product of two profiles, in time linear in their lengths. */
export function innerProduct(a: Profile, b: Profile): number {
  const { keys: aKeys, values: aValues } = a;
  const { keys: bKeys, values: bValues } = b;
  let sum = 0;
  for (let i = 0, j = 0; i < aKeys.length && j < bKeys.length;) {
    const difference = aKeys[i]! - bKeys[j]!;
    if (difference === 0) sum += aValues[i]! * bValues[j]!;
    if (difference <= 0) i++;
    if (difference >= 0) j++;
  }
  return sum;
}
