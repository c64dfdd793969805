import { ByteReader, ByteWriter } from '@ruvector/core';

import { EPOCH_MESSAGES_MAX } from './limits.js';
import { MessageType } from './message-type.js';
import { isReachable, replaceInbound, type InboundChain, type Peer } from './peer.js';
import type { OpenedMessage, Wire } from './wire.js';

/** Answers a peer and heartbeat: more would let replays cost us signatures. */
const ANSWERS_MAX = 8;
/** Answers a heartbeat to all peers together. */
const ANSWERS_IN_ALL_MAX = 256;

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
  readonly directGeneration: number;
  readonly group: Pick<InboundChain, 'epoch' | 'generation' | 'counterMin'>;
}

export interface GreetingOptions {
  readonly wire: Wire;
  readonly send: (peer: Peer, frame: Uint8Array) => void;
  /** Called before each greeting: a chain that is nearly used up is changed for a new one. */
  readonly freshen: (peer: Peer) => void;
}

/**
 * Proves to a peer that we are there now, and lets it prove the same.
 *
 * A greeting says: this is the epoch of my messages to you (in its header), that is the one I last
 * saw of you (the echo). Only somebody who received our greeting can echo the epoch that we drew
 * for this peer at random, so an echo of it is fresh and everything recorded earlier is not. After
 * a restart of either side the greetings start again, and ours to it go on under a new epoch, so
 * that no greeting of its former run has the right echo. Within a run, chains are numbered and only
 * ever get newer: a word that was held back cannot bring an old one back. What the peer had sealed
 * before it was met is not read, but for what it kept for this member: it says from which counter
 * on. Who does not hear the other asks for an answer, so that a way lost on one side only is found
 * again.
 */
export class Greeting {
  readonly #o: GreetingOptions;
  #answers = new Map<string, number>();
  #sought = new Set<string>();
  #answersInAll = 0;

  constructor(options: GreetingOptions) {
    this.#o = options;
  }

  greet(peer: Peer, wantsAnswer = !isReachable(peer), echo = peer.inbound?.direct.epoch): void {
    this.#o.freshen(peer);
    const { group, incarnation } = this.#o.wire;
    const body = new ByteWriter(48)
      .u8(wantsAnswer ? 1 : 0)
      .u64(incarnation)
      .u64(echo ?? 0n)
      .u32(peer.outbound.generation)
      .u64(group.epoch)
      .u32(group.generation)
      .u64(BigInt(peer.pending[0]?.counter ?? group.next))
      .bytes();
    this.#o.send(peer, this.#o.wire.sealFor(peer, { type: MessageType.hello, body }));
  }

  /**
   * Something came under an epoch that we do not know: asks who it is. Anybody can cause that, so
   * only once a peer and heartbeat.
   */
  seek(peer: Peer): void {
    if (this.#sought.has(peer.agentId) || !this.#mayAnswer(peer)) return;
    this.#sought.add(peer.agentId);
    this.greet(peer, true);
  }

  hear({ peer, header, body, unproven }: OpenedMessage): GreetingVerdict {
    const hello = readHello(body);
    const isEchoed = hello.echo === peer.outbound.epoch;
    if (!unproven) return this.#hearKnown(peer, hello, isEchoed);
    if (!isEchoed) {
      this.#answer(peer, header.epoch);
      return 'unproven';
    }
    const isSameRun = peer.incarnation === hello.incarnation;
    const known = peer.inbound?.direct;
    if (isSameRun && known && hello.directGeneration <= known.generation) return 'stale';
    const isRestart = !isSameRun && peer.incarnation !== undefined;
    this.#meet(peer, { ...unproven, generation: hello.directGeneration }, hello, isSameRun);
    if (isRestart) peer.outbound = this.#o.wire.newOutbound(peer.outbound.generation + 1);
    this.greet(peer, false);
    return isRestart ? 'restarted' : 'met';
  }

  /** A heartbeat has passed: greetings are answered again. */
  tick(): void {
    this.#answers = new Map();
    this.#sought = new Set();
    this.#answersInAll = 0;
  }

  /** On a proven chain every word is genuine, though perhaps late. */
  #hearKnown(peer: Peer, hello: Hello, isEchoed: boolean): GreetingVerdict {
    const { direct, group } = peer.inbound!;
    if (hello.group.generation > group.generation)
      replaceInbound(peer, { group: this.#o.wire.inbound(peer, hello.group) });
    if (hello.wantsAnswer || !isEchoed) this.#answer(peer, direct.epoch);
    return 'known';
  }

  #meet(peer: Peer, direct: InboundChain, hello: Hello, isSameRun: boolean): void {
    const known = peer.inbound?.group;
    // the group chain goes on with its window, or what was read once could be read again
    const goesOn = isSameRun && known && known.generation >= hello.group.generation;
    const group = goesOn ? known : this.#o.wire.inbound(peer, hello.group);
    replaceInbound(peer, { direct, group });
    peer.incarnation = hello.incarnation;
  }

  #answer(peer: Peer, echo: bigint): void {
    if (this.#mayAnswer(peer)) this.greet(peer, !isReachable(peer), echo);
  }

  #mayAnswer({ agentId }: Peer): boolean {
    const answers = this.#answers.get(agentId) ?? 0;
    if (answers >= ANSWERS_MAX || this.#answersInAll >= ANSWERS_IN_ALL_MAX) return false;
    this.#answers.set(agentId, answers + 1);
    this.#answersInAll += 1;
    return true;
  }
}

function readHello(body: Uint8Array): Hello {
  const reader: ByteReader = new ByteReader(body, 'greeting');
  const wantsAnswer = reader.u8() === 1;
  const [incarnation, echo, directGeneration] = [reader.u64(), reader.u64(), reader.u32()];
  const [epoch, generation, counterMin] = [reader.u64(), reader.u32(), reader.u64()];
  reader.end();
  if (counterMin > BigInt(EPOCH_MESSAGES_MAX)) reader.fail('the counter is out of range');
  const group = { epoch, generation, counterMin: Number(counterMin) };
  return { wantsAnswer, incarnation, echo, directGeneration, group };
}
