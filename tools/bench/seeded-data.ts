import { seededRandom, type Random } from '../../packages/core/src/random.js';

/** The same data in every run: one generator for all data of a bench. */
export const random: Random = seededRandom(1);

/** Every value uniform in -1 … 1. */
export const randomVector = (dimensions: number): Float32Array =>
  Float32Array.from({ length: dimensions }, () => 2 * random.next() - 1);

export const randomBytes = (length: number): Uint8Array =>
  Uint8Array.from({ length }, () => random.uint32());

/** Three to ten small letters. */
export const randomWord = (): string =>
  String.fromCharCode(
    ...Array.from({ length: 3 + (random.uint32() % 8) }, () => 97 + (random.uint32() % 26)),
  );

/** Texts of so many words of a vocabulary, some of which are common: uniform, squared. */
export const randomText = (vocabulary: readonly string[], words: number): string =>
  Array.from(
    { length: words },
    () => vocabulary[Math.floor(random.next() ** 2 * vocabulary.length)],
  ).join(' ');
