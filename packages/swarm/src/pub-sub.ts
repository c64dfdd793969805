import {
  checkInteger,
  checkObject,
  checkSignal,
  LimitError,
  type Json,
  type Unsubscribe,
} from '@ruvector/core';

import type { SwarmLimits } from './limits.js';
import type { Mesh } from './mesh.js';
import { MessageType } from './message-type.js';
import { createMessage, decodeError, encodeError, encodePayload, type Message } from './message.js';
import type { Requests } from './requests.js';
import { checkTopic, checkTopicPattern, Subscriptions } from './topics.js';
import type { OpenedMessage } from './opened-message.js';

/**
 * Hears messages of a topic. What it throws, or its promise rejects with, goes to `on('error')`.
 */
export type MessageHandler = (message: Message) => void | Promise<void>;
/** Answers requests: what it returns goes to the asker, and so does what it throws. */
export type ReplyHandler = (message: Message) => Uint8Array | Json | Promise<Uint8Array | Json>;

/** How long a request waits. */
export interface RequestOptions {
  /** @default 5000 ms */
  timeoutMs?: number;
  /** Gives up waiting: the request rejects with its reason. */
  signal?: AbortSignal;
}

const REQUEST_TIMEOUT_MS = 5_000;

/** Topics: who publishes, who hears, who asks, who answers. */
export class PubSub {
  readonly #mesh: Mesh;
  readonly #limits: SwarmLimits;
  readonly #requests: Requests<Message>;
  readonly #onError: (error: unknown) => void;
  readonly #subscribers: Subscriptions<MessageHandler>;
  readonly #repliers: Subscriptions<ReplyHandler>;
  #replying = 0;

  constructor(options: {
    mesh: Mesh;
    limits: SwarmLimits;
    requests: Requests<Message>;
    onError: (error: unknown) => void;
  }) {
    this.#mesh = options.mesh;
    this.#limits = options.limits;
    this.#requests = options.requests;
    this.#onError = options.onError;
    this.#subscribers = new Subscriptions('subscriptionsMax', options.limits.subscriptionsMax);
    this.#repliers = new Subscriptions('subscriptionsMax', options.limits.subscriptionsMax);
    this.#mesh.on(MessageType.publish, (message) => this.#hearPublish(message));
    this.#mesh.on(
      MessageType.request,
      (message) => void this.#hearRequest(message).catch(this.#onError),
    );
    this.#mesh.on(MessageType.reply, (message) => this.#hearReply(message));
    this.#mesh.on(MessageType.replyError, (message) => this.#hearReplyError(message));
  }

  async publish(topic: string, payload: Uint8Array | Json): Promise<void> {
    checkTopic('topic', topic);
    const body = encodePayload(payload, this.#limits.payloadBytesMax);
    const { failures } = await this.#mesh.toGroup({ type: MessageType.publish, topic, body });
    if (failures.length > 0) throw failures[0];
  }

  subscribe(pattern: string, handler: MessageHandler): Unsubscribe {
    return this.#subscribers.add(checkTopicPattern('topic', pattern), checkHandler(handler));
  }

  reply(pattern: string, handler: ReplyHandler): Unsubscribe {
    return this.#repliers.add(checkTopicPattern('topic', pattern), checkHandler(handler));
  }

  async request(
    topic: string,
    payload: Uint8Array | Json,
    options: RequestOptions = {},
  ): Promise<Message> {
    checkTopic('topic', topic);
    checkObject('options', options, { keys: ['timeoutMs', 'signal'] });
    const { timeoutMs = REQUEST_TIMEOUT_MS } = options;
    const signal = checkSignal('options.signal', options.signal);
    checkInteger('options.timeoutMs', timeoutMs, { min: 1, max: 86_400_000 });
    const body = encodePayload(payload, this.#limits.payloadBytesMax);
    const what = `request on ${JSON.stringify(topic)}`;
    return this.#requests.ask({ what, timeoutMs, signal }, (correlationId) =>
      this.#ask(topic, correlationId, body),
    );
  }

  /** One member that takes nothing does not matter as long as others may answer. */
  async #ask(topic: string, correlationId: Uint8Array, body: Uint8Array): Promise<void> {
    const message = { type: MessageType.request, topic, correlationId, body };
    const { members, failures } = await this.#mesh.toGroup(message);
    if (members === 0 && failures.length > 0) throw failures[0];
  }

  #hearPublish({ topic, peer, body }: OpenedMessage): void {
    for (const handler of this.#subscribers.matching(topic)) {
      // each handler gets bytes of its own: what one changes must not reach the next
      const message = createMessage(topic, peer.agentId, body.slice());
      this.#call(() => handler(message));
    }
  }

  #call(handler: () => void | Promise<void>): void {
    try {
      Promise.resolve(handler()).catch(this.#onError);
    } catch (error) {
      this.#onError(error);
    }
  }

  /** The first handler whose pattern fits answers. */
  async #hearRequest(message: OpenedMessage): Promise<void> {
    const { topic, peer, body, correlationId } = message;
    const handler = this.#repliers.matching(topic)[0];
    if (!handler) return;
    let answer: { type: MessageType; body: Uint8Array };
    try {
      const payload = await this.#run(() => handler(createMessage(topic, peer.agentId, body)));
      answer = { type: MessageType.reply, body: payload };
    } catch (error) {
      this.#onError(error);
      answer = { type: MessageType.replyError, body: encodeError(error) };
    }
    await this.#mesh.toPeer(peer, { ...answer, topic, correlationId });
  }

  async #run(handler: () => ReturnType<ReplyHandler>): Promise<Uint8Array> {
    const { repliesRunningMax, payloadBytesMax } = this.#limits;
    if (this.#replying >= repliesRunningMax)
      throw new LimitError('repliesRunningMax', repliesRunningMax);
    this.#replying += 1;
    try {
      return encodePayload(await handler(), payloadBytesMax);
    } finally {
      this.#replying -= 1;
    }
  }

  #hearReply({ topic, peer, correlationId, body }: OpenedMessage): void {
    this.#requests.resolve(correlationId, createMessage(topic, peer.agentId, body));
  }

  #hearReplyError({ correlationId, body }: OpenedMessage): void {
    this.#requests.reject(correlationId, decodeError(body));
  }
}

function checkHandler<T>(handler: T): T {
  if (typeof handler !== 'function')
    throw new TypeError(`handler must be a function, got ${typeof handler}`);
  return handler;
}
