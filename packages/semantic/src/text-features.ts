import { checkString } from '@ruvector/core';
import { singular } from './singular.js';
import { STOP_WORDS } from './stop-words.js';

/**
 * What a text is made of: words, pairs of neighbouring words, and the character 3- and 4-grams of
 * each word, as 32-bit hashes with weights.
 */

/** Takes one occurrence of a feature. `weight` is an energy: weights of equal features add up. */
export type FeatureSink = (hash: number, weight: number) => void;

/** Importance of a word by its hash; 1 is plain. */
export type WordWeight = (hash: number) => number;

/** UTF-16 code units of one text. */
export const TEXT_CHARS_MAX = 4 * 1024 * 1024;

// Beside the word itself, with energy 1. On npm and Debian package summaries any value from 0.25 to
// 1 ranks about equally well; more for grams finds more inflected words, and more that only look
// alike.
const PAIR_ENERGY = 0.5;
const GRAMS_ENERGY = 0.75;
const STOP_WORD_WEIGHT = 0.1;
const GRAM_CHARS = [3, 4] as const;
const GRAM_WORD_CHARS_MIN = 3; // a shorter word has no piece that is not the word itself

// Scripts without spaces between words: each character is a word, so that pairs do the segmenting.
// The ASCII branch comes first, as it needs no look-ahead. "c++", "c#" and "f#" keep their tails.
const WORD =
  /[\p{Ideographic}\p{Script=Hiragana}\p{Script=Katakana}]|(?:[a-z0-9]|(?![\p{Ideographic}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{N}\p{M}])+(?:(?:\+\+|#)(?![\p{L}\p{N}+#]))?/gu;

/**
 * The words of a text in order: NFKC (Unicode Standard Annex #15), lower case, runs of letters,
 * digits and marks.
 *
 * @throws TypeError, RangeError if the text is not a string of at most 4 Mi characters, before NFKC
 * and after.
 * @example
 * wordsOf('Écrire du HTML, C++ & ﬁx it!'); // => ['écrire', 'du', 'html', 'c++', 'fix', 'it']
 */
export function wordsOf(text: string): string[] {
  const normal = checkString('text', text, { max: TEXT_CHARS_MAX }).normalize('NFKC').toLowerCase();
  // one character may become eighteen
  return checkString('text in NFKC', normal, { max: TEXT_CHARS_MAX }).match(WORD) ?? [];
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const WORD_EDGE = 0x20; // never inside a word

/**
 * 32-bit FNV-1a over UTF-16 code units: on ASCII the published function over octets.
 *
 * @returns an unsigned integer.
 * @example
 * fnv1a('foobar'); // => 0xbf9cf968
 * @see Eastlake, Fowler, Noll, Vo, RFC 9923, "The FNV Non-Cryptographic Hash Algorithm" (2025)
 */
export function fnv1a(text: string): number {
  let hash = FNV_OFFSET;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  return hash >>> 0;
}

/** The finaliser of MurmurHash3 (Appleby, 2011): FNV's low and high bits alone are too regular. */
function mix32(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The feature that a word (as `singular` gives it) is. */
export const wordHash = (word: string): number => mix32(fnv1a(word));

/** Hands every feature of `words` to `sink`, in order; linear in the number of characters. */
export function forEachFeature(
  words: readonly string[],
  weightOf: WordWeight,
  sink: FeatureSink,
): void {
  let previous = 0;
  let previousWeight = 0;
  for (let i = 0; i < words.length; i++) {
    const stem = singular(words[i]!);
    const hash = wordHash(stem);
    const weight = weightOf(hash) * (STOP_WORDS.has(words[i]!) ? STOP_WORD_WEIGHT : 1);
    sink(hash, weight);
    if (i > 0) {
      const pair = mix32(Math.imul(previous, 0x9e3779b1) + hash); // odd, so order matters
      sink(pair, PAIR_ENERGY * Math.min(previousWeight, weight));
    }
    forEachGram(stem, GRAMS_ENERGY * weight, sink);
    previous = hash;
    previousWeight = weight;
  }
}

/** The grams of one word with its edges; together they have `energy`, however long the word is. */
function forEachGram(word: string, energy: number, sink: FeatureSink): void {
  if (word.length < GRAM_WORD_CHARS_MIN) return;
  const last = word.length + 1; // position of the closing edge; 0 is the opening one
  const share = energy / (2 * last - 3);
  for (const chars of GRAM_CHARS)
    for (let start = 0; start + chars - 1 <= last; start++) {
      let hash = FNV_OFFSET ^ chars;
      for (let at = start; at < start + chars; at++) {
        const unit = at === 0 || at === last ? WORD_EDGE : word.charCodeAt(at - 1);
        hash = Math.imul(hash ^ unit, FNV_PRIME);
      }
      sink(mix32(hash), share);
    }
}
