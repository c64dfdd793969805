import { toHex } from '@ruvector/edge/core';
import { sha256 } from '@ruvector/edge/crypto';
import { SemanticEmbedder } from '@ruvector/edge/semantic';
import type { Corpus } from './corpus.js';

/** What makes vectors of texts: the same in every process, so that all vectors are comparable. */
export interface Model {
  readonly embedder: SemanticEmbedder;
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes, lower-case hexadecimal. */
  readonly hash: string;
}

/** A model that has learnt from the corpus which words are rare. */
export function fitModel({ documents }: Corpus): Model {
  const embedder = new SemanticEmbedder();
  embedder.fit(documents.map(({ text }) => text));
  const bytes = embedder.save();
  return { embedder, bytes, hash: toHex(sha256(bytes)) };
}
