import type { P2PSwarm } from '@ruvector/swarm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { encodeAsk, encodeClaim } from '../src/epoch-news.js';
import { MessageType } from '../src/message-type.js';
import { Liar } from './fixtures/liar.js';
import { aheadOf, TestSwarm } from './fixtures/members.js';

let swarm: TestSwarm;
beforeEach(() => void (swarm = new TestSwarm()));
afterEach(() => swarm.close());

const NO_PROOF = new Uint8Array(32);

/** All epochs that begin at a member from now on. */
function epochsOf(member: P2PSwarm): number[] {
  const epochs: number[] = [];
  member.on('epoch', ({ epoch }) => void epochs.push(epoch));
  return epochs;
}

describe('a member that lies', () => {
  it('does not become the one that makes commits by saying so, as a worker', async () => {
    const hub = await swarm.hub();
    const a = await swarm.join('a', hub);
    const liar = await Liar.join('liar', swarm, hub);
    liar.ignores(MessageType.epochAsk);
    const claim = { committer: 'liar', members: 2 ** 32 - 1, keyProof: NO_PROOF };
    await liar.say('hub', { type: MessageType.epochClaim, body: encodeClaim(claim) });
    await swarm.settle();
    const epochs = epochsOf(a);
    await swarm.join('b', hub);
    expect(epochs).toEqual([4]);
    await liar.close();
  });

  it('about what it needs costs the others four epochs a second, and no more', async () => {
    const hub = await swarm.hub();
    const a = await swarm.join('a', hub);
    const liar = await Liar.join('liar', swarm, hub);
    await swarm.pass(1_000);
    const epochs = epochsOf(a);
    const ask = { commitHash: new Uint8Array(32), startedAt: 0, keyProof: NO_PROOF };
    for (let i = 1; i <= 50; i++) {
      const other = { reason: 'start' as const, epoch: i, incarnation: BigInt(i) };
      await liar.say('hub', { type: MessageType.epochAsk, body: encodeAsk({ ...ask, ...other }) });
      await swarm.pass(10);
    }
    expect(epochs).toHaveLength(4);
    await liar.close();
  });

  it('about the time keeps slower clocks waiting, and makes no epoch after epoch', async () => {
    const hub = await swarm.hub();
    const a = await swarm.join('a', hub, [], { clock: aheadOf(swarm.clock, -5_000) });
    const liar = await Liar.join('liar', swarm, hub);
    await swarm.pass(1_000);
    const epochs = epochsOf(hub);
    const own = { epoch: 9, commitHash: new Uint8Array(32), incarnation: 1n, keyProof: NO_PROOF };
    const body = encodeAsk({ ...own, reason: 'start', startedAt: 2 ** 50 });
    await liar.say('hub', { type: MessageType.epochAsk, body });
    await swarm.pass(7_000);
    expect(epochs).toHaveLength(1);
    const heard: unknown[] = [];
    a.subscribe('t', (message) => void heard.push(message.json()));
    await hub.publish('t', 1);
    await swarm.settle();
    expect(heard).toEqual([1]);
    await liar.close();
  });
});
