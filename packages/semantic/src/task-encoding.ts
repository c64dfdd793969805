import { checkString, checkVector } from '@ruvector/core';
import type { Embedder } from '@ruvector/core';
import type { Encoded } from './agent-ranking.js';
import { profileOfTexts, profileOfVector } from './profile.js';
import type { FeatureSource } from './profile.js';
import { TEXT_CHARS_MAX } from './text-features.js';

/** What an agent can do, in words. All of it counts, examples as much as the description. */
export interface AgentDescription {
  readonly description: string;
  /** Tasks it would take. */
  readonly examples?: readonly string[];
  /** Names of skills. */
  readonly capabilities?: readonly string[];
}

/** Characters of a task that are read; the rest has no effect. */
export const TASK_CHARS_READ = 16_384;
/** Characters of all texts about one agent. */
export const AGENT_CHARS_MAX = 65_536;
/** Texts about one agent. */
export const AGENT_TEXTS_MAX = 1024;

/** The texts that say what an agent can do, checked. */
export function textsOf(about: string | AgentDescription): string[] {
  const object = typeof about === 'string' ? { description: about } : about;
  if (typeof object !== 'object' || object === null)
    throw new TypeError(`description must be a string or an object, got ${String(about)}`);
  const { description, examples = [], capabilities = [] } = object;
  const texts = [checkString('description', description, { max: AGENT_CHARS_MAX })];
  for (const [name, list] of Object.entries({ examples, capabilities })) {
    if (!Array.isArray(list)) throw new TypeError(`${name} must be an array of strings`);
    if (texts.length + list.length > AGENT_TEXTS_MAX)
      throw new RangeError(
        `examples and capabilities must be fewer than ${AGENT_TEXTS_MAX}, got ${list.length}`,
      );
    list.forEach((text, i) => texts.push(checkString(`${name}[${i}]`, text)));
  }
  const chars = texts.reduce((sum, text) => sum + text.length, 0);
  if (chars > AGENT_CHARS_MAX)
    throw new RangeError(
      `texts about an agent must have at most ${AGENT_CHARS_MAX} characters, got ${chars}`,
    );
  return texts;
}

/** What is read of a task. */
export function taskText(task: string): string {
  return checkString('task', task, { max: TEXT_CHARS_MAX }).slice(0, TASK_CHARS_READ);
}

/** Whether an embedder can be asked for features, which do not collide as dimensions do. */
export function hasFeatures(embedder: Embedder): embedder is Embedder & FeatureSource {
  return 'forEachFeature' in embedder && typeof embedder.forEachFeature === 'function';
}

/**
 * Texts as one profile.
 *
 * @param vectors - the embeddings of the texts; may be empty if the embedder has features.
 * @throws TypeError, RangeError if the embedder broke its contract.
 */
export function encode(
  embedder: Embedder,
  texts: readonly string[],
  vectors: readonly Float32Array[],
): Encoded {
  const mean = meanDirection(vectors, embedder.dimensions);
  const profile = hasFeatures(embedder)
    ? profileOfTexts(embedder, texts)
    : profileOfVector(mean ?? new Float32Array(embedder.dimensions));
  return { profile, vector: mean };
}

/** The sum of directions, scaled to length 1; `undefined` if it has none. */
function meanDirection(
  vectors: readonly Float32Array[],
  dimensions: number,
): Float32Array | undefined {
  const sum = new Float64Array(dimensions);
  for (const candidate of vectors) {
    const vector = checkVector('embedding', candidate, dimensions);
    const length = lengthOf(vector);
    if (length > 0) for (let i = 0; i < dimensions; i++) sum[i]! += vector[i]! / length;
  }
  const length = lengthOf(sum);
  return length > 0 ? Float32Array.from(sum, (x) => x / length) : undefined;
}

function lengthOf(vector: Float32Array | Float64Array): number {
  let square = 0;
  for (let i = 0; i < vector.length; i++) square += vector[i]! * vector[i]!;
  return Math.sqrt(square);
}
