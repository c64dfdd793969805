import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { TestSwarm } from './fixtures/members.js';

let swarm: TestSwarm;
beforeEach(() => void (swarm = new TestSwarm({ classical: true })));
afterEach(() => swarm.close());

async function synced(member: { syncPatterns(): Promise<number> }): Promise<number> {
  const merged = member.syncPatterns();
  await swarm.pass(6_000);
  return merged;
}

describe('pattern sync', () => {
  it('brings what each member learned itself, in whatever order they ask', async () => {
    const hub = await swarm.hub();
    const members = [hub, ...(await swarm.joinAll(['a', 'b', 'c'], hub))];
    await swarm.pass(3_000);
    for (const [i, member] of members.entries()) {
      member.patterns.record('shared', { vector: [i, 1], outcome: i / 3, confidence: 1 });
      member.patterns.record(`own-${i}`, { vector: [1, 0], outcome: 1, confidence: 1 });
    }
    for (const member of members) await synced(member);
    const views = members.map((m) => [...m.patterns.keys()].map((key) => m.patterns.get(key)));
    expect(views[0]).toHaveLength(5);
    for (const view of views) expect(view).toEqual(views[0]);
    expect(await synced(hub)).toBe(0);
  });

  it('goes on without a member that does not answer', async () => {
    const hub = await swarm.hub();
    const [a, b] = await swarm.joinAll(['a', 'b'], hub);
    a!.patterns.record('x', { vector: [1], outcome: 1, confidence: 1 });
    b!.patterns.record('y', { vector: [1], outcome: 1, confidence: 1 });
    const errors: string[] = [];
    hub.on('error', (error) => void errors.push((error as { code?: string }).code ?? ''));
    swarm.kill(b!);
    expect(await synced(hub)).toBe(1);
    expect(errors).toEqual(['ERR_TIMEOUT']);
  });

  it('says what is too large to be sent, instead of nothing', async () => {
    const limits = { payloadBytesMax: 2_000 };
    const hub = await swarm.hub();
    const a = await swarm.join('a', hub, [], { limits });
    for (let i = 0; i < 50; i++)
      a.patterns.record(`pattern-${i}`, {
        vector: new Float32Array(64),
        outcome: 1,
        confidence: 1,
      });
    const errors: string[] = [];
    hub.on('error', (error) => void errors.push((error as { code?: string }).code ?? ''));
    expect(await synced(hub)).toBe(0);
    expect(errors).toEqual(['ERR_LIMIT']);
  });

  it('stops waiting when told to', async () => {
    const hub = await swarm.hub();
    swarm.kill(await swarm.join('a', hub));
    const abort = new AbortController();
    const merged = hub.syncPatterns({ signal: abort.signal });
    merged.catch(() => undefined);
    abort.abort(new Error('enough'));
    await swarm.settle();
    await expect(merged).rejects.toThrow('enough');
  });
});
