import { checkObject } from '@ruvector/core';
import type { Embedder, VectorIndex } from '@ruvector/core';
import { AgentRanking } from './agent-ranking.js';
import type { AgentMatch, Encoded, MatchOptions } from './agent-ranking.js';
import { bestThreshold, evaluateThreshold } from './match-threshold.js';
import type { JudgedSample, MatchEvaluation } from './match-threshold.js';
import { describeEmbedder, readMatcher, restoreEmbedder, writeMatcher } from './matcher-bytes.js';
import { readOptions } from './matcher-options.js';
import type { TaskMatcherOptions } from './matcher-options.js';
import type { SemanticEmbedder } from './semantic-embedder.js';
import { hasFeatures } from './task-encoding.js';
import type { AgentDescription } from './task-encoding.js';

/**
 * What a task matcher does once its texts are encoded, be that at once or later: it knows the
 * agents, what feedback taught, and the threshold.
 */
export class Matching<E extends Embedder> {
  readonly embedder: E | SemanticEmbedder;
  readonly #index: VectorIndex | undefined;
  readonly #ranking: AgentRanking;
  readonly #texts = new Map<string, readonly string[]>();
  #threshold: number;

  /** @throws TypeError, RangeError for a bad option. */
  constructor(options: TaskMatcherOptions<E>) {
    const { embedder, index, threshold } = readOptions(options);
    this.embedder = embedder;
    this.#index = index;
    this.#ranking = new AgentRanking(index);
    this.#threshold = threshold;
  }

  get size(): number {
    return this.#ranking.size;
  }

  get threshold(): number {
    return this.#threshold;
  }

  /** Whether texts must be embedded: for an index, or for want of features. */
  get wantsVectors(): boolean {
    return this.#index !== undefined || !hasFeatures(this.embedder);
  }

  /** @param encoded - what became of `texts`. @throws LimitError at `AGENTS_MAX`. */
  register(agentId: string, texts: readonly string[], encoded: Encoded): void {
    this.#ranking.set(agentId, encoded);
    this.#texts.set(agentId, texts);
  }

  remove(agentId: string): boolean {
    this.#texts.delete(agentId);
    return this.#ranking.delete(agentId);
  }

  /** The best agent that reaches the threshold. */
  best(task: Encoded, options?: MatchOptions): AgentMatch | undefined {
    return this.#ranking.best(task, this.#threshold, options);
  }

  /** The best `k` agents, whatever the threshold. */
  rank(task: Encoded, k: number, options?: MatchOptions): AgentMatch[] {
    return this.#ranking.rank(task, k, options);
  }

  feedback(task: Encoded, agentId: string, success: boolean): boolean {
    return this.#ranking.feedback(task, agentId, success);
  }

  fit(judged: readonly JudgedSample[]): MatchEvaluation & { threshold: number } {
    this.#threshold = bestThreshold(judged, this.#threshold);
    return { threshold: this.#threshold, ...this.evaluate(judged) };
  }

  evaluate(judged: readonly JudgedSample[]): MatchEvaluation {
    return evaluateThreshold(judged, this.#threshold);
  }

  save(): Uint8Array {
    return writeMatcher({
      threshold: this.#threshold,
      embedder: describeEmbedder(this.embedder),
      agents: this.#texts,
      learned: this.#ranking.learned.weights,
    });
  }

  /** What feedback had taught a saved matcher, once its agents are registered again. */
  restore(learned: ReadonlyMap<string, Float32Array>): void {
    this.#ranking.learned.restore(learned);
  }
}

/** What of a matcher may be given when it is loaded. */
export type LoadOptions<E extends Embedder> = Pick<TaskMatcherOptions<E>, 'embedder' | 'index'>;

/** What `save` wrote, as what to make a matcher with and what to tell it. */
export interface SavedMatcher<E extends Embedder> {
  readonly options: TaskMatcherOptions<E | SemanticEmbedder>;
  readonly agents: readonly (readonly [agentId: string, about: AgentDescription])[];
  readonly learned: ReadonlyMap<string, Float32Array>;
}

/**
 * @throws TypeError, RangeError for bad options, MalformedError (`ERR_MALFORMED`) for other bytes.
 */
export function readSaved<E extends Embedder>(
  bytes: Uint8Array,
  options: LoadOptions<E>,
): SavedMatcher<E> {
  checkObject('options', options, { keys: ['embedder', 'index'] });
  const { threshold, agents, learned, ...saved } = readMatcher(bytes);
  const embedder = restoreEmbedder(saved.embedder, options.embedder);
  return {
    options: { ...options, embedder, threshold },
    agents: [...agents].map(([id, [description = '', ...examples]]) => [
      id,
      { description, examples },
    ]),
    learned,
  };
}
