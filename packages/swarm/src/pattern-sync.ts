import {
  ByteReader,
  ByteWriter,
  concatBytes,
  isEdgeError,
  LimitError,
  type Clock,
  type Entropy,
} from '@ruvector/core';
import type { PatternStore } from '@ruvector/learning';

import type { Mesh } from './mesh.js';
import { decodeError, encodeError } from './message.js';
import { MessageType } from './message-type.js';
import { isReachable, type Peer } from './peer.js';
import { Requests } from './requests.js';
import type { OpenedMessage } from './opened-message.js';

const SYNC_TIMEOUT_MS = 5_000;
const ANSWER = { delta: 0, error: 1 } as const;

/**
 * Learned patterns travel as deltas: each side says which versions it has and gets what it lacks.
 */
export class PatternSync {
  merged = 0;
  readonly #mesh: Mesh;
  readonly #patterns: PatternStore;
  readonly #payloadBytesMax: number;
  readonly #onError: (error: unknown) => void;
  readonly #requests: Requests<OpenedMessage>;

  constructor(options: {
    mesh: Mesh;
    patterns: PatternStore;
    clock: Clock;
    entropy: Entropy;
    requestsMax: number;
    /** Above this an answer does not fit into a frame. */
    payloadBytesMax: number;
    onError: (error: unknown) => void;
  }) {
    this.#mesh = options.mesh;
    this.#patterns = options.patterns;
    this.#payloadBytesMax = options.payloadBytesMax;
    this.#onError = options.onError;
    this.#requests = new Requests(options.clock, options.entropy, options.requestsMax);
    this.#mesh.on(MessageType.patternsRequest, (message) => this.#hearRequest(message));
    this.#mesh.on(MessageType.patterns, (message) => this.#hearAnswer(message));
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
      else if (isEdgeError(answer.reason)) this.#onError(answer.reason);
      else throw answer.reason;
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

  async #ask(peer: Peer, since: number, signal?: AbortSignal): Promise<Uint8Array> {
    const question = { what: `patterns of ${peer.agentId}`, timeoutMs: SYNC_TIMEOUT_MS, signal };
    const body = new ByteWriter(8).u64(BigInt(since)).bytes();
    const type = MessageType.patternsRequest;
    const answer = await this.#requests.ask(question, (correlationId) =>
      this.#mesh.toPeer(peer, { type, correlationId, body }),
    );
    return readAnswer(peer, answer);
  }

  #hearAnswer(message: OpenedMessage): void {
    this.#requests.resolve(message.correlationId, message);
  }

  #hearRequest({ peer, correlationId, body }: OpenedMessage): void {
    const reader: ByteReader = new ByteReader(body, 'patterns request');
    const since = reader.u64();
    reader.end();
    if (since > BigInt(Number.MAX_SAFE_INTEGER)) reader.fail('version out of range');
    const answer = { type: MessageType.patterns, correlationId, body: this.#answer(Number(since)) };
    this.#mesh.toPeer(peer, answer).catch(this.#onError);
  }

  /** The delta, or why there is none: one may be too large to be sent. */
  #answer(since: number): Uint8Array {
    const { agentId } = this.#patterns;
    try {
      const delta = this.#patterns.delta({ [agentId]: since }, { agents: [agentId] });
      if (delta.length < this.#payloadBytesMax)
        return concatBytes(Uint8Array.of(ANSWER.delta), delta);
      throw new LimitError('payloadBytesMax', this.#payloadBytesMax);
    } catch (error) {
      if (!isEdgeError(error)) throw error;
      this.#onError(error);
      return concatBytes(Uint8Array.of(ANSWER.error), encodeError(error));
    }
  }
}

/** @throws EdgeError what the peer says, or `ERR_MALFORMED` */
function readAnswer(peer: Peer, { peer: from, body }: OpenedMessage): Uint8Array {
  const reader: ByteReader = new ByteReader(body, 'patterns');
  // a member speaks for itself alone, also when it has seen the question to another
  if (from !== peer) reader.fail(`an answer of ${from.agentId} to a question to ${peer.agentId}`);
  const kind = reader.u8();
  const rest = reader.raw(reader.remaining);
  if (kind === ANSWER.error) throw decodeError(rest);
  if (kind !== ANSWER.delta) reader.fail(`unknown kind ${kind}`);
  return rest;
}
