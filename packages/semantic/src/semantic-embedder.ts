import { ByteReader, ByteWriter, checkBytes, checkInteger, checkObject } from '@ruvector/core';
import type { Embedder } from '@ruvector/core';
import { hyperplaneSignature } from './hyperplane-signature.js';
import { checkIterable } from './iterable.js';
import { forEachFeature, wordsOf } from './text-features.js';
import type { FeatureSink } from './text-features.js';
import { IMPORTANCE_BUCKETS, fitImportance, importanceOf } from './word-importance.js';

const MAGIC = 'RVSE';
const VERSION = 2;
const DIMENSIONS_MAX = 65_536;

/** How an embedder is made. */
export interface SemanticEmbedderOptions {
  /**
   * Length of the vectors, 16 to 65,536. Unrelated texts have a cosine of about 0 ± 1/√dimensions.
   *
   * @default 1024
   */
  dimensions?: number;
}

/**
 * Turns text into a vector by what it is made of: words, pairs of neighbouring words and pieces of
 * words, hashed with a sign into `dimensions` buckets. Not a language model: texts are near when
 * they share words or parts of words, never because they mean the same in other words.
 *
 * `embed` depends on the text and the fitted table alone and uses only exactly rounded arithmetic,
 * so that agents given the same saved model get the same vectors.
 *
 * @example
 * const embedder = new SemanticEmbedder();
 * embedder.fit(['rust compiler', 'python compiler', 'css compiler']); // optional
 * const [a, b] = [embedder.embed('a Rust build'), embedder.embed('rust builds')];
 * a.reduce((dot, x, i) => dot + x * b[i]!, 0) > 0.5; // => true
 * @see Weinberger et al., "Feature Hashing for Large Scale Multitask Learning" (ICML 2009)
 */
export class SemanticEmbedder implements Embedder {
  readonly kind = 'hashed-tfidf/1';
  /** Numbers in a vector. */
  readonly dimensions: number;
  #importance: Uint8Array | undefined;

  /** @throws TypeError, RangeError if `dimensions` is not an integer from 16 to 65,536. */
  constructor(options: SemanticEmbedderOptions = {}) {
    const { dimensions = 1024 } = checkObject('options', options, { keys: ['dimensions'] });
    this.dimensions = checkInteger('dimensions', dimensions, { min: 16, max: DIMENSIONS_MAX });
  }

  /** Whether words are weighed by how rare they are in texts given to `fit`. */
  get fitted(): boolean {
    return this.#importance !== undefined;
  }

  /**
   * Learns how rare words are, from any number of texts in constant memory. Replaces what was
   * learnt before; no texts at all undo it. Vectors from before and after are not comparable.
   *
   * @throws TypeError, RangeError if `texts` is a string, or a text none of at most 4 Mi
   * characters; nothing changes then.
   */
  fit(texts: Iterable<string>): void {
    this.#importance = fitImportance(checkIterable('texts', texts));
  }

  /**
   * The vector of a text, in time linear in its length.
   *
   * @returns `dimensions` values of Euclidean length 1, or all 0 if the text has no letter or
   *   digit.
   * @throws TypeError, RangeError if `text` is not a string of at most 4 Mi characters.
   */
  embed(text: string): Float32Array {
    const energy = new Float64Array(this.dimensions);
    const { dimensions } = this;
    const table = this.#importance;
    const importance = (hash: number) => importanceOf(table, hash) ** 2;
    forEachFeature(wordsOf(text), importance, (hash, weight) => {
      energy[(hash & 0x7fffffff) % dimensions]! += hash >>> 31 ? weight : -weight;
    });
    return unitRoots(energy);
  }

  /**
   * Hands every occurrence of every feature of a text to `sink`, before hashing into dimensions and
   * without what `fit` learnt: for who needs features that do not collide and has weights of its
   * own. Weights here are energies (squared lengths), positive.
   *
   * @throws TypeError, RangeError if `text` is not a string of at most 4 Mi characters.
   */
  forEachFeature(text: string, sink: FeatureSink): void {
    forEachFeature(wordsOf(text), () => 1, sink);
  }

  /**
   * A random-hyperplane signature of a vector, for pre-filtering.
   *
   * @param bits - a multiple of 8 from 8 to 4,096. @default 64
   * @returns `bits / 8` bytes; compare two with `signatureCosine`.
   */
  signature(vector: Float32Array | readonly number[], bits = 64): Uint8Array {
    return hyperplaneSignature(vector, bits);
  }

  /** The model as bytes for `load`: 14 bytes, and 65,536 more if fitted. */
  save(): Uint8Array {
    const writer = new ByteWriter(IMPORTANCE_BUCKETS + 16).header(MAGIC, VERSION);
    writer.u32(this.dimensions).u8(this.fitted ? 1 : 0);
    if (this.#importance !== undefined) writer.raw(this.#importance);
    return writer.checksum().bytes();
  }

  /**
   * Reads what `save` wrote.
   *
   * @throws MalformedError (`ERR_MALFORMED`) on anything else.
   * @example
   * SemanticEmbedder.load(new SemanticEmbedder({ dimensions: 64 }).save()).dimensions; // => 64
   */
  static load(bytes: Uint8Array): SemanticEmbedder {
    const reader = new ByteReader(checkBytes('bytes', bytes), 'semantic embedder');
    reader.header(MAGIC, VERSION);
    reader.checksum();
    const dimensions = reader.u32();
    const fitted = reader.u8();
    if (dimensions < 16 || dimensions > DIMENSIONS_MAX) reader.fail(`${dimensions} dimensions`);
    if (fitted > 1) reader.fail(`fitted is ${fitted}, not 0 or 1`);
    const table = fitted === 1 ? reader.raw(IMPORTANCE_BUCKETS).slice() : undefined;
    reader.end();
    const embedder = new this({ dimensions });
    embedder.#importance = table;
    return embedder;
  }
}

/**
 * Roots of energies with their signs, scaled to length 1: a feature seen four times counts twice,
 * not four times, and needs no counter of its own (Perronnin et al., "Improving the Fisher Kernel",
 * 2010).
 */
function unitRoots(energy: Float64Array): Float32Array {
  let total = 0;
  for (let i = 0; i < energy.length; i++) total += Math.abs(energy[i]!);
  const roots = new Float32Array(energy.length);
  if (total === 0) return roots;
  for (let i = 0; i < energy.length; i++)
    roots[i] = Math.sign(energy[i]!) * Math.sqrt(Math.abs(energy[i]!) / total);
  return roots;
}
