import { ByteReader, ByteWriter, isEdgeError, type Clock, type Entropy } from '@ruvector/core';
import type { PatternStore } from '@ruvector/learning';

import type { Mesh } from './mesh.js';
import { MessageType } from './message-type.js';
import { isReachable, type Peer } from './peer.js';
import { CORRELATION_BYTES } from './pub-sub.js';
import { Requests } from './requests.js';
import type { OpenedMessage } from './wire.js';

const SYNC_TIMEOUT_MS = 5_000;

/** Learned patterns travel as deltas: each side says which versions it has and gets what it lacks. */
export class PatternSync {
  merged = 0;
  readonly #mesh: Mesh;
  readonly #patterns: PatternStore;
  readonly #entropy: Entropy;
  readonly #onError: (error: unknown) => void;
  readonly #requests: Requests<Uint8Array>;

  constructor(options: {
    mesh: Mesh;
    patterns: PatternStore;
    clock: Clock;
    entropy: Entropy;
    requestsMax: number;
    onError: (error: unknown) => void;
  }) {
    this.#mesh = options.mesh;
    this.#patterns = options.patterns;
    this.#entropy = options.entropy;
    this.#onError = options.onError;
    this.#requests = new Requests(options.clock, options.requestsMax);
    this.#mesh.on(MessageType.patternsRequest, (message) => this.#hearRequest(message));
    this.#mesh.on(MessageType.patterns, ({ correlationId, body }) =>
      this.#requests.resolve(correlationId, body),
    );
  }

  /**
   * Asks every member that is there for what this one lacks.
   *
   * @returns how many patterns are new or changed. A member that does not answer in time is left
   * out: its patterns come with the next call.
   */
  async sync(signal?: AbortSignal): Promise<number> {
    const peers = [...this.#mesh.peers.values()].filter(isReachable);
    const answers = await Promise.allSettled(peers.map((peer) => this.#merge(peer, signal)));
    signal?.throwIfAborted();
    let merged = 0;
    for (const answer of answers) {
      if (answer.status === 'fulfilled') merged += answer.value;
      else if (!isEdgeError(answer.reason)) throw answer.reason;
    }
    this.merged += merged;
    return merged;
  }

  close(error: Error): void {
    this.#requests.rejectAll(error);
  }

  /** A member speaks for itself alone: what it says of others is refused. */
  async #merge(peer: Peer, signal?: AbortSignal): Promise<number> {
    const agents = [peer.agentId];
    const since = this.#patterns.versions[peer.agentId] ?? 0;
    const delta = await this.#ask(peer, since, signal);
    try {
      return this.#patterns.applyDelta(delta, { agents });
    } catch (error) {
      if (!isEdgeError(error, 'ERR_LEARNING_GAP')) throw error;
      return this.#patterns.applyDelta(await this.#ask(peer, 0, signal), { agents });
    }
  }

  #ask(peer: Peer, since: number, signal?: AbortSignal): Promise<Uint8Array> {
    const correlationId = new Uint8Array(CORRELATION_BYTES);
    this.#entropy.fill(correlationId);
    const what = `patterns of ${peer.agentId}`;
    const answer = this.#requests.wait(what, correlationId, SYNC_TIMEOUT_MS, signal);
    const body = new ByteWriter(8).u64(BigInt(since)).bytes();
    const type = MessageType.patternsRequest;
    this.#mesh.toPeer(peer, { type, correlationId, body }).catch((error: unknown) => {
      this.#requests.reject(correlationId, error as Error);
    });
    return answer;
  }

  #hearRequest({ peer, correlationId, body }: OpenedMessage): void {
    const reader: ByteReader = new ByteReader(body, 'patterns request');
    const since = reader.u64();
    reader.end();
    if (since > BigInt(Number.MAX_SAFE_INTEGER)) reader.fail('version out of range');
    const { agentId } = this.#patterns;
    const delta = this.#patterns.delta({ [agentId]: Number(since) }, { agents: [agentId] });
    const answer = this.#mesh.toPeer(peer, {
      type: MessageType.patterns,
      correlationId,
      body: delta,
    });
    answer.catch(this.#onError);
  }
}
