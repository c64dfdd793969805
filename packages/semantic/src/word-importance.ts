import { singular } from './singular.js';
import { wordHash, wordsOf } from './text-features.js';

/**
 * How rare each word is in a set of texts: the inverse document frequency of Spärck Jones (1972),
 * 1 + log2((N + 1) / (df + 1)), one byte for each of 65,536 hashed words. The table is fixed, so a
 * vocabulary cannot outgrow it; the steps of 1/8 are coarse enough that platforms whose logarithms
 * differ in the last bit store the same bytes.
 */

/** Entries of a table; a power of two. */
export const IMPORTANCE_BUCKETS = 1 << 16;

const STEPS_PER_UNIT = 8;

/** Where a word with this hash stands in a table. */
const bucketOf = (hash: number): number => hash >>> 16;

/**
 * Counts in how many texts each word occurs.
 *
 * @returns the table, or `undefined` if there are no texts.
 * @throws TypeError, RangeError if a text is not a string of at most 4 Mi characters.
 */
export function fitImportance(texts: Iterable<string>): Uint8Array | undefined {
  const textsWith = new Uint32Array(IMPORTANCE_BUCKETS);
  const lastSeenIn = new Uint32Array(IMPORTANCE_BUCKETS);
  let count = 0;
  for (const text of texts) {
    count++;
    for (const word of wordsOf(text)) {
      const bucket = bucketOf(wordHash(singular(word)));
      if (lastSeenIn[bucket] === count) continue;
      lastSeenIn[bucket] = count;
      textsWith[bucket]!++;
    }
  }
  if (count === 0) return undefined;
  return Uint8Array.from(textsWith, (df) => {
    const importance = 1 + Math.log2((count + 1) / (df + 1));
    return Math.min(255, Math.round(STEPS_PER_UNIT * importance));
  });
}

/** The importance of a word: 1 (in every text) to 31.875, or 1 for all without a table. */
export function importanceOf(table: Uint8Array | undefined, hash: number): number {
  return table === undefined ? 1 : table[bucketOf(hash)]! / STEPS_PER_UNIT;
}
