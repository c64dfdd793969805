import { systemEntropy, toBase64Url } from '@ruvector/core';
import { IdentityManager } from '@ruvector/crypto';
import { P2PSwarm, parseInvitation } from '@ruvector/swarm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { isJoinFrame, possessionBytes, readJoinFrame, sealJoin } from '../src/join-wire.js';
import { HeldTransport } from './fixtures/held-transport.js';
import { TestSwarm } from './fixtures/members.js';

let swarm: TestSwarm;
beforeEach(() => void (swarm = new TestSwarm({ classical: true })));
afterEach(() => swarm.close());

describe('another holder of an invitation', () => {
  it('cannot take the place of a newcomer by using its nonce first', async () => {
    const hub = await swarm.hub();
    const { secret, invitationId } = parseInvitation(await hub.invite());
    const held = new HeldTransport(swarm.network.transport('v'));
    const seen: Uint8Array[] = [];
    held.loses = (frame) => isJoinFrame(frame) && seen.length === 0 && seen.push(frame.slice()) > 0;
    const { clock } = swarm;
    const join = await hub.invite();
    const v = new P2PSwarm('v', undefined, [], { transport: held, clock, join });
    swarm.members.push(v);
    const connected = v.connect();
    await swarm.settle();
    const { nonce } = readJoinFrame(seen[0]!);
    const registration = IdentityManager.create({ clock }).createRegistration('evil', [], {
      swarmId: hub.swarmId,
    });
    const body = { registration, sent_at: clock.now() - 40_000 };
    const outsider = swarm.network.transport('x');
    await outsider.open();
    const head = { kind: 'request' as const, invitationId, nonce };
    outsider.send('hub', sealJoin(head, body, { secret, entropy: systemEntropy }));
    await swarm.pass(2_000);
    await connected;
    expect(hub.members()).toMatchObject([{ agentId: 'v', state: 'live' }]);
  });

  it('cannot join, nor end the sessions of a member, with a registration that it only saw', async () => {
    const hub = await swarm.hub();
    const join = await hub.invite();
    const { secret, invitationId } = parseInvitation(join);
    const v = await swarm.join('v', hub);
    const events: string[] = [];
    hub.on('member-dead', ({ agentId }) => void events.push(agentId));
    const thief = IdentityManager.create({ clock: swarm.clock });
    const outsider = await swarm.stranger();
    const nonce = new Uint8Array(32).fill(1);
    const head = { kind: 'request' as const, invitationId, nonce };
    const signature = toBase64Url(thief.sign(possessionBytes(hub.swarmId, head)));
    for (const said of [signature, '', undefined]) {
      const registration = await v.createRegistration();
      const body = { registration, sent_at: swarm.clock.now(), ...(said && { signature: said }) };
      outsider.send('hub', sealJoin(head, body, { secret, entropy: systemEntropy }));
    }
    await swarm.settle();
    expect(events).toEqual([]);
    expect(hub.stats().messages.refused['ERR_SWARM_INVITATION']).toBe(3);
  });
});
