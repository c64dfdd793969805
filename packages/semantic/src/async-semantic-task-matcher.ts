import { checkId, checkInteger } from '@ruvector/core';
import type { Embedder } from '@ruvector/core';
import { AGENTS_MAX } from './agent-ranking.js';
import type { AgentMatch, Encoded, MatchOptions } from './agent-ranking.js';
import { checkIterable } from './iterable.js';
import { checkSample } from './match-threshold.js';
import type { JudgedSample, MatchEvaluation, MatchSample } from './match-threshold.js';
import type { TaskMatcherOptions } from './matcher-options.js';
import { Matching, readSaved } from './matching.js';
import type { LoadOptions } from './matching.js';
import { encode, taskText, textsOf } from './task-encoding.js';
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
 * const embed = async (text: string) => words.embed(text);
 * const model = { kind: 'slow/1', dimensions: 1024, embed };
 * const matcher = new AsyncSemanticTaskMatcher({ embedder: model });
 * void matcher.registerAgent('rust-dev', 'compile rust cargo build test unsafe');
 * (await matcher.matchAgent('build rust library with cargo'))?.agentId; // => 'rust-dev'
 */
export class AsyncSemanticTaskMatcher {
  readonly embedder: Embedder;
  readonly #matching: Matching<Embedder>;
  /** Settles when all calls made so far have taken effect. Never rejects. */
  #settled: Promise<unknown> = Promise.resolve();

  /** @throws TypeError, RangeError for a bad option. */
  constructor(options: TaskMatcherOptions<Embedder> = {}) {
    this.#matching = new Matching(options);
    this.embedder = this.#matching.embedder;
  }

  /** How many agents are registered by now. */
  get size(): number {
    return this.#matching.size;
  }

  /** Least score of a match. */
  get threshold(): number {
    return this.#matching.threshold;
  }

  /** See `SemanticTaskMatcher.registerAgent`. Rejects with what the embedder threw. */
  async registerAgent(agentId: string, about: string | AgentDescription): Promise<void> {
    checkId('agentId', agentId);
    const texts = textsOf(about);
    return this.#inOrder(this.#encode(texts), (encoded) =>
      this.#matching.register(agentId, texts, encoded),
    );
  }

  /** See `SemanticTaskMatcher.removeAgent`. */
  async removeAgent(agentId: string): Promise<boolean> {
    return this.#inOrder(undefined, () => this.#matching.remove(agentId));
  }

  /** See `SemanticTaskMatcher.matchAgent`. */
  async matchAgent(task: string, options?: MatchOptions): Promise<AgentMatch | undefined> {
    return this.#inOrder(this.#encodeTask(task), (encoded) =>
      this.#matching.best(encoded, options),
    );
  }

  /** See `SemanticTaskMatcher.match`. */
  async match(task: string, k: number, options?: MatchOptions): Promise<AgentMatch[]> {
    checkInteger('k', k, { min: 1, max: AGENTS_MAX });
    return this.#inOrder(this.#encodeTask(task), (encoded) =>
      this.#matching.rank(encoded, k, options),
    );
  }

  /** See `SemanticTaskMatcher.feedback`. */
  async feedback(task: string, agentId: string, success: boolean): Promise<boolean> {
    return this.#inOrder(this.#encodeTask(task), (encoded) =>
      this.#matching.feedback(encoded, agentId, success),
    );
  }

  /** See `SemanticTaskMatcher.fit`. */
  async fit(samples: Iterable<MatchSample>): Promise<MatchEvaluation & { threshold: number }> {
    return this.#matching.fit(await this.#judge(samples));
  }

  /** See `SemanticTaskMatcher.evaluate`. */
  async evaluate(samples: Iterable<MatchSample>): Promise<MatchEvaluation> {
    return this.#matching.evaluate(await this.#judge(samples));
  }

  /** See `SemanticTaskMatcher.save`. */
  async save(): Promise<Uint8Array> {
    return this.#inOrder(undefined, () => this.#matching.save());
  }

  /** See `SemanticTaskMatcher.load`. All agents are embedded again, one after another. */
  static async load(
    bytes: Uint8Array,
    options: LoadOptions<Embedder> = {},
  ): Promise<AsyncSemanticTaskMatcher> {
    const saved = readSaved(bytes, options);
    const matcher = new this(saved.options);
    for (const [id, about] of saved.agents) await matcher.registerAgent(id, about);
    matcher.#matching.restore(saved.learned);
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
    const wanted = this.#matching.wantsVectors ? texts : [];
    const vectors = wanted.map((text) => embedder.embed(text));
    return encode(embedder, texts, await Promise.all(vectors));
  }

  /** Applies what was encoded after all earlier calls took effect. */
  #inOrder<T, R>(encoding: T | Promise<T>, apply: (encoded: T) => R): Promise<R> {
    const result = Promise.all([encoding, this.#settled]).then(([encoded]) => apply(encoded));
    this.#settled = Promise.allSettled([this.#settled, result]);
    return result;
  }
}
