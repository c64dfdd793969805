import type { P2PSwarm } from '@ruvector/swarm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { encodeClaim } from '../src/epoch-news.js';
import { MessageType } from '../src/message-type.js';
import { Liar } from './fixtures/liar.js';
import { TestSwarm } from './fixtures/members.js';

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
});
