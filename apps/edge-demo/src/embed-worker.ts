import type { P2PSwarm, Task } from '@ruvector/edge';
import { isEdgeError } from '@ruvector/edge/core';
import { SemanticEmbedder } from '@ruvector/edge/semantic';
import { DemoTopic } from './demo-topics.js';
import { encodeVector, readText } from './embed-task.js';
import { TOPICS } from './topics.js';

/** Embeds documents with the coordinator's model and learns what the topics look like. */
export class EmbedWorker {
  readonly #swarm: P2PSwarm;
  readonly #embedder: SemanticEmbedder;
  readonly #topics: readonly { readonly name: string; readonly vector: Float32Array }[];
  #done = 0;

  constructor(swarm: P2PSwarm, model: Uint8Array) {
    this.#swarm = swarm;
    this.#embedder = SemanticEmbedder.load(model);
    this.#topics = TOPICS.map(({ name, words }) => ({ name, vector: this.#embedder.embed(words) }));
  }

  get done(): number {
    return this.#done;
  }

  /** The executor: a document in, its vector out. */
  embed(task: Task): Uint8Array {
    const vector = this.#embedder.embed(readText(task.input));
    this.#learn(vector);
    this.#done += 1;
    this.#tellProgress();
    return encodeVector(vector);
  }

  /**
   * Not awaited: a member that just died takes nothing, and the work must not wait for its funeral.
   */
  #tellProgress(): void {
    const told = this.#swarm.publish(DemoTopic.progress, { done: this.#done });
    told.catch((error: unknown) => {
      if (!isEdgeError(error)) throw error;
    });
  }

  /**
   * One pattern a topic: its vector says how near its documents are to every topic, its outcome how
   * near to their own, its confidence how clearly they are of that one.
   */
  #learn(document: Float32Array): void {
    const near = this.#topics.map(({ vector }) => dot(vector, document));
    const [best = 0, second = 0] = near.toSorted((a, b) => b - a);
    const topic = this.#topics[near.indexOf(best)];
    if (topic === undefined || best <= 0) return;
    this.#swarm.patterns.record(`topic:${topic.name}`, {
      vector: near,
      outcome: best,
      confidence: Math.min(1, (best - Math.max(second, 0)) / best),
    });
  }
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
