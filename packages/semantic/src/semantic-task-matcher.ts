import { checkId, checkInteger } from '@ruvector/core';
import { AGENTS_MAX } from './agent-ranking.js';
import type { AgentMatch, Encoded, MatchOptions } from './agent-ranking.js';
import { checkIterable } from './iterable.js';
import { checkSample } from './match-threshold.js';
import type { JudgedSample, MatchEvaluation, MatchSample } from './match-threshold.js';
import type { SyncEmbedder, TaskMatcherOptions } from './matcher-options.js';
import { Matching, readSaved } from './matching.js';
import type { LoadOptions } from './matching.js';
import { encode, taskText, textsOf } from './task-encoding.js';
import type { AgentDescription } from './task-encoding.js';

/**
 * Finds the agent whose description fits a task.
 *
 * With `SemanticEmbedder` agents and tasks are compared by their features before hashing, with
 * those that many agents share weighing less; any other embedder is compared by the cosine.
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
  readonly #matching: Matching<SyncEmbedder>;

  /** @throws TypeError, RangeError for a bad option. */
  constructor(options: TaskMatcherOptions = {}) {
    this.#matching = new Matching(options);
    this.embedder = this.#matching.embedder;
  }

  /** How many agents are registered. */
  get size(): number {
    return this.#matching.size;
  }

  /** Least score of a match. */
  get threshold(): number {
    return this.#matching.threshold;
  }

  /**
   * Adds an agent, or replaces what was said about it; what feedback taught about it stays.
   *
   * @throws TypeError, RangeError on a bad id, above 1,024 texts or 65,536 characters.
   * @throws LimitError (`ERR_LIMIT`) at 65,536 agents.
   */
  registerAgent(agentId: string, about: string | AgentDescription): void {
    const texts = textsOf(about);
    this.#matching.register(checkId('agentId', agentId), texts, this.#encode(texts));
  }

  /** Forgets an agent and all that was learnt about it. @returns whether it was there. */
  removeAgent(agentId: string): boolean {
    return this.#matching.remove(agentId);
  }

  /**
   * The agent for a task; `undefined` if none reaches the threshold.
   *
   * @param task - of a longer text the first 16,384 characters count.
   */
  matchAgent(task: string, options?: MatchOptions): AgentMatch | undefined {
    return this.#matching.best(this.#encodeTask(task), options);
  }

  /** The best `k` agents, best first, ties by id; no threshold. */
  match(task: string, k: number, options?: MatchOptions): AgentMatch[] {
    checkInteger('k', k, { min: 1, max: AGENTS_MAX });
    return this.#matching.rank(this.#encodeTask(task), k, options);
  }

  /**
   * Learns from how a task went: later tasks with the same words score this agent higher (success)
   * or lower.
   *
   * @returns false if the agent is unknown; nothing is learnt then.
   */
  feedback(task: string, agentId: string, success: boolean): boolean {
    return this.#matching.feedback(this.#encodeTask(task), agentId, success);
  }

  /** Chooses the threshold that gets most samples right. @returns how it does on them. */
  fit(samples: Iterable<MatchSample>): MatchEvaluation & { threshold: number } {
    return this.#matching.fit(this.#judge(samples));
  }

  /** How the present threshold does on samples, which teach nothing. */
  evaluate(samples: Iterable<MatchSample>): MatchEvaluation {
    return this.#matching.evaluate(this.#judge(samples));
  }

  /** Agents, what was learnt, the threshold, and the embedder if it is a `SemanticEmbedder`. */
  save(): Uint8Array {
    return this.#matching.save();
  }

  /**
   * Reads what `save` wrote.
   *
   * @param options - `embedder` is needed if it was not saved, and must then be of the same kind
   * and dimensions; `index` must be empty.
   * @throws MalformedError (`ERR_MALFORMED`) on other bytes, RangeError on another embedder.
   * @example
   * const matcher = new SemanticTaskMatcher();
   * matcher.registerAgent('rust-dev', 'compile rust cargo build test unsafe');
   * SemanticTaskMatcher.load(matcher.save()).matchAgent('cargo build')?.agentId; // => 'rust-dev'
   */
  static load(bytes: Uint8Array, options: LoadOptions<SyncEmbedder> = {}): SemanticTaskMatcher {
    const saved = readSaved(bytes, options);
    const matcher = new this(saved.options);
    for (const [id, about] of saved.agents) matcher.registerAgent(id, about);
    matcher.#matching.restore(saved.learned);
    return matcher;
  }

  #judge(samples: Iterable<MatchSample>): JudgedSample[] {
    return Array.from(checkIterable('samples', samples), (sample) => {
      const { task, agentId } = checkSample(sample);
      return { expected: agentId, best: this.#matching.rank(this.#encodeTask(task), 1)[0] };
    });
  }

  #encodeTask(task: string): Encoded {
    return this.#encode([taskText(task)]);
  }

  #encode(texts: readonly string[]): Encoded {
    const { embedder } = this;
    const wanted = this.#matching.wantsVectors ? texts : [];
    const vectors = wanted.map((text) => embedder.embed(text));
    return encode(embedder, texts, vectors);
  }
}
