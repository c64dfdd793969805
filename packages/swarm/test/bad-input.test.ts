import { isEdgeError, utf8 } from '@ruvector/core';
import { IdentityManager } from '@ruvector/crypto';
import { P2PSwarm } from '@ruvector/swarm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { TestSwarm } from './fixtures/members.js';

let swarm: TestSwarm;
beforeEach(() => void (swarm = new TestSwarm({ classical: true })));
afterEach(() => swarm.close());

describe('JSON of a genuine member', () => {
  it.each([
    '{"a":1,"a":2}',
    '{"__proto__":{"admin":true}}',
    '{"b":1,"a":2}',
    '1.0',
    '[1,]',
    '{"a":"\\ud800"}',
    '[1] ',
    '',
  ])('%s is bytes to its handler, and no JSON', async (text) => {
    const hub = await swarm.hub();
    const a = await swarm.join('a', hub);
    const outcomes: unknown[] = [];
    hub.subscribe('t', (message) => {
      outcomes.push(message.payload.length);
      try {
        outcomes.push(message.json());
      } catch (error) {
        outcomes.push((error as { code?: string }).code);
      }
    });
    await a.publish('t', utf8(text));
    await swarm.settle();
    expect(outcomes).toEqual([utf8(text).length, 'ERR_MALFORMED']);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});

describe('a registration', () => {
  it('that has expired is refused by hand and at the door', async () => {
    const hub = await swarm.hub();
    const { clock, network } = swarm;
    const identity = IdentityManager.create({ clock });
    const expiresAt = clock.now() + 1_000;
    const registration = identity.createRegistration('late', [], {
      swarmId: hub.swarmId,
      expiresAt,
    });
    const join = await hub.invite();
    await swarm.pass(1_001);
    await expect(hub.registerMember(registration)).rejects.toMatchObject({
      details: { reason: 'ERR_REGISTRATION_EXPIRED' },
    });
    const transport = network.transport('late');
    const options = { transport, clock, identity, registration, join };
    const late = new P2PSwarm('late', undefined, [], options);
    const connected = late.connect();
    connected.catch(() => undefined);
    await swarm.settle();
    await expect(connected).rejects.toThrow(/refused with ERR_REGISTRATION_EXPIRED/);
    expect(hub.members()).toEqual([]);
  });

  it('that expires while its member talks ends that', async () => {
    const hub = await swarm.hub();
    const { clock } = swarm;
    const identity = IdentityManager.create({ clock });
    const expiresAt = clock.now() + 5_000;
    const given = { swarmId: hub.swarmId, expiresAt };
    const registration = identity.createRegistration('a', [], given);
    const a = await swarm.join('a', hub, [], { identity, registration });
    const heard: unknown[] = [];
    hub.subscribe('t', (message) => void heard.push(message.json()));
    await a.publish('t', 1);
    await swarm.pass(5_000);
    await a.publish('t', 2);
    await swarm.pass(4_000);
    expect(heard).toEqual([1]);
    expect(hub.members()).toMatchObject([{ agentId: 'a', state: 'dead' }]);
  });
});

describe('a member that floods', () => {
  it('is heard in full, holds bounded memory, and does not silence the others', async () => {
    const limits = { outboxBytesMax: 200_000 };
    const hub = await swarm.hub('hub', { limits });
    const [loud, quiet] = await swarm.joinAll(['loud', 'quiet'], hub);
    await swarm.pass(1_000);
    let heard = 0;
    hub.subscribe('noise', () => void (heard += 1));
    hub.reply('q', () => 'still here');
    const flood = Array.from({ length: 3_000 }, (_, i) => loud!.publish('noise', i));
    const answer = quiet!.request('q', null);
    const outcomes = await Promise.all([
      Promise.allSettled(flood),
      answer.then((message) => message.json()),
      swarm.pass(2_000),
    ]);
    const taken = outcomes[0].filter(({ status }) => status === 'fulfilled').length;
    const refused = outcomes[0].flatMap((o) => (o.status === 'rejected' ? [o.reason] : []));
    expect(outcomes[1]).toBe('still here');
    expect(heard).toBe(taken);
    expect(refused.every((error) => isEdgeError(error, 'ERR_LIMIT'))).toBe(true);
    expect(swarm.views()).toEqual(swarm.everybodyLive());
  });
});
