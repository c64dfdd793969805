import { fromUtf8, utf8 } from '@ruvector/core';
import { ManualClock, SimulatedNetwork } from '@ruvector/core/testing';
import { describe, expect, it } from 'vitest';
import { clusters } from '../fixtures/clusters.js';

const clusterOf = clusters();
const times = (lines: readonly string[], wanted: string) =>
  lines.filter((line) => line === wanted).length;

describe('a session', () => {
  it('numbers its commands and has each executed once', async () => {
    const cluster = await clusterOf('abc');
    const [follower] = await cluster.followers();
    const session = await cluster.done(follower!.server.openSession());
    const results = await cluster.done(
      Promise.all(['x', 'y'].map((line) => session.propose(utf8(line)))),
    );
    expect(results.map(({ result }) => fromUtf8(result)).sort()).toEqual(['1:x', '2:y']);
    const { result } = await cluster.done(follower!.server.propose(utf8('z'), { session }));
    expect(fromUtf8(result)).toBe('3:z');
  });

  it('has a command executed once though its leader is cut off before it answers', async () => {
    const cluster = await clusterOf('abc');
    const first = await cluster.leader();
    const [follower, other] = await cluster.followers();
    const session = await cluster.done(follower!.server.openSession());
    // the leader commits with the other one, and its answer does not get through
    const open = first.storage.hold();
    const answer = session.propose(utf8('once'), { timeoutMs: 30_000 });
    await cluster.clock.advanceAsync(0);
    cluster.sever(first.id, follower!.id);
    open();
    await cluster.until('it is committed', () => times(first.ledger.lines, 'once') === 1);
    await cluster.kill(first.id);
    expect(fromUtf8((await cluster.done(answer)).result)).toBe('1:once');
    await cluster.say(follower!, 'after');
    expect(times(other!.ledger.lines, 'once')).toBe(1);
    expect(times(follower!.ledger.lines, 'once')).toBe(1);
  });

  it('goes on after a snapshot and a restart of everybody, each command executed once', async () => {
    const cluster = await clusterOf('abc', { snapshotEntries: 4, keepEntries: 0 });
    const client = await cluster.leader();
    const session = await cluster.done(client.server.openSession());
    for (let n = 1; n <= 9; n++) await cluster.done(session.propose(utf8(`${n}`)));
    expect(client.server.metrics().snapshots).toBeGreaterThan(0);
    for (const { id } of await cluster.followers()) {
      await cluster.kill(id);
      const again = await cluster.start(id);
      expect(again.ledger.restored).toBe(1);
      await cluster.leader();
    }
    for (let n = 10; n <= 12; n++) await cluster.done(session.propose(utf8(`${n}`)));
    const all = Array.from({ length: 12 }, (_, i) => `${i + 1}`);
    await cluster.until('all have all', () =>
      cluster.up.every(({ ledger }) => ledger.lines.length >= 12),
    );
    expect(cluster.up.map(({ ledger }) => ledger.lines)).toEqual([all, all, all]);
  });

  it('that was not used while too many others were has expired, and is never executed again', async () => {
    const cluster = await clusterOf('abc', { maxSessions: 2 });
    const leader = await cluster.leader();
    const [follower] = await cluster.followers();
    const sessions = [];
    for (let i = 0; i < 3; i++) sessions.push(await cluster.done(follower!.server.openSession()));
    const [oldest, second] = sessions;
    expect(await cluster.settled(oldest!.propose(utf8('x')))).toMatchObject({
      code: 'ERR_RAFT_SESSION_EXPIRED',
      message: `session ${oldest!.id} has expired`,
    });
    expect(fromUtf8((await cluster.done(second!.propose(utf8('y')))).result)).toBe('1:y');
    expect(leader.ledger.lines).toEqual(['y']);
  });

  it('has each of many commands executed once on a network that loses, repeats and reorders', async () => {
    const clock = new ManualClock();
    const faults = { loss: 0.1, duplication: 0.2, reorder: 0.2, delayMs: [1, 5] } as const;
    const network = new SimulatedNetwork({ seed: 5, clock, ...faults });
    const cluster = await clusterOf('abc', { clock, network });
    const [follower] = await cluster.followers();
    const session = await cluster.done(follower!.server.openSession({ timeoutMs: 30_000 }));
    const lines = Array.from({ length: 40 }, (_, i) => `${i}`);
    const proposed = lines.map((line) => session.propose(utf8(line), { timeoutMs: 50_000 }));
    const results = await cluster.done(Promise.all(proposed));
    expect(new Set(results.map(({ index }) => index)).size).toBe(40);
    const { ledger } = await cluster.leader();
    expect([...ledger.lines].sort()).toEqual([...lines].sort());
  });

  it('refuses what is too long or not bytes without using up a number', async () => {
    const cluster = await clusterOf('a', { maxCommandBytes: 3 });
    const session = await cluster.done(cluster.host('a').server.openSession());
    await expect(session.propose(new Uint8Array(4))).rejects.toThrow(/at most 3/);
    expect(fromUtf8((await cluster.done(session.propose(utf8('abc')))).result)).toBe('1:abc');
  });
});
