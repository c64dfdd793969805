import { ByteReader, ByteWriter } from '@ruvector/core';

import { MessageType } from './message-type.js';
import type { InboundChain, Peer } from './peer.js';
import type { OpenedMessage, Wire } from './wire.js';

/** Answers to greetings that prove nothing, a peer and heartbeat: more would let replays cost us signatures. */
const ANSWERS_MAX = 8;

export type GreetingVerdict = 'met' | 'known' | 'unproven' | 'stale';

/**
 * Proves to a peer that we are there now, and lets it prove the same.
 *
 * A greeting says: this is the epoch of my messages to you (in its header), that is the one I last
 * saw of you (the echo). Only somebody who received our greeting can echo the epoch that we drew
 * for this peer at random, so an echo of it is fresh and everything recorded earlier is not. After a
 * restart of either side the greetings start again. Later epochs must also be later by the peer's own
 * clock, or a greeting recorded before its restart could bring the old epoch back.
 */
export class Greeting {
  readonly #wire: Wire;
  readonly #send: (peer: Peer, frame: Uint8Array) => void;
  #answers = new Map<string, number>();

  constructor(wire: Wire, send: (peer: Peer, frame: Uint8Array) => void) {
    this.#wire = wire;
    this.#send = send;
  }

  greet(peer: Peer, echo = peer.inbound?.direct.epoch ?? 0n): void {
    const body = new ByteWriter(24)
      .u64(echo)
      .u64(this.#wire.group.epoch)
      .u64(BigInt(peer.pending[0]?.counter ?? this.#wire.group.next))
      .bytes();
    this.#send(peer, this.#wire.sealFor(peer, { type: MessageType.hello, body }));
  }

  /** @returns `met` if the peer has just proven a new epoch. */
  hear({ peer, header, body, unproven }: OpenedMessage): GreetingVerdict {
    const reader: ByteReader = new ByteReader(body, 'greeting');
    const [echo, groupEpoch, counterMin] = [reader.u64(), reader.u64(), reader.u64()];
    reader.end();
    if (!unproven) {
      if (echo !== peer.outbound.epoch) this.#answer(peer, header.epoch);
      return 'known';
    }
    if (echo !== peer.outbound.epoch) {
      this.#answer(peer, header.epoch);
      return 'unproven';
    }
    if (header.timestamp <= peer.greetedAt) return 'stale';
    if (counterMin > BigInt(Number.MAX_SAFE_INTEGER)) reader.fail('counter out of range');
    this.#meet(peer, unproven, header.timestamp, groupEpoch, Number(counterMin));
    return 'met';
  }

  /** A heartbeat has passed: unproven greetings are answered again. */
  tick(): void {
    this.#answers = new Map();
  }

  #meet(
    peer: Peer,
    direct: InboundChain,
    greetedAt: number,
    groupEpoch: bigint,
    counterMin: number,
  ): void {
    peer.inbound = { direct, group: this.#wire.inbound(peer, groupEpoch, counterMin) };
    peer.greetedAt = greetedAt;
    this.greet(peer, direct.epoch);
  }

  #answer(peer: Peer, echo: bigint): void {
    const answers = this.#answers.get(peer.agentId) ?? 0;
    if (answers >= ANSWERS_MAX) return;
    this.#answers.set(peer.agentId, answers + 1);
    this.greet(peer, echo);
  }
}
