import { isEdgeError } from '@ruvector/core';
import { IdentityManager } from '@ruvector/crypto';
import { P2PSwarm } from '@ruvector/swarm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { RecordingTransport, TestSwarm } from './fixtures/members.js';

let swarm: TestSwarm;
beforeEach(() => void (swarm = new TestSwarm()));
afterEach(() => swarm.close());

/** A coordinator that records what it sends, a good member and one to be expelled. */
async function three() {
  const recorder = new RecordingTransport(swarm.network.transport('hub'));
  const hub = await swarm.hub('hub', { transport: recorder });
  const good = await swarm.join('good', hub);
  const bad = await swarm.join('bad', hub);
  return { hub, good, bad, recorder };
}

/** The member's process no longer does what it should: it hears only what it is given. */
function defect(member: P2PSwarm): void {
  swarm.kill(member);
}

describe('an expelled member', () => {
  it('reads nothing of what is sent afterwards, although it is given every frame', async () => {
    const { hub, good, bad, recorder } = await three();
    const heard: Record<string, number[]> = { good: [], bad: [] };
    for (const member of [good, bad])
      member.subscribe('t', (message) => void heard[member.agentId]!.push(message.json<number>()));
    await hub.publish('t', 0);
    await swarm.settle();
    defect(bad);
    const mark = recorder.sent.length;
    await hub.expel('bad');
    for (let i = 1; i <= 20; i++) await hub.publish('t', i);
    await swarm.settle();
    expect(heard['good']).toHaveLength(21);

    const outsider = await swarm.stranger();
    const after = recorder.sent.slice(mark);
    expect(after.length).toBeGreaterThan(20);
    for (const { frame } of [...after.toReversed(), ...recorder.sent]) outsider.send('bad', frame);
    await swarm.settle();
    expect(heard['bad']).toEqual([0]);
  });

  it('is not heard any more, by anybody', async () => {
    const { hub, good, bad } = await three();
    const heard: string[] = [];
    for (const member of [hub, good])
      member.subscribe('t', ({ from }) => void heard.push(`${member.agentId} ${from}`));
    swarm.network.sever('bad', 'hub');
    await swarm.settle();
    await hub.expel('bad');
    await swarm.settle();
    swarm.network.heal('bad', 'hub');
    await bad.publish('t', 1).catch(() => undefined);
    await swarm.settle();
    expect(heard).toEqual([]);
    for (const member of [hub, good])
      expect(member.members().map(({ agentId }) => agentId)).not.toContain('bad');
  });

  it('is told, and closed', async () => {
    const { hub, bad } = await three();
    const errors: Error[] = [];
    bad.on('error', (error) => errors.push(error));
    await hub.expel('bad');
    await swarm.settle();
    expect(errors).toMatchObject([
      { code: 'ERR_SWARM_EXPELLED', details: { swarmId: hub.swarmId } },
    ]);
    await expect(bad.publish('t', 1)).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  });

  it('cannot come back: not with its invitation, its id, or its keys', async () => {
    const hub = await swarm.hub();
    const { network, clock } = swarm;
    const [first, fresh] = [await hub.invite(), await hub.invite()];
    const identity = IdentityManager.create({ clock });
    const start = (id: string, join: string, own: object) => {
      const options = { transport: network.transport(id), clock, join, ...own };
      const member = new P2PSwarm(id, undefined, [], options);
      swarm.members.push(member);
      return member;
    };
    const bad = start('bad', first, { identity });
    const connected = bad.connect();
    await swarm.settle();
    await connected;
    await hub.expel('bad');
    await swarm.settle();
    await bad.close();

    const attempts: [string, string, object, RegExp][] = [
      ['innocent', first, {}, /no answer/],
      ['bad', fresh, {}, /ERR_MEMBER_REVOKED/],
      ['innocent', fresh, { identity }, /ERR_MEMBER_KEY_TAKEN/],
    ];
    for (const [id, join, own, reason] of attempts) {
      const attempt = start(id, join, own);
      const outcome = attempt.connect().catch((error: Error) => error.message);
      await swarm.pass(11_000);
      expect(await outcome).toMatch(reason);
      await attempt.close();
    }
  });

  it('loses its tasks to others', async () => {
    const { hub, good, bad } = await three();
    bad.handle('*', () => new Promise(() => undefined));
    const handle = hub.submit({ description: 'x', input: 1, attemptsMax: 3 });
    await swarm.settle();
    good.handle('*', () => 'done');
    await hub.expel('bad');
    await swarm.pass(1_000);
    await expect(handle.result).resolves.toBe('done');
  });

  it('stays expelled for a member that was away meanwhile', async () => {
    const { hub, good, bad } = await three();
    await swarm.pass(1_000);
    swarm.kill(good);
    await swarm.pass(5_000);
    await hub.expel('bad');
    await swarm.settle();
    swarm.network.heal('good', 'hub');
    await swarm.pass(10_000);
    expect(good.members()).toMatchObject([{ agentId: 'hub', state: 'live' }]);
    const registration = await bad.createRegistration();
    await expect(good.registerMember(registration)).rejects.toMatchObject({
      details: { reason: 'ERR_MEMBER_REVOKED' },
    });
  });
});

