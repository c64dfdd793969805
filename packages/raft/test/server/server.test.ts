import { fromUtf8, utf8 } from '@ruvector/core';
import { describe, expect, it } from 'vitest';
import { clusters } from '../fixtures/clusters.js';

const clusterOf = clusters();

describe('a running cluster', () => {
  it('elects a leader within 300 ms, and all members say who it is', async () => {
    const cluster = await clusterOf('abc', {}, 'starting');
    const heard: (string | undefined)[] = [];
    cluster.host('a').server.onLeaderChange((leader) => heard.push(leader));
    const leader = await cluster.leader();
    expect(cluster.clock.monotonic()).toBeLessThanOrEqual(315);
    expect(cluster.up.map(({ server }) => server.leader)).toEqual(Array(3).fill(leader.id));
    expect(heard).toEqual([leader.id]);
  });

  it('a cluster of one serves alone', async () => {
    const cluster = await clusterOf('a');
    expect(await cluster.say(cluster.host('a'), 'x')).toBe('1:x');
    expect(await cluster.done(cluster.host('a').server.linearizableRead())).toBe(2);
  });

  it('a command proposed to the leader is applied by everybody, and answered', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    const { index, result } = await cluster.done(leader.server.propose(utf8('x')));
    expect([index, fromUtf8(result)]).toEqual([2, '1:x']);
    await cluster.until('all have it', () =>
      cluster.up.every(({ ledger }) => ledger.lines[0] === 'x'),
    );
  });

  it('a command proposed to a follower is answered through the leader', async () => {
    const cluster = await clusterOf('abc');
    const [follower] = await cluster.followers();
    expect(await cluster.say(follower!, 'x')).toBe('1:x');
    expect(follower!.server.metrics().forwarded).toBe(1);
    expect((await cluster.leader()).server.metrics().forwardedHere).toBe(1);
  });

  it('a command proposed before there is a leader waits for one', async () => {
    const cluster = await clusterOf('abc', {}, 'starting');
    expect(await cluster.say(cluster.host('a'), 'x')).toBe('1:x');
  });

  it('when the leader is killed another one serves, and has all that was answered', async () => {
    const cluster = await clusterOf('abc');
    const first = await cluster.leader();
    await cluster.say(first, 'x');
    await cluster.kill(first.id);
    const second = await cluster.leader();
    expect(await cluster.say(second, 'y')).toBe('2:y');
    const again = await cluster.start(first.id);
    await cluster.until('it has caught up', () => again.ledger.lines.length === 2);
    expect(again.ledger.lines).toEqual(['x', 'y']);
  });

  it('proposals that come while a batch is stored go into one batch and one message', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    const before = leader.server.metrics();
    const open = leader.storage.hold();
    const first = leader.server.propose(utf8('first'));
    await cluster.clock.advanceAsync(0);
    const rest = Array.from({ length: 100 }, (_, i) => leader.server.propose(utf8(`${i}`)));
    await cluster.clock.advanceAsync(0);
    open();
    await cluster.done(Promise.all([first, ...rest]));
    const after = leader.server.metrics();
    expect(after.batches - before.batches).toBe(2);
    expect(after.storedEntries - before.storedEntries).toBe(101);
  });

  it('a follower that restarts goes on from what it has stored', async () => {
    const cluster = await clusterOf('abc');
    const [follower] = await cluster.followers();
    await cluster.say(follower!, 'x');
    await cluster.kill(follower!.id);
    const again = await cluster.start(follower!.id);
    await cluster.until('it has applied it', () => again.ledger.lines.length === 1);
    expect(again.server.status()?.term).toBe(1);
  });

  it('status, leader and counts are there at any time, a started server or not', async () => {
    const cluster = await clusterOf('a');
    const { server } = cluster.host('a');
    expect([server.id, server.isLeader, server.leader]).toEqual(['a', true, 'a']);
    expect(server.metrics()).toMatchObject({ elections: 1, leaderChanges: 1, proposals: 0 });
    await cluster.kill('a');
    expect([server.isLeader, server.leader]).toEqual([false, undefined]);
    expect(server.status()).toMatchObject({ term: 1, commit: 1 });
  });
});
