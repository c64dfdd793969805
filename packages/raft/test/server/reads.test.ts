import { utf8 } from '@ruvector/core';
import { describe, expect, it } from 'vitest';
import { clusters } from '../fixtures/clusters.js';

const clusterOf = clusters();

describe('a linearizable read', () => {
  it('on the leader sees all that was answered before', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    const { index } = await cluster.done(leader.server.propose(utf8('x')));
    expect(await cluster.done(leader.server.linearizableRead())).toBeGreaterThanOrEqual(index);
    expect(leader.ledger.lines).toEqual(['x']);
  });

  it('on a follower asks the leader, and waits until this member has applied as much', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    const [follower] = await cluster.followers();
    const open = follower!.storage.hold();
    const { index } = await cluster.done(leader.server.propose(utf8('x')));
    const read = follower!.server.linearizableRead();
    await cluster.clock.advanceAsync(100);
    expect(follower!.ledger.lines).toEqual([]);
    open();
    expect(await cluster.done(read)).toBe(index);
    expect(follower!.ledger.lines).toEqual(['x']);
  });

  it('on a leader that is cut off is never answered, though it still believes to lead', async () => {
    const cluster = await clusterOf('abc');
    const old = await cluster.leader();
    cluster.cutOff(old.id);
    const read = old.server.linearizableRead({ timeoutMs: 3_000 });
    const others = () => cluster.up.filter((host) => host !== old);
    await cluster.say(await cluster.leader(others), 'new');
    expect(await cluster.settled(read)).toMatchObject({ code: 'ERR_TIMEOUT' });
    expect(old.ledger.lines).toEqual([]);
  });

  it('that its leader could not answer is answered by the next one, and is not stale', async () => {
    const cluster = await clusterOf('abc');
    const old = await cluster.leader();
    cluster.cutOff(old.id);
    const read = old.server.linearizableRead({ timeoutMs: 60_000 });
    const others = () => cluster.up.filter((host) => host !== old);
    await cluster.say(await cluster.leader(others), 'new');
    cluster.mend();
    await cluster.done(read);
    expect(old.ledger.lines).toEqual(['new']);
  });

  it('shares its index with those that come while the last batch is stored', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    const before = leader.server.metrics().readBatches;
    await cluster.done(
      Promise.all(Array.from({ length: 50 }, () => leader.server.linearizableRead())),
    );
    expect(leader.server.metrics().readBatches - before).toBe(1);
  });

  it('is refused while maxPendingCalls wait', async () => {
    const cluster = await clusterOf('abc', { maxPendingCalls: 1 });
    const leader = await cluster.leader();
    cluster.cutOff(leader.id);
    const first = cluster.settled(leader.server.linearizableRead({ timeoutMs: 100 }));
    await expect(leader.server.linearizableRead()).rejects.toMatchObject({
      code: 'ERR_RAFT_OVERLOADED',
    });
    expect(await first).toMatchObject({ code: 'ERR_TIMEOUT' });
  });
});

describe('a lease', () => {
  it('answers reads without asking anybody, while it holds', async () => {
    const cluster = await clusterOf('abc', { lease: true });
    const leader = await cluster.leader();
    await cluster.say(leader, 'x');
    await cluster.clock.advanceAsync(30);
    const before = leader.server.metrics();
    cluster.cutOff(leader.id);
    expect(await cluster.done(leader.server.linearizableRead())).toBe(2);
    const after = leader.server.metrics();
    expect([after.leaseReads - before.leaseReads, after.framesOut - before.framesOut]).toEqual([
      1, 0,
    ]);
  });

  it('answers none once its time is over', async () => {
    const cluster = await clusterOf('abc', { lease: true });
    const leader = await cluster.leader();
    await cluster.clock.advanceAsync(30);
    cluster.cutOff(leader.id);
    await cluster.clock.advanceAsync(9 * 15);
    const before = leader.server.metrics().leaseReads;
    const read = await cluster.settled(leader.server.linearizableRead({ timeoutMs: 500 }));
    expect(read).toMatchObject({ code: 'ERR_TIMEOUT' });
    expect(leader.server.metrics().leaseReads).toBe(before);
  });

  it('is not used unless it is asked for', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    await cluster.clock.advanceAsync(30);
    await cluster.done(leader.server.linearizableRead());
    expect(leader.server.metrics().leaseReads).toBe(0);
  });
});
