import { checkInteger, checkNumber, checkObject, checkString } from '@ruvector/core';
import type { Embedder, VectorIndex } from '@ruvector/core';
import { SemanticEmbedder } from './semantic-embedder.js';

/** An embedder that answers at once. */
export interface SyncEmbedder extends Embedder {
  /** The vector of a text; it belongs to the caller. */
  embed(text: string): Float32Array;
}

/** How a matcher is made. */
export interface TaskMatcherOptions<E extends Embedder = SyncEmbedder> {
  /** @default an unfitted `SemanticEmbedder` */
  embedder?: E;
  /**
   * Searched instead of scanning when there are more than 256 agents. Belongs to the matcher:
   * starts empty, of any metric, and holds the agents' ids. @default none: all agents are scored
   */
  index?: VectorIndex;
  /** Least score of a match, 0 to 1. @default 0.15 */
  threshold?: number;
}

/** Least score of a match unless told; see the README for what it lets through. */
const THRESHOLD_DEFAULT = 0.15;

const OPTIONS: readonly (keyof TaskMatcherOptions)[] = ['embedder', 'index', 'threshold'];
const INDEX_METHODS: readonly (keyof VectorIndex)[] = ['upsert', 'delete', 'search'];

/** The options, checked, with the defaults filled in. @throws TypeError, RangeError */
export function readOptions<E extends Embedder>(options: TaskMatcherOptions<E>) {
  const {
    embedder,
    index,
    threshold = THRESHOLD_DEFAULT,
  } = checkObject('options', options, {
    keys: OPTIONS,
  });
  if (embedder !== undefined) checkEmbedder(embedder);
  if (index !== undefined) checkObject('index', index, { methods: INDEX_METHODS });
  return {
    embedder: embedder ?? new SemanticEmbedder(),
    index,
    threshold: checkNumber('threshold', threshold, { min: 0, max: 1 }),
  };
}

function checkEmbedder(embedder: Embedder): void {
  checkObject('embedder', embedder, { methods: ['embed'] });
  checkString('embedder.kind', embedder.kind);
  checkInteger('embedder.dimensions', embedder.dimensions, { min: 1 });
}