describe('an expelled member', () => {
  it('stays expelled for coordinators that come when the one that did it has left', async () => {
    const { hub, bad } = await three();
    await swarm.pass(1_000);
    const role = 'coordinator' as const;
    const deputy = await swarm.join('deputy', hub, [], { role });
    const expelled = deputy.expel('bad');
    await swarm.settle();
    await expelled;
    const left = deputy.leave();
    await swarm.pass(3_000);
    await left;
    const next = await swarm.join('next', hub, [], { role });
    await expect(next.registerMember(await bad.createRegistration())).rejects.toMatchObject({
      details: { reason: 'ERR_MEMBER_REVOKED' },
    });
  });
});

describe('expel', () => {
  it('is for coordinators, and for members that there are', async () => {
    const { hub, good } = await three();
    await expect(good.expel('bad')).rejects.toThrow(/only a coordinator expels/);
    await expect(hub.expel('nobody')).rejects.toThrow(/^agentId must be another member, got nobo/);
    await expect(hub.expel('hub')).rejects.toThrow(/^agentId must be another member, got hub/);
    await expect(hub.expel('no body')).rejects.toThrow(/^agentId must/);
  });

  it('works for a coordinator that makes no commits, and once the one that does is gone', async () => {
    const { hub, good } = await three();
    await swarm.pass(1_000);
    const join = await hub.invite({ role: 'coordinator' });
    const options = { transport: swarm.network.transport('deputy'), clock: swarm.clock, join };
    const deputy = new P2PSwarm('deputy', undefined, [], options);
    swarm.members.push(deputy);
    const connected = deputy.connect();
    await swarm.settle();
    await connected;
    await swarm.settle();
    const expelled = deputy.expel('bad');
    await swarm.settle();
    await expelled;
    expect(good.members().map(({ agentId }) => agentId)).toEqual(['hub', 'deputy']);

    swarm.kill(hub);
    const late = deputy.expel('good');
    await swarm.pass(5_000); // until the first coordinator is found dead
    await late;
    expect(deputy.members()).toMatchObject([{ agentId: 'hub', state: 'dead' }]);
  });

  it('of one that is dead ends when the others have new keys', async () => {
    const { hub, good, bad } = await three();
    await swarm.pass(1_000);
    swarm.kill(bad);
    await swarm.pass(5_000);
    const epochs: number[] = [];
    good.on('epoch', ({ epoch }) => epochs.push(epoch));
    await hub.expel('bad');
    await swarm.settle();
    expect(epochs).toHaveLength(1);
    expect(isEdgeError(await hub.expel('bad').catch((e: unknown) => e))).toBe(false);
  });

  it('ends with ERR_CLOSED when its member is closed before the keys have changed', async () => {
    const { hub } = await three();
    await swarm.pass(1_000);
    const deputy = await swarm.join('deputy', hub, [], { role: 'coordinator' });
    swarm.network.sever('deputy', 'hub');
    const outcome = deputy.expel('bad').catch((error: unknown) => error);
    await swarm.settle();
    await deputy.close();
    expect(isEdgeError(await outcome, 'ERR_CLOSED')).toBe(true);
  });
});
