import { equalBytes, randomBytes, toHex, type Clock, type Entropy } from '@ruvector/core';
import {
  createSenderChain,
  openEnvelope,
  readEnvelopeHeader,
  ReplayWindow,
  sealEnvelope,
  SkippedKeyBudget,
  type EnvelopeHeader,
  type IdentityManager,
  type MemberRegistry,
} from '@ruvector/crypto';

import { EPOCH_MESSAGES_MAX } from './limits.js';
import { MessageType } from './message-type.js';
import type { InboundChain, OutboundChain, Peer } from './peer.js';

/** What is sealed: everything that others than members must not see. */
export interface SealedMessage {
  readonly type: MessageType;
  readonly topic?: string;
  readonly correlationId?: Uint8Array;
  readonly body: Uint8Array;
}

export interface OpenedMessage {
  readonly ok: true;
  readonly peer: Peer;
  readonly type: number;
  readonly topic: string;
  readonly correlationId: Uint8Array;
  readonly body: Uint8Array;
  readonly header: EnvelopeHeader;
  /** Set for a greeting under an epoch not seen before: what to keep if it proves fresh. */
  readonly unproven: InboundChain | undefined;
}

/** `peer`: who the frame claims to be from, if that is a member; not proven. */
export interface RefusedFrame {
  readonly ok: false;
  readonly code: string;
  readonly peer?: Peer;
}

export interface WireOptions {
  readonly identity: IdentityManager;
  readonly memberKeyId: Uint8Array;
  readonly swarmId: string;
  readonly swarmKey: Uint8Array;
  readonly registry: MemberRegistry;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly peerOf: (memberKeyIdHex: string) => Peer | undefined;
}

/** An envelope can be opened for 30 s before and after its time. */
const GREETING_MS = 60_000;
const GREETINGS_MAX = 256;

/**
 * Seals what this member says and opens what the others say.
 *
 * Each member draws a random epoch for its group messages and one for each peer, so that every
 * stream has its own key chain, counters and replay window. Under an epoch that the peer has not
 * proven to be its present one (see `greeting.ts`) nothing but a greeting is read, and that once.
 */
export class Wire {
  /** Drawn once: tells this run of the process from earlier ones. */
  readonly incarnation: bigint;
  group: OutboundChain;
  readonly #o: WireOptions;
  readonly #sealKeys: { sign(message: Uint8Array): Uint8Array };
  readonly #skippedKeys = new SkippedKeyBudget();

  constructor(options: WireOptions) {
    this.#o = options;
    this.#sealKeys = { sign: (message) => options.identity.sign(message) };
    this.incarnation = this.#random();
    this.group = this.newOutbound();
  }

  newOutbound(generation = 0): OutboundChain {
    const { swarmId, swarmKey, memberKeyId: sender } = this.#o;
    const epoch = this.#random();
    const chain = createSenderChain({ swarmId, swarmKey, epoch, sender });
    return { epoch, generation, chain, next: 0 };
  }

  inbound(
    peer: Peer,
    { epoch, generation, counterMin }: Pick<InboundChain, 'epoch' | 'generation' | 'counterMin'>,
  ): InboundChain {
    const { swarmId, swarmKey } = this.#o;
    const sender = peer.member.memberKeyId;
    const options = { swarmId, swarmKey, epoch, sender, skippedKeys: this.#skippedKeys };
    const chain = createSenderChain({ ...options, from: counterMin });
    return { epoch, generation, chain, window: new ReplayWindow(), counterMin };
  }

  sealGroup(message: SealedMessage): Uint8Array {
    return this.#seal(this.group, undefined, message);
  }

  sealFor(peer: Peer, message: SealedMessage): Uint8Array {
    return this.#seal(peer.outbound, peer.member.memberKeyId, message);
  }

  /** Opens a frame, or says why not. A frame that is refused changes nothing. */
  open(frame: Uint8Array): OpenedMessage | RefusedFrame {
    const header = readEnvelopeHeader(frame);
    if (!header) return { ok: false, code: 'ERR_ENVELOPE_FORMAT' };
    const peer = this.#o.peerOf(toHex(header.sender));
    if (!peer) return { ok: false, code: 'ERR_ENVELOPE_SENDER' };
    const isDirect = equalBytes(header.destination, this.#o.memberKeyId);
    const known = isDirect ? peer.inbound?.direct : peer.inbound?.group;
    const proven = known?.epoch === header.epoch ? known : undefined;
    const refusal = this.#refusal(header, peer, isDirect, proven);
    if (refusal !== undefined) return { ok: false, code: refusal, peer };
    const { epoch, counter: counterMin } = header;
    const inbound = proven ?? this.inbound(peer, { epoch, generation: 0, counterMin });
    const opened = openEnvelope(frame, {
      registry: this.#o.registry,
      swarmId: this.#o.swarmId,
      clock: this.#o.clock,
      self: this.#o.memberKeyId,
      window: inbound.window,
      keys: () => inbound.chain,
    });
    if (!opened.ok) return { ok: false, code: opened.code, peer };
    if (!proven) this.#rememberGreeting(header, peer);
    if (!proven && opened.payload.type !== MessageType.hello)
      return { ok: false, code: 'ERR_ENVELOPE_EPOCH', peer };
    const unproven = proven ? undefined : inbound;
    return { ...opened.payload, ok: true, peer, header, unproven };
  }

  /** What can be said before any key is derived. */
  #refusal(
    header: EnvelopeHeader,
    peer: Peer,
    isDirect: boolean,
    proven: InboundChain | undefined,
  ): string | undefined {
    // walking a chain costs work, and honest members change chains long before that
    if (header.counter >= EPOCH_MESSAGES_MAX) return 'ERR_ENVELOPE_JUMP';
    if (proven) return header.counter < proven.counterMin ? 'ERR_ENVELOPE_REPLAY' : undefined;
    if (!isDirect) return 'ERR_ENVELOPE_EPOCH';
    return peer.openedGreetings.has(greetingKey(header)) ? 'ERR_ENVELOPE_REPLAY' : undefined;
  }

  /** The window of an epoch begins when the epoch is proven; until then this stands for it. */
  #rememberGreeting(header: EnvelopeHeader, { openedGreetings }: Peer): void {
    const now = this.#o.clock.monotonic();
    for (const [key, at] of openedGreetings) {
      if (at > now - GREETING_MS && openedGreetings.size < GREETINGS_MAX) break;
      openedGreetings.delete(key);
    }
    openedGreetings.set(greetingKey(header), now);
  }

  #seal(
    outbound: OutboundChain,
    destination: Uint8Array | undefined,
    { type, topic = '', correlationId, body }: SealedMessage,
  ): Uint8Array {
    const fields = {
      swarmId: this.#o.swarmId,
      sender: this.#o.memberKeyId,
      epoch: outbound.epoch,
      counter: outbound.next,
      timestamp: Math.floor(this.#o.clock.now()),
      type,
      topic,
      body,
      ...(destination && { destination }),
      ...(correlationId && { correlationId }),
    };
    const keys = { ...this.#sealKeys, chain: outbound.chain, entropy: this.#o.entropy };
    const frame = sealEnvelope(fields, keys);
    outbound.next += 1;
    return frame;
  }

  #random(): bigint {
    return new DataView(randomBytes(this.#o.entropy, 8).buffer).getBigUint64(0);
  }
}

const greetingKey = ({ epoch, counter }: EnvelopeHeader) => `${epoch} ${counter}`;
