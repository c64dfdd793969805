import { ByteReader, ByteWriter, type Json } from '@ruvector/edge/core';
import type { TaskRequest } from '@ruvector/edge';
import type { CorpusDocument } from './corpus.js';
import { describeDocument } from './describe-document.js';

/** The capability that all workers share, and the name of their executor. */
export const EMBED = 'embed';

const ATTEMPTS_MAX = 16;
const DEADLINE_MS = 30 * 60_000;

/**
 * One document as a task: it says what it is about, so that it goes to whom that means something.
 */
export function embedTask(document: CorpusDocument, now: number): TaskRequest {
  return {
    description: describeDocument(document),
    capability: EMBED,
    input: new ByteWriter().text(document.text).bytes(),
    deadline: now + DEADLINE_MS,
    attemptsMax: ATTEMPTS_MAX,
  };
}

/** @throws MalformedError if the input is not the text of a document. */
export function readText(input: Uint8Array | Json): string {
  const reader = new ByteReader(input instanceof Uint8Array ? input : new Uint8Array(), 'document');
  const text = reader.text();
  reader.end();
  return text;
}

export function encodeVector(vector: Float32Array): Uint8Array {
  return new ByteWriter(4 * vector.length + 4).vector(vector).bytes();
}

/** @throws MalformedError unless it is one vector of that many finite numbers. */
export function decodeVector(output: Uint8Array | Json, dimensions: number): Float32Array {
  const bytes = output instanceof Uint8Array ? output : new Uint8Array();
  const reader = new ByteReader(bytes, 'result of an embed task');
  const vector = reader.vector(dimensions);
  reader.end();
  if (vector.length !== dimensions || !vector.every(Number.isFinite))
    reader.fail(`not ${dimensions} finite numbers`);
  return vector;
}
