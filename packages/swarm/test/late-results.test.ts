import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { TestSwarm } from './fixtures/members.js';

let swarm: TestSwarm;
beforeEach(() => void (swarm = new TestSwarm()));
afterEach(() => swarm.close());

describe('a result for an assignment that was taken back', () => {
  it('is a duplicate and no bad receipt: the member that only seemed dead can still do the task', async () => {
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
    expect(finish).toHaveLength(2);
    finish[0]?.('late');
    await swarm.settle();
    expect(hub.stats().tasks.duplicates).toBe(1);
    expect(handle.state).toBe('assigned');
    finish[1]?.('in time');
    await swarm.settle();
    expect(await handle.result).toBe('in time');
    expect(hub.stats().receipts).toEqual({ verified: 1, rejected: 0 });
  });
});
