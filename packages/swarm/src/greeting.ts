import { ByteReader, ByteWriter } from '@ruvector/core';

import { EPOCH_MESSAGES_MAX } from './limits.js';
import { MessageType } from './message-type.js';
import { isReachable, type InboundChain, type Peer } from './peer.js';
import type { OpenedMessage, Wire } from './wire.js';

/** Answers a peer and heartbeat: more would let replays cost us signatures. */
const ANSWERS_MAX = 8;

/**
 * `met`: the peer has just proven a new epoch; `restarted`: and it is another run of its process.
 * `known`: nothing new. `unproven`, `stale`: believe nothing.
 */
export type GreetingVerdict = 'met' | 'restarted' | 'known' | 'unproven' | 'stale';

interface Hello {
  readonly wantsAnswer: boolean;
  readonly incarnation: bigint;
  /** The epoch of our messages to the peer, as it last saw it; 0 if it never did. */
  readonly echo: bigint;
  readonly groupEpoch: bigint;
  readonly groupCounterMin: number;
}

/**
 * Proves to a peer that we are there now, and lets it prove the same.
 *
 * A greeting says: this is the epoch of my messages to you (in its header), that is the one I last
 * saw of you (the echo). Only somebody who received our greeting can echo the epoch that we drew
 * for this peer at random, so an echo of it is fresh and everything recorded earlier is not. After a
 * restart of either side the greetings start again. Later epochs must also be later by the peer's own
 * clock, or a greeting recorded before could bring an old epoch back. What the peer had sealed before
 * it was met is not read, but for what it kept for this member: it says from which counter on. Who
 * does not hear the other asks for an answer, so that a way lost on one side only is found again.
 */
export class Greeting {
  readonly #wire: Wire;
  readonly #send: (peer: Peer, frame: Uint8Array) => void;
  #answers = new Map<string, number>();

  constructor(wire: Wire, send: (peer: Peer, frame: Uint8Array) => void) {
    this.#wire = wire;
    this.#send = send;
  }

  greet(peer: Peer, wantsAnswer = !isReachable(peer), echo = peer.inbound?.direct.epoch): void {
    const { group, incarnation } = this.#wire;
    const body = new ByteWriter(40)
      .u8(wantsAnswer ? 1 : 0)
      .u64(incarnation)
      .u64(echo ?? 0n)
      .u64(group.epoch)
      .u64(BigInt(peer.pending[0]?.counter ?? group.next))
      .bytes();
    this.#send(peer, this.#wire.sealFor(peer, { type: MessageType.hello, body }));
  }

  /** Something came under an epoch that we do not know: asks who it is, within the bound of answers. */
  seek(peer: Peer): void {
    if (this.#mayAnswer(peer)) this.greet(peer, true);
  }

  hear({ peer, header, body, unproven }: OpenedMessage): GreetingVerdict {
    const hello = readHello(body);
    const isEchoed = hello.echo === peer.outbound.epoch;
    if (!unproven) return this.#hearKnown(peer, header.timestamp, hello, isEchoed);
    if (!isEchoed) {
      this.#answer(peer, header.epoch);
      return 'unproven';
    }
    if (header.timestamp <= peer.greetedAt) return 'stale';
    const before = peer.incarnation;
    this.#meet(peer, unproven, header.timestamp, hello);
    return before !== undefined && before !== hello.incarnation ? 'restarted' : 'met';
  }

  /** A heartbeat has passed: greetings are answered again. */
  tick(): void {
    this.#answers = new Map();
  }

  /** On a proven chain every word is genuine and fresh. */
  #hearKnown(peer: Peer, timestamp: number, hello: Hello, isEchoed: boolean): GreetingVerdict {
    peer.greetedAt = Math.max(peer.greetedAt, timestamp);
    const { direct, group } = peer.inbound!;
    if (group.epoch !== hello.groupEpoch)
      peer.inbound = { direct, group: this.#groupOf(peer, hello) };
    if (hello.wantsAnswer || !isEchoed) this.#answer(peer, direct.epoch);
    return 'known';
  }

  #meet(peer: Peer, direct: InboundChain, greetedAt: number, hello: Hello): void {
    const known = peer.inbound?.group;
    // the same group epoch goes on with its window, or what was read once could be read again
    const group = known?.epoch === hello.groupEpoch ? known : this.#groupOf(peer, hello);
    peer.inbound = { direct, group };
    peer.incarnation = hello.incarnation;
    peer.greetedAt = greetedAt;
    this.greet(peer, false, direct.epoch);
  }

  #groupOf(peer: Peer, { groupEpoch, groupCounterMin }: Hello): InboundChain {
    return this.#wire.inbound(peer, groupEpoch, groupCounterMin);
  }

  #answer(peer: Peer, echo: bigint): void {
    if (this.#mayAnswer(peer)) this.greet(peer, !isReachable(peer), echo);
  }

  #mayAnswer({ agentId }: Peer): boolean {
    const answers = this.#answers.get(agentId) ?? 0;
    this.#answers.set(agentId, answers + 1);
    return answers < ANSWERS_MAX;
  }
}

function readHello(body: Uint8Array): Hello {
  const reader: ByteReader = new ByteReader(body, 'greeting');
  const wantsAnswer = reader.u8() === 1;
  const [incarnation, echo, groupEpoch] = [reader.u64(), reader.u64(), reader.u64()];
  const counterMin = reader.u64();
  reader.end();
  if (counterMin > BigInt(EPOCH_MESSAGES_MAX)) reader.fail('the counter is out of range');
  return { wantsAnswer, incarnation, echo, groupEpoch, groupCounterMin: Number(counterMin) };
}
