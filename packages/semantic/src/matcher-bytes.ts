import { ByteReader, ByteWriter, checkBytes, checkString, isId } from '@ruvector/core';
import type { Embedder } from '@ruvector/core';
import { AGENTS_MAX } from './agent-ranking.js';
import { LEARNED_DIMENSIONS, LEARNERS_MAX } from './learned-scores.js';
import { SemanticEmbedder } from './semantic-embedder.js';
import { AGENT_CHARS_MAX, AGENT_TEXTS_MAX } from './task-encoding.js';

const MAGIC = 'RVSM';
const VERSION = 2;
const EMBEDDER_BYTES_MAX = 1 << 20;
const KIND_CHARS_MAX = 64;
const UTF8_BYTES_PER_UNIT = 3; // at most, for a UTF-16 code unit

/** All there is to a matcher. Agents are kept as texts: profiles follow from them. */
export interface MatcherState {
  readonly threshold: number;
  readonly embedder: { kind: string; dimensions: number; saved: Uint8Array };
  readonly agents: ReadonlyMap<string, readonly string[]>;
  readonly learned: ReadonlyMap<string, Float32Array>;
}

/** What is written about an embedder; only our own can be saved whole. */
export function describeEmbedder(embedder: Embedder): MatcherState['embedder'] {
  const saved = embedder instanceof SemanticEmbedder ? embedder.save() : new Uint8Array();
  const kind = checkString('embedder.kind', embedder.kind, { max: KIND_CHARS_MAX });
  return { kind, dimensions: embedder.dimensions, saved };
}

/**
 * The embedder of a loaded matcher: the given one if it is of the same kind, else the saved one.
 */
export function restoreEmbedder<E extends Embedder>(
  { kind, dimensions, saved }: MatcherState['embedder'],
  given: E | undefined,
): E | SemanticEmbedder {
  if (given === undefined && saved.length > 0) return SemanticEmbedder.load(saved);
  if (given?.kind !== kind || given.dimensions !== dimensions)
    throw new RangeError(
      `embedder must be of kind ${JSON.stringify(kind)} with ${dimensions} dimensions, got ` +
        (given === undefined ? 'none' : `${given.kind} with ${given.dimensions}`),
    );
  return given;
}

export function writeMatcher(state: MatcherState): Uint8Array {
  const writer = new ByteWriter(4096);
  const { kind, dimensions, saved } = state.embedder;
  writer.header(MAGIC, VERSION).f64(state.threshold).text(kind).u32(dimensions).block(saved);
  writer.u32(state.agents.size);
  for (const [id, texts] of state.agents) {
    writer.text(id).u32(texts.length);
    for (const text of texts) writer.text(text);
  }
  writer.u32(state.learned.size);
  for (const [id, weights] of state.learned) writer.text(id).vector(weights);
  return writer.checksum().bytes();
}

/** @throws MalformedError (`ERR_MALFORMED`) on anything that `writeMatcher` did not write. */
export function readMatcher(bytes: Uint8Array): MatcherState {
  const reader = new ByteReader(checkBytes('bytes', bytes), 'task matcher');
  reader.header(MAGIC, VERSION);
  reader.checksum();
  const threshold = reader.f64();
  if (!(threshold >= 0 && threshold <= 1)) reader.fail('threshold is not from 0 to 1');
  const kind = reader.text(KIND_CHARS_MAX * UTF8_BYTES_PER_UNIT);
  const dimensions = reader.u32();
  const saved = reader.block(EMBEDDER_BYTES_MAX).slice();
  const agents = new Map<string, string[]>();
  for (let rest = reader.count(9, AGENTS_MAX); rest > 0; rest--)
    agents.set(newId(reader, agents), readTexts(reader));
  const learned = new Map<string, Float32Array>();
  for (let rest = reader.count(8, LEARNERS_MAX); rest > 0; rest--) {
    const id = newId(reader, learned);
    if (!agents.has(id)) reader.fail('weights of an unknown agent');
    learned.set(id, readWeights(reader));
  }
  reader.end();
  return { threshold, embedder: { kind, dimensions, saved }, agents, learned };
}

function newId(reader: ByteReader, known: ReadonlyMap<string, unknown>): string {
  const id = reader.text(128);
  if (!isId(id)) reader.fail('not an agent id');
  if (known.has(id)) reader.fail('an agent twice');
  return id;
}

function readTexts(reader: ByteReader): string[] {
  const texts: string[] = [];
  let chars = 0;
  for (let rest = reader.count(4, AGENT_TEXTS_MAX); rest > 0; rest--) {
    const text = reader.text(AGENT_CHARS_MAX * UTF8_BYTES_PER_UNIT);
    chars += text.length;
    texts.push(text);
  }
  if (texts.length === 0) reader.fail('an agent without texts');
  if (chars > AGENT_CHARS_MAX) reader.fail(`${chars} characters about one agent`);
  return texts;
}

function readWeights(reader: ByteReader): Float32Array {
  const weights = reader.vector(LEARNED_DIMENSIONS);
  if (weights.length !== LEARNED_DIMENSIONS) reader.fail(`${weights.length} learned weights`);
  if (!weights.every((weight) => Math.abs(weight) <= 1)) reader.fail('a weight above 1');
  return weights;
}
