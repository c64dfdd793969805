import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { TestSwarm } from './fixtures/members.js';

let swarm: TestSwarm;
beforeEach(() => void (swarm = new TestSwarm({ classical: true })));
afterEach(() => swarm.close());

describe('a member that only seemed dead', () => {
  it('goes on with its task when it is given it again, and the result counts', async () => {
    const hub = await swarm.hub();
    const finish: ((result: string) => void)[] = [];
    const patient = { heartbeat: { deadAfterMs: 60_000 } };
    const worker = await swarm.join('w', hub, [], patient, (member) =>
      member.handle('*', () => new Promise<string>((resolve) => finish.push(resolve))),
    );
    const handle = hub.submit({ description: 'slow', input: null });
    await swarm.settle();
    swarm.kill(worker);
    await swarm.pass(4_000);
    expect(hub.stats().members.dead).toBe(1);
    swarm.revive(worker);
    await swarm.pass(1_000);
    expect(handle.state).toBe('assigned');
    expect(finish).toHaveLength(1);
    finish[0]?.('once');
    await swarm.settle();
    expect(await handle.result).toBe('once');
    expect(hub.stats()).toMatchObject({
      receipts: { verified: 1, rejected: 0 },
      tasks: { reassigned: 1, duplicates: 0 },
    });
  });
});
