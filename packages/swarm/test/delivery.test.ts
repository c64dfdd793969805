import { ManualClock } from '@ruvector/core/testing';
import { describe, expect, it } from 'vitest';

import { Delivery, type DeliveryOptions } from '../src/delivery.js';
import { checkLimits } from '../src/limits.js';
import { MessageType } from '../src/message-type.js';
import type { Peer } from '../src/peer.js';
import { code } from './fixtures/outcomes.js';

/** One that is there, and with which no session comes about. */
const silent = () =>
  ({ agentId: 'b', state: 'live', session: { isReady: false }, unsent: [] }) as unknown as Peer;

describe('messages for a member that makes no session', () => {
  it('are bounded although they have no bytes', async () => {
    const peer = silent();
    const options: Partial<DeliveryOptions> = {
      peers: new Map([['b', peer]]),
      clock: new ManualClock(),
      limits: checkLimits({ outboxBytesMax: 10_000 }),
      greet: () => undefined,
    };
    const delivery = new Delivery(options as DeliveryOptions);
    const empty = { type: MessageType.reply, body: new Uint8Array(0) };
    const sent = Array.from({ length: 100 }, () => delivery.toPeer(peer, empty));
    for (const each of sent) each.catch(() => undefined);
    await expect(sent.at(-1)).rejects.toSatisfy(code('ERR_LIMIT'));
    expect(peer.unsent.length).toBeLessThan(40);
  });
});

describe('a message to all', () => {
  it('reaches who got into the epoch while it was sealed, as it was when it was given', async () => {
    const frames: number[][] = [];
    const outbox = { push: async (frame: Uint8Array) => frames.push([...frame]) > 0 };
    const member = { memberKeyId: new Uint8Array(32) };
    const peer = { agentId: 'b', state: 'live', pending: [], outbox, member } as unknown as Peer;
    const body = Uint8Array.of(7);
    let isIn = false;
    const epochs = {
      canSeal: true,
      has: () => isIn,
      rekeyDue: () => undefined,
      seal: ({ body: sealed }: { body: Uint8Array }) => Uint8Array.of(2, ...sealed),
    };
    const seal = async () => {
      isIn = true; // another epoch has begun
      body.fill(0); // the caller goes on with its buffer
      return Uint8Array.of(1);
    };
    const delivery = new Delivery({
      peers: new Map([['b', peer]]),
      clock: new ManualClock(),
      limits: checkLimits({}),
      epochs,
      sealer: { seal },
    } as unknown as DeliveryOptions);
    const { members } = await delivery.toGroup({ type: MessageType.publish, body });
    expect([members, frames]).toEqual([1, [[2, 7]]]);
  });
});
