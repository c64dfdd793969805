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
