import { P2PSwarm, parseInvitation } from '@ruvector/swarm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { isJoinFrame } from '../src/join-wire.js';
import { RecordingTransport, TestSwarm } from './fixtures/members.js';

let swarm: TestSwarm;
beforeEach(() => void (swarm = new TestSwarm({ classical: true })));
afterEach(() => swarm.close());

describe('an invitation', () => {
  it('admits everybody who holds it until it expires', async () => {
    const hub = await swarm.hub();
    const join = await hub.invite({ role: 'scout', expiresAt: swarm.clock.now() + 60_000 });
    const make = (id: string) =>
      new P2PSwarm(id, undefined, [], {
        transport: swarm.network.transport(id),
        clock: swarm.clock,
        join,
      });
    for (const id of ['a', 'b']) {
      const member = make(id);
      swarm.members.push(member);
      const connected = member.connect();
      await swarm.settle();
      await connected;
      expect(member.role).toBe('scout');
    }
    await swarm.pass(61_000);
    const late = make('late');
    const refused = late.connect();
    refused.catch(() => undefined);
    await swarm.settle();
    await expect(refused).rejects.toThrow(/refused with ERR_SWARM_INVITATION_EXPIRED/);
  });

  it('gives nobody away: the swarm key is not in it', async () => {
    const key = new Uint8Array(32).fill(0xab);
    const { network, clock } = swarm;
    const hub = new P2PSwarm('hub', key, [], { transport: network.transport('hub'), clock });
    swarm.members.push(hub);
    await hub.connect();
    const { secret, swarmId } = parseInvitation(await hub.invite());
    expect(secret).not.toEqual(key);
    expect(swarmId).toBe(hub.swarmId);
    expect(Buffer.from(await hub.invite()).includes(Buffer.from(key))).toBe(false);
  });

  it('does not let a taken agent id be registered with other keys', async () => {
    const hub = await swarm.hub();
    await swarm.join('a', hub);
    const join = await hub.invite();
    const transport = swarm.network.transport('x');
    const twin = new P2PSwarm('a', undefined, [], { transport, clock: swarm.clock, join });
    const refused = twin.connect();
    refused.catch(() => undefined);
    await swarm.settle();
    await expect(refused).rejects.toThrow(/could not join the swarm: refused with/);
  });

  it('is asked for again when the answer is lost, and given up after 10 s', async () => {
    const hub = await swarm.hub();
    const join = await hub.invite();
    swarm.network.sever('a', 'hub');
    const options = { transport: swarm.network.transport('a'), clock: swarm.clock, join };
    const member = new P2PSwarm('a', undefined, [], options);
    const connected = member.connect();
    connected.catch(() => undefined);
    await swarm.pass(3_000);
    swarm.network.heal('a', 'hub');
    await swarm.pass(1_000);
    await connected;
    await member.close();

    swarm.network.sever('b', 'hub');
    const lost = new P2PSwarm('b', undefined, [], {
      ...options,
      transport: swarm.network.transport('b'),
    });
    const failed = lost.connect();
    failed.catch(() => undefined);
    await swarm.pass(11_000);
    await expect(failed).rejects.toThrow(/no answer from the coordinator/);
  });

  it('can be abandoned by a signal', async () => {
    const hub = await swarm.hub();
    const join = await hub.invite();
    swarm.network.sever('a', 'hub');
    const member = new P2PSwarm('a', undefined, [], {
      transport: swarm.network.transport('a'),
      clock: swarm.clock,
      join,
    });
    const abort = new AbortController();
    const connecting = member.connect({ signal: abort.signal });
    connecting.catch(() => undefined);
    await swarm.settle();
    abort.abort(new Error('enough'));
    await expect(connecting).rejects.toThrow('enough');
  });

  it('is refused when damaged, with nothing of it in the error', async () => {
    const hub = await swarm.hub();
    const join = await hub.invite();
    for (let i = 0; i < join.length; i += 11) {
      const damaged = join.slice(0, i) + '~' + join.slice(i + 1);
      expect(() => parseInvitation(damaged)).toThrow(/invitation|base64url/);
    }
    for (let length = 0; length < join.length; length += 7)
      expect(() => parseInvitation(join.slice(0, length))).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining(join.slice(20, 40)) }),
      );
  });

  it('is only made by coordinators', async () => {
    const hub = await swarm.hub();
    const worker = await swarm.join('w', hub);
    await expect(worker.invite()).rejects.toThrow(/only a coordinator invites/);
  });
});

describe('a recorded request to join', () => {
  async function recorded() {
    const hub = await swarm.hub();
    const recorder = new RecordingTransport(swarm.network.transport('x'));
    await swarm.join('x', hub, [], { transport: recorder });
    return { hub, request: recorder.sent.find(({ frame }) => isJoinFrame(frame))!.frame };
  }

  it('is answered with the same bytes, so that two answers never share a key', async () => {
    const { hub, request } = await recorded();
    const outsider = await swarm.stranger();
    const answers: Uint8Array[] = [];
    outsider.onFrame((_from, frame) => void answers.push(frame.slice()));
    outsider.send('hub', request);
    await swarm.settle();
    await swarm.join('y', hub);
    outsider.send('hub', request);
    await swarm.settle();
    expect(answers).toHaveLength(2);
    expect(answers[1]).toEqual(answers[0]);
  });

  it('is refused after half a minute, and never admits or announces anybody again', async () => {
    const { hub, request } = await recorded();
    const y = await swarm.join('y', hub);
    await swarm.pass(61_000);
    const before = [hub, y].map((member) => member.stats().messages.sent);
    const outsider = await swarm.stranger();
    for (let i = 0; i < 50; i++) outsider.send('hub', request);
    await swarm.settle();
    expect([hub, y].map((member) => member.stats().messages.sent)).toEqual(before);
    expect(hub.stats().messages.refused['ERR_SWARM_JOIN_TIME']).toBe(1);
  });
});
