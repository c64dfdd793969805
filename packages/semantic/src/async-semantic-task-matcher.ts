import { checkId, checkInteger, checkObject } from '@ruvector/core';
import type { Embedder, VectorIndex } from '@ruvector/core';
import { AGENTS_MAX, AgentRanking } from './agent-ranking.js';
import type { AgentMatch, Encoded, MatchOptions } from './agent-ranking.js';
import { checkIterable } from './iterable.js';
import { bestThreshold, checkSample, evaluateThreshold } from './match-threshold.js';
import type { JudgedSample, MatchEvaluation, MatchSample } from './match-threshold.js';
import { describeEmbedder, readMatcher, restoreEmbedder, writeMatcher } from './matcher-bytes.js';
import { readOptions } from './matcher-options.js';
import type { TaskMatcherOptions } from './matcher-options.js';
import { encode, hasFeatures, taskText, textsOf } from './task-encoding.js';
import type { AgentDescription } from './task-encoding.js';

/**
 * `SemanticTaskMatcher` for an embedder that takes its time, such as a language model: the same
 * methods return promises.
 *
 * Texts are embedded at once, but calls take effect in the order in which they were made: a match
 * asked for after a registration sees it. A call whose embedding fails rejects and changes nothing;
 * an embedding that never ends holds up the calls after it, so an embedder should have a deadline.
 *
 * @example
 * const words = new SemanticEmbedder();
 * const model = { kind: 'slow/1', dimensions: 1024, embed: async (text: string) => words.embed(text) };
 * const matcher = new AsyncSemanticTaskMatcher({ embedder: model });
 * void matcher.registerAgent('rust-dev', 'compile rust cargo build test unsafe');
 * (await matcher.matchAgent('build rust library with cargo'))?.agentId; // => 'rust-dev'
 */
export class AsyncSemanticTaskMatcher {
  readonly embedder: Embedder;
  readonly #index: VectorIndex | undefined;
  readonly #ranking: AgentRanking;
  readonly #texts = new Map<string, readonly string[]>();
  #threshold: number;
  /** Settles when all calls made so far have taken effect. Never rejects. */
  #settled: Promise<unknown> = Promise.resolve();

  /** @throws TypeError, RangeError for a bad option. */
  constructor(options: TaskMatcherOptions<Embedder> = {}) {
    const { embedder, index, threshold } = readOptions(options);
    this.embedder = embedder;
    this.#index = index;
    this.#ranking = new AgentRanking(index);
    this.#threshold = threshold;
  }

  /** How many agents are registered by now. */
  get size(): number {
    return this.#ranking.size;
  }

  /** Least score of a match. */
  get threshold(): number {
    return this.#threshold;
  }

  /** See `SemanticTaskMatcher.registerAgent`. Rejects with what the embedder threw. */
  async registerAgent(agentId: string, about: string | AgentDescription): Promise<void> {
    checkId('agentId', agentId);
    const texts = textsOf(about);
    return this.#inOrder(this.#encode(texts), (encoded) => {
      this.#ranking.set(agentId, encoded);
      this.#texts.set(agentId, texts);
    });
  }

  /** See `SemanticTaskMatcher.removeAgent`. */
  async removeAgent(agentId: string): Promise<boolean> {
    return this.#inOrder(undefined, () => {
      this.#texts.delete(agentId);
      return this.#ranking.delete(agentId);
    });
  }

  /** See `SemanticTaskMatcher.matchAgent`. */
  async matchAgent(task: string, options?: MatchOptions): Promise<AgentMatch | undefined> {
    return this.#inOrder(this.#encodeTask(task), (encoded) =>
      this.#ranking.best(encoded, this.#threshold, options),
    );
  }

  /** See `SemanticTaskMatcher.match`. */
  async match(task: string, k: number, options?: MatchOptions): Promise<AgentMatch[]> {
    checkInteger('k', k, { min: 1, max: AGENTS_MAX });
    return this.#inOrder(this.#encodeTask(task), (encoded) =>
      this.#ranking.rank(encoded, k, options),
    );
  }

  /** See `SemanticTaskMatcher.feedback`. */
  async feedback(task: string, agentId: string, success: boolean): Promise<boolean> {
    return this.#inOrder(this.#encodeTask(task), (encoded) =>
      this.#ranking.feedback(encoded, agentId, success),
    );
  }

  /** See `SemanticTaskMatcher.fit`. */
  async fit(samples: Iterable<MatchSample>): Promise<MatchEvaluation & { threshold: number }> {
    const judged = await this.#judge(samples);
    this.#threshold = bestThreshold(judged, this.#threshold);
    return { threshold: this.#threshold, ...evaluateThreshold(judged, this.#threshold) };
  }

  /** See `SemanticTaskMatcher.evaluate`. */
  async evaluate(samples: Iterable<MatchSample>): Promise<MatchEvaluation> {
    return evaluateThreshold(await this.#judge(samples), this.#threshold);
  }

  /** See `SemanticTaskMatcher.save`. */
  async save(): Promise<Uint8Array> {
    return this.#inOrder(undefined, () =>
      writeMatcher({
        threshold: this.#threshold,
        embedder: describeEmbedder(this.embedder),
        agents: this.#texts,
        learned: this.#ranking.learned.weights,
      }),
    );
  }

  /** See `SemanticTaskMatcher.load`. All agents are embedded again, one after another. */
  static async load(
    bytes: Uint8Array,
    options: Pick<TaskMatcherOptions<Embedder>, 'embedder' | 'index'> = {},
  ): Promise<AsyncSemanticTaskMatcher> {
    checkObject('options', options, { keys: ['embedder', 'index'] });
    const state = readMatcher(bytes);
    const embedder = restoreEmbedder(state.embedder, options.embedder);
    const { threshold } = state;
    const matcher = new this({ ...options, embedder, threshold });
    for (const [id, [description = '', ...examples]] of state.agents)
      await matcher.registerAgent(id, { description, examples });
    matcher.#ranking.learned.restore(state.learned);
    return matcher;
  }

  async #judge(samples: Iterable<MatchSample>): Promise<JudgedSample[]> {
    const judged: JudgedSample[] = [];
    for (const sample of checkIterable('samples', samples)) {
      const { task, agentId } = checkSample(sample);
      const [best] = await this.match(task, 1);
      judged.push({ expected: agentId, best });
    }
    return judged;
  }

  #encodeTask(task: string): Promise<Encoded> {
    return this.#encode([taskText(task)]);
  }

  async #encode(texts: readonly string[]): Promise<Encoded> {
    const { embedder } = this;
    const wanted = this.#index !== undefined || !hasFeatures(embedder);
    const vectors = wanted ? texts.map((text) => embedder.embed(text)) : [];
    return encode(embedder, texts, await Promise.all(vectors));
  }

  /** Applies what was encoded after all earlier calls took effect. */
  #inOrder<T, R>(encoding: T | Promise<T>, apply: (encoded: T) => R): Promise<R> {
    const result = Promise.all([encoding, this.#settled]).then(([encoded]) => apply(encoded));
    this.#settled = Promise.allSettled([this.#settled, result]);
    return result;
  }
}
