import { checkId, checkInteger, checkObject } from '@ruvector/core';
import type { VectorIndex } from '@ruvector/core';
import { AGENTS_MAX, AgentRanking } from './agent-ranking.js';
import type { AgentMatch, Encoded, MatchOptions } from './agent-ranking.js';
import { checkIterable } from './iterable.js';
import { bestThreshold, checkSample, evaluateThreshold } from './match-threshold.js';
import type { JudgedSample, MatchEvaluation, MatchSample } from './match-threshold.js';
import { describeEmbedder, readMatcher, restoreEmbedder, writeMatcher } from './matcher-bytes.js';
import { readOptions } from './matcher-options.js';
import type { SyncEmbedder, TaskMatcherOptions } from './matcher-options.js';
import { encode, hasFeatures, taskText, textsOf } from './task-encoding.js';
import type { AgentDescription } from './task-encoding.js';

/**
 * Finds the agent whose description fits a task.
 *
 * With `SemanticEmbedder` agents and tasks are compared by their features before hashing, with those
 * that many agents share weighing less; any other embedder is compared by the cosine.
 *
 * @example
 * const matcher = new SemanticTaskMatcher();
 * matcher.registerAgent('rust-dev', 'compile rust cargo build test unsafe');
 * matcher.registerAgent('web-dev', 'javascript react html css frontend');
 * matcher.matchAgent('fix react component')?.agentId; // => 'web-dev'
 * matcher.matchAgent('quarterly sales meeting at noon'); // => undefined
 */
export class SemanticTaskMatcher {
  readonly embedder: SyncEmbedder;
  readonly #index: VectorIndex | undefined;
  readonly #ranking: AgentRanking;
  readonly #texts = new Map<string, readonly string[]>();
  #threshold: number;

  /** @throws TypeError, RangeError for a bad option. */
  constructor(options: TaskMatcherOptions = {}) {
    const { embedder, index, threshold } = readOptions(options);
    this.embedder = embedder;
    this.#index = index;
    this.#ranking = new AgentRanking(index);
    this.#threshold = threshold;
  }

  /** How many agents are registered. */
  get size(): number {
    return this.#ranking.size;
  }

  /** Least score of a match. */
  get threshold(): number {
    return this.#threshold;
  }

  /**
   * Adds an agent, or replaces what was said about it; what feedback taught about it stays.
   *
   * @throws TypeError, RangeError on a bad id, above 1,024 texts or 65,536 characters.
   * @throws LimitError (`ERR_LIMIT`) at 65,536 agents.
   */
  registerAgent(agentId: string, about: string | AgentDescription): void {
    const texts = textsOf(about);
    this.#ranking.set(checkId('agentId', agentId), this.#encode(texts));
    this.#texts.set(agentId, texts);
  }

  /** Forgets an agent and all that was learnt about it. @returns whether it was there. */
  removeAgent(agentId: string): boolean {
    this.#texts.delete(agentId);
    return this.#ranking.delete(agentId);
  }

  /**
   * The agent for a task; `undefined` if none reaches the threshold.
   *
   * @param task - of a longer text the first 16,384 characters count.
   */
  matchAgent(task: string, options?: MatchOptions): AgentMatch | undefined {
    return this.#ranking.best(this.#encodeTask(task), this.#threshold, options);
  }

  /** The best `k` agents, best first, ties by id; no threshold. */
  match(task: string, k: number, options?: MatchOptions): AgentMatch[] {
    checkInteger('k', k, { min: 1, max: AGENTS_MAX });
    return this.#ranking.rank(this.#encodeTask(task), k, options);
  }

  /**
   * Learns from how a task went: later tasks with the same words score this agent higher (success)
   * or lower.
   *
   * @returns false if the agent is unknown; nothing is learnt then.
   */
  feedback(task: string, agentId: string, success: boolean): boolean {
    return this.#ranking.feedback(this.#encodeTask(task), agentId, success);
  }

  /** Chooses the threshold that gets most samples right. @returns how it does on them. */
  fit(samples: Iterable<MatchSample>): MatchEvaluation & { threshold: number } {
    const judged = this.#judge(samples);
    this.#threshold = bestThreshold(judged, this.#threshold);
    return { threshold: this.#threshold, ...evaluateThreshold(judged, this.#threshold) };
  }

  /** How the present threshold does on samples, which teach nothing. */
  evaluate(samples: Iterable<MatchSample>): MatchEvaluation {
    return evaluateThreshold(this.#judge(samples), this.#threshold);
  }

  /** Agents, what was learnt, the threshold, and the embedder if it is a `SemanticEmbedder`. */
  save(): Uint8Array {
    return writeMatcher({
      threshold: this.#threshold,
      embedder: describeEmbedder(this.embedder),
      agents: this.#texts,
      learned: this.#ranking.learned.weights,
    });
  }

  /**
   * Reads what `save` wrote.
   *
   * @param options - `embedder` is needed if it was not saved, and must then be of the same kind and
   * dimensions; `index` must be empty.
   * @throws MalformedError (`ERR_MALFORMED`) on other bytes, RangeError on another embedder.
   * @example
   * const matcher = new SemanticTaskMatcher();
   * matcher.registerAgent('rust-dev', 'compile rust cargo build test unsafe');
   * SemanticTaskMatcher.load(matcher.save()).matchAgent('cargo build')?.agentId; // => 'rust-dev'
   */
  static load(
    bytes: Uint8Array,
    options: Pick<TaskMatcherOptions, 'embedder' | 'index'> = {},
  ): SemanticTaskMatcher {
    checkObject('options', options, { keys: ['embedder', 'index'] });
    const state = readMatcher(bytes);
    const embedder = restoreEmbedder(state.embedder, options.embedder);
    const { threshold } = state;
    const matcher = new this({ ...options, embedder, threshold });
    for (const [id, [description = '', ...examples]] of state.agents)
      matcher.registerAgent(id, { description, examples });
    matcher.#ranking.learned.restore(state.learned);
    return matcher;
  }

  #judge(samples: Iterable<MatchSample>): JudgedSample[] {
    return Array.from(checkIterable('samples', samples), (sample) => {
      const { task, agentId } = checkSample(sample);
      return { expected: agentId, best: this.#ranking.rank(this.#encodeTask(task), 1)[0] };
    });
  }

  #encodeTask(task: string): Encoded {
    return this.#encode([taskText(task)]);
  }

  #encode(texts: readonly string[]): Encoded {
    const { embedder } = this;
    const wanted = this.#index !== undefined || !hasFeatures(embedder);
    return encode(embedder, texts, wanted ? texts.map((text) => embedder.embed(text)) : []);
  }
}
