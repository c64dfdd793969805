import { equalBytes, toHex, type Clock, type Entropy } from '@ruvector/core';
import {
  createSenderChain,
  openEnvelope,
  readEnvelopeHeader,
  ReplayWindow,
  sealEnvelope,
  type EnvelopeHeader,
  type IdentityManager,
  type MemberRegistry,
  type SenderChain,
} from '@ruvector/crypto';

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

/**
 * Seals what this member says and opens what the others say.
 *
 * Each member draws a random epoch for its group messages and one for each peer, so that every
 * stream has its own key chain, counters and replay window. Under an epoch that the peer has not
 * proven to be its present one (see `greeting.ts`) nothing but a greeting is read.
 */
export class Wire {
  readonly #o: WireOptions;
  readonly #sealKeys: { sign(message: Uint8Array): Uint8Array };
  group: OutboundChain;

  constructor(options: WireOptions) {
    this.#o = options;
    this.#sealKeys = { sign: (message) => options.identity.sign(message) };
    this.group = this.newOutbound();
  }

  newOutbound(): OutboundChain {
    const random = new Uint8Array(8);
    this.#o.entropy.fill(random);
    const epoch = new DataView(random.buffer).getBigUint64(0);
    return { epoch, chain: this.#chain(epoch, this.#o.memberKeyId), next: 0 };
  }

  inbound(peer: Peer, epoch: bigint, counterMin: number): InboundChain {
    const chain = this.#chain(epoch, peer.member.memberKeyId);
    return { epoch, chain, window: new ReplayWindow(), counterMin };
  }

  sealGroup(message: SealedMessage): Uint8Array {
    return this.#seal(this.group, undefined, message);
  }

  sealFor(peer: Peer, message: SealedMessage): Uint8Array {
    return this.#seal(peer.outbound, peer.member.memberKeyId, message);
  }

  /** Opens a frame, or says why not. A frame that is refused changes nothing. */
  open(frame: Uint8Array): OpenedMessage | { readonly ok: false; readonly code: string } {
    const header = readEnvelopeHeader(frame);
    if (!header) return { ok: false, code: 'ERR_ENVELOPE_FORMAT' };
    const peer = this.#o.peerOf(toHex(header.sender));
    if (!peer) return { ok: false, code: 'ERR_ENVELOPE_SENDER' };
    const isDirect = equalBytes(header.destination, this.#o.memberKeyId);
    const known = isDirect ? peer.inbound?.direct : peer.inbound?.group;
    const proven = known?.epoch === header.epoch ? known : undefined;
    if (!proven && !isDirect) return { ok: false, code: 'ERR_ENVELOPE_EPOCH' };
    const inbound = proven ?? this.inbound(peer, header.epoch, header.counter);
    if (header.counter < inbound.counterMin) return { ok: false, code: 'ERR_ENVELOPE_REPLAY' };
    const opened = openEnvelope(frame, {
      registry: this.#o.registry,
      swarmId: this.#o.swarmId,
      clock: this.#o.clock,
      self: this.#o.memberKeyId,
      window: inbound.window,
      keys: () => inbound.chain,
    });
    if (!opened.ok) return { ok: false, code: opened.code };
    const unproven = proven ? undefined : inbound;
    if (unproven && opened.payload.type !== MessageType.hello)
      return { ok: false, code: 'ERR_ENVELOPE_EPOCH' };
    return { ...opened.payload, ok: true, peer, header: opened.header, unproven };
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

  #chain(epoch: bigint, sender: Uint8Array): SenderChain {
    const { swarmId, swarmKey } = this.#o;
    return createSenderChain({ swarmId, swarmKey, epoch, sender });
  }
}
