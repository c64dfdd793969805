import type { P2PSwarm } from '@ruvector/edge';
import type { Clock, Json } from '@ruvector/edge/core';
import { randomBytes, systemEntropy, utf8 } from '@ruvector/edge/core';
import {
  IdentityManager,
  readEnvelopeHeader,
  sealEnvelope,
  SenderChain,
} from '@ruvector/edge/crypto';
import { WsTransport } from '@ruvector/edge/transport-ws';
import { DemoFailedError } from './demo-errors.js';

/** Within what time the swarm must have refused what it was sent. */
const REFUSAL_TIMEOUT_MS = 10_000;
/**
 * How far a forged message is ahead of the genuine ones, so that its number is certainly unused.
 */
const COUNTER_AHEAD = 1000;
/** `publish` among the swarm's message types. */
const PUBLISH = 16;

export interface IntruderOptions {
  /** The swarm under attack, whose `refused` events are the proof. */
  readonly swarm: P2PSwarm;
  readonly url: string;
  readonly clock: Clock;
}

/**
 * A stranger on a connection of its own: no registration, no invitation, and no good intentions.
 */
export class Intruder {
  readonly #o: IntruderOptions;
  readonly #peerId: string;
  readonly #transport: WsTransport;

  constructor(peerId: string, options: IntruderOptions) {
    this.#o = options;
    this.#peerId = peerId;
    const peers = { [options.swarm.agentId]: options.url };
    this.#transport = new WsTransport({ peerId, peers });
  }

  async open(): Promise<void> {
    await this.#transport.open();
  }

  /**
   * Sends frames and waits until as many have been refused.
   *
   * @returns the codes of the refusals; fewer than frames if the time was over first.
   */
  async send(frames: readonly Uint8Array[]): Promise<string[]> {
    const { swarm, clock } = this.#o;
    const codes: string[] = [];
    let cancel = () => undefined as void;
    let stop = () => undefined as void;
    const refused = new Promise<void>((resolve) => {
      cancel = clock.setTimeout(resolve, REFUSAL_TIMEOUT_MS);
      stop = swarm.on('refused', ({ code, from }) => {
        if (from !== this.#peerId) return;
        codes.push(code);
        if (codes.length >= frames.length) resolve();
      });
    });
    for (const frame of frames) await this.#push(frame);
    await refused;
    cancel();
    stop();
    return codes;
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  async #push(frame: Uint8Array): Promise<void> {
    const { agentId } = this.#o.swarm;
    while (!this.#transport.send(agentId, frame)) await this.#transport.ready(agentId);
  }
}

export interface ForgeryOptions {
  readonly swarmId: string;
  readonly topic: string;
  readonly payload: Json;
  readonly clock: Clock;
  /** Whose key signs. @default somebody's whom nobody knows */
  readonly identity?: IdentityManager;
}

/**
 * A message in the name of whoever sent `genuine`: its epoch, number and time are right, but it is
 * sealed and signed with keys of one's own.
 */
export function forge(genuine: Uint8Array, options: ForgeryOptions): Uint8Array {
  const { swarmId, topic, payload, clock } = options;
  const header = readEnvelopeHeader(genuine);
  if (header === undefined) throw new DemoFailedError('the recorded frame is not an envelope');
  const { sender, destination, epoch } = header;
  const identity = options.identity ?? IdentityManager.create({ swarmId });
  const fields = {
    swarmId,
    sender,
    destination,
    epoch,
    counter: header.counter + COUNTER_AHEAD,
    timestamp: Math.floor(clock.now()),
    type: PUBLISH,
    topic,
    body: utf8(JSON.stringify(payload)),
  };
  const chain = new SenderChain(randomBytes(systemEntropy, 32));
  return sealEnvelope(fields, { sign: (message: Uint8Array) => identity.sign(message), chain });
}
