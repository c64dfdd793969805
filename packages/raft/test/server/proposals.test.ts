import { utf8 } from '@ruvector/core';
import { ManualClock, SimulatedNetwork } from '@ruvector/core/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { RaftCore } from '../../src/index.js';
import { encodeCommand } from '../../src/server/command-codec.js';
import { decodeFrame, encodeFrame, isRequestFrame } from '../../src/server/request-codec.js';
import { clusters } from '../fixtures/clusters.js';
import type { Host, RunningCluster } from '../fixtures/running-cluster.js';

const clusterOf = clusters();

/** How one that led comes to lead no more, or in another term. */
const CHANGES = {
  'leads no more': async (cluster: RunningCluster, { server }: Host, to: string) => {
    await cluster.done(server.transferLeadership(to));
  },
  'leads in a later term': async (cluster: RunningCluster, { server, id }: Host, to: string) => {
    await cluster.done(server.transferLeadership(to));
    await cluster.done(server.transferLeadership(id));
    // another command is asked of it then
    await cluster.done(cluster.host(to).server.propose(utf8('y')));
  },
  'was started again': async (cluster: RunningCluster, { id }: Host) => {
    await cluster.kill(id);
    await cluster.start(id);
    await cluster.leader();
  },
} as const;

describe('a proposal', () => {
  it('that another entry took the place of is proposed again by itself, and executed once', async () => {
    const cluster = await clusterOf('abc');
    const first = await cluster.leader();
    cluster.cutOff(first.id);
    const lost = first.server.propose(utf8('lost'), { timeoutMs: 60_000 });
    const others = () => cluster.up.filter((host) => host !== first);
    await cluster.say(await cluster.leader(others), 'kept');
    cluster.mend();
    expect((await cluster.done(lost)).result).toEqual(utf8('2:lost'));
    await cluster.until('all have both', () =>
      cluster.up.every(({ ledger }) => ledger.lines[1] === 'lost'),
    );
    expect(cluster.up.map(({ ledger }) => ledger.lines)).toEqual(Array(3).fill(['kept', 'lost']));
  });

  it('that was overwritten here and committed by another leader (§5.4.2) is not proposed again', async () => {
    const cluster = await clusterOf('abcde');
    const first = await cluster.leader();
    const [heir, ...rest] = await cluster.followers();
    for (const { id } of rest) for (const other of [first, heir!]) cluster.sever(id, other.id);
    const outcome = first.server.propose(utf8('x'), { timeoutMs: 60_000 });
    await cluster.until('the heir has it', () =>
      heir!.storage.batches.some(({ entries }) => entries[0]?.index === 2),
    );
    cluster.sever(first.id, heir!.id);
    // the next leader reaches the first alone, which gives up its entry
    let second: string | undefined;
    for (const { id, server } of rest)
      server.onLeaderChange((leader) => {
        if (leader !== id || second !== undefined) return;
        second = id;
        for (const other of rest) if (other.id !== id) cluster.sever(id, other.id);
        cluster.heal(id, first.id);
      });
    await cluster.until('it is overwritten', () =>
      first.storage.batches.some(({ entries }) => entries[0]?.term === 2),
    );
    await cluster.kill(second!);
    for (const { id } of rest) cluster.heal(id, heir!.id);
    await cluster.until('the heir leads', () => heir!.server.isLeader);
    cluster.mend();
    expect((await cluster.done(outcome)).result).toEqual(utf8('1:x'));
    await cluster.clock.advanceAsync(1_000);
    expect(cluster.up.map(({ ledger }) => ledger.lines)).toEqual(Array(4).fill(['x']));
    expect(first.server.metrics()).toMatchObject({ proposals: 1, forwarded: 0 });
  });

  it('in the log of a leader that is cut off has an unknown outcome when its time is over', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    cluster.cutOff(leader.id);
    const outcome = await cluster.settled(leader.server.propose(utf8('x'), { timeoutMs: 400 }));
    expect(outcome).toMatchObject({ code: 'ERR_RAFT_UNKNOWN_OUTCOME' });
  });

  it('sent to a leader that is gone then has an unknown outcome', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    const [follower] = await cluster.followers();
    const sent = follower!.server.propose(utf8('x'), { timeoutMs: 900 });
    await cluster.kill(leader.id);
    expect(await cluster.settled(sent)).toMatchObject({ code: 'ERR_RAFT_UNKNOWN_OUTCOME' });
  });

  it('sent to a leader that is gone has that soon after another one leads, however long it may wait', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    const [follower] = await cluster.followers();
    const sent = follower!.server.propose(utf8('x'), { timeoutMs: 50_000 });
    await cluster.kill(leader.id);
    const settled = cluster.settled(sent);
    await cluster.leader();
    const ledAtMs = cluster.clock.monotonic();
    expect(await settled).toMatchObject({ code: 'ERR_RAFT_UNKNOWN_OUTCOME' });
    expect(cluster.clock.monotonic() - ledAtMs).toBeLessThan(2_000);
  });

  it('that no leader took in time has surely not come about: ERR_TIMEOUT', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    const [follower, other] = await cluster.followers();
    await cluster.kill(leader.id);
    await cluster.kill(other!.id);
    await cluster.until('it knows no leader', () => follower!.server.leader === undefined);
    const outcome = await cluster.settled(follower!.server.propose(utf8('x'), { timeoutMs: 500 }));
    expect(outcome).toMatchObject({ code: 'ERR_TIMEOUT', timeoutMs: 500 });
  });

  it('that waits for a leader is not tried at each tick, and goes with the others in order', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    const [follower, other] = (await cluster.followers()) as [Host, Host];
    for (const { id } of [leader, other]) await cluster.kill(id);
    await cluster.until('it knows no leader', () => follower.server.leader === undefined);
    const tried = vi.spyOn(RaftCore.prototype, 'propose');
    onTestFinished(() => tried.mockRestore());
    const lines = Array.from({ length: 500 }, (_, i) => `${i}`);
    const outcomes = lines.map((line) =>
      follower.server.propose(utf8(line), { timeoutMs: 50_000 }),
    );
    await cluster.clock.advanceAsync(300);
    expect(tried).not.toHaveBeenCalled();
    for (const { id } of [leader, other]) await cluster.start(id);
    await cluster.done(Promise.all(outcomes));
    expect(tried).toHaveBeenCalledTimes(500);
    expect((await cluster.leader()).ledger.lines).toEqual(lines);
  });

  it('ends with the reason of its signal', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    cluster.cutOff(leader.id);
    const abort = new AbortController();
    const reason = new Error('enough');
    const outcome = leader.server.propose(utf8('x'), { signal: abort.signal });
    const late = leader.server.propose(utf8('y'), { signal: AbortSignal.abort(reason) });
    await expect(late).rejects.toBe(reason);
    abort.abort(reason);
    await expect(outcome).rejects.toBe(reason);
  });

  it('is refused at once while maxPendingCommands wait', async () => {
    const cluster = await clusterOf('abc', { maxPendingCommands: 2 });
    const leader = await cluster.leader();
    cluster.cutOff(leader.id);
    const waiting = [1, 2].map((n) => cluster.settled(leader.server.propose(Uint8Array.of(n))));
    await expect(leader.server.propose(utf8('x'))).rejects.toMatchObject({
      code: 'ERR_RAFT_OVERLOADED',
      details: { limit: 'maxPendingCommands', max: 2 },
    });
    expect(await Promise.all(waiting)).toMatchObject(
      Array(2).fill({ code: 'ERR_RAFT_UNKNOWN_OUTCOME' }),
    );
  });

  it('is refused while maxPendingBytes wait, and by a leader whose log has too much', async () => {
    const cluster = await clusterOf('abc', { maxPendingBytes: 100, maxUncommittedBytes: 150 });
    const leader = await cluster.leader();
    cluster.cutOff(leader.id);
    const waiting = cluster.settled(leader.server.propose(new Uint8Array(60)));
    const overloaded = (limit: string) => ({ code: 'ERR_RAFT_OVERLOADED', details: { limit } });
    const refused = await Promise.allSettled([
      leader.server.propose(new Uint8Array(60)),
      leader.server.propose(new Uint8Array(30)),
    ]);
    expect(refused).toMatchObject([
      { reason: overloaded('maxPendingBytes') },
      { reason: overloaded('maxUncommittedBytes') },
    ]);
    await waiting;
  });

  it('is refused by a follower whose leader takes no more', async () => {
    const cluster = await clusterOf('abc', { maxPendingCommands: 1 });
    const leader = await cluster.leader();
    const [one, two] = await cluster.followers();
    const open = leader.storage.hold();
    const first = cluster.settled(one!.server.propose(utf8('x')));
    await cluster.clock.advanceAsync(0);
    expect(await cluster.settled(two!.server.propose(utf8('y')))).toMatchObject({
      code: 'ERR_RAFT_OVERLOADED',
    });
    open();
    expect(await first).toMatchObject({ index: 2 });
  });

  it('that is longer than maxCommandBytes, or no bytes, is the mistake of the caller', async () => {
    const cluster = await clusterOf('a', { maxCommandBytes: 3 });
    const { server } = cluster.host('a');
    expect(await cluster.say(cluster.host('a'), 'abc')).toBe('1:abc');
    await expect(server.propose(new Uint8Array(4))).rejects.toThrow(/^data must have at most 3/);
    await expect(server.propose('x' as never)).rejects.toThrow(TypeError);
    await expect(server.propose(utf8('x'), { timeoutMs: 0 })).rejects.toThrow(/timeoutMs/);
    await expect(server.propose(utf8('x'), { timeout: 1 } as never)).rejects.toThrow(/timeout/);
  });

  it('is not changed by what its caller does with the bytes afterwards', async () => {
    const cluster = await clusterOf('a');
    const bytes = utf8('x');
    const outcome = cluster.host('a').server.propose(bytes);
    bytes.fill(0);
    expect((await cluster.done(outcome)).result).toEqual(utf8('1:x'));
  });

  it('on a network that delivers each frame twice is executed once', async () => {
    const clock = new ManualClock();
    const network = new SimulatedNetwork({ seed: 1, clock, duplication: 1 });
    const cluster = await clusterOf('abc', { clock, network });
    const [follower] = await cluster.followers();
    for (let n = 1; n <= 5; n++) expect(await cluster.say(follower!, 'x')).toBe(`${n}:x`);
    expect((await cluster.leader()).ledger.lines).toHaveLength(5);
  });

  it.each(Object.entries(CHANGES))(
    'whose frame arrives again at who took it and %s is executed once',
    async (_, change) => {
      const cluster = await clusterOf('abc');
      const leader = await cluster.leader();
      const [asker, other] = await cluster.followers();
      const [said, asked] = [intercepted(leader), intercepted(asker!)];
      said.isLost = true; // the asker does not hear what came of it
      const outcome = cluster.settled(asker!.server.propose(utf8('x'), { timeoutMs: 9_000 }));
      await cluster.until('it is executed', () =>
        cluster.up.every(({ ledger }) => ledger.lines.includes('x')),
      );
      said.isLost = false;
      await change(cluster, leader, other!.id);
      asker!.transport.send(leader.id, asked.requests[0]!);
      expect(await outcome).toMatchObject({ code: 'ERR_RAFT_UNKNOWN_OUTCOME' });
      for (const { ledger } of cluster.up)
        expect(ledger.lines.filter((line) => line === 'x')).toEqual(['x']);
    },
  );

  it('of one more who asks than a leader remembers in a term is answered: it was not taken', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    const [{ transport }] = (await cluster.followers()) as [Host];
    const answers = new Map<number, string>();
    transport.onFrame((_, frame) => {
      const told = isRequestFrame(frame) ? decodeFrame(frame) : undefined;
      if (told && !told.request) answers.set(told.incarnation, told.answer.kind);
    });
    const { term } = leader.server.status()!;
    const data = encodeCommand({ kind: 'plain', data: utf8('x') });
    const request = { kind: 'propose', data } as const;
    for (let incarnation = 1; incarnation <= 1_025; incarnation++) {
      transport.send(leader.id, encodeFrame({ incarnation, number: 1, term, request }));
      if (incarnation % 100 === 0) await cluster.clock.advanceAsync(0);
    }
    await cluster.until('all are answered', () => answers.size === 1_025);
    expect([answers.get(1_024), answers.get(1_025)]).toEqual(['done', 'notTaken']);
    expect(leader.ledger.lines).toHaveLength(1_024);
  });

  it('of many small commands takes no frame larger than the transport allows', async () => {
    const cluster = await clusterOf('abc', { network: { maxFrameBytes: 4_096 } });
    const leader = await cluster.leader();
    const many = Array.from({ length: 2_000 }, () => leader.server.propose(new Uint8Array(1)));
    await cluster.done(Promise.all(many));
    expect(leader.server.metrics()).toMatchObject({ refusedOut: 0, proposals: 2_000 });
    await cluster.until('all have them', () =>
      cluster.up.every(({ ledger }) => ledger.lines.length === 2_000),
    );
    expect(leader.transport.stats().dropped).toBe(0);
  });
});

/** Notes the requests and answers that a member sends from now on; the lost ones go nowhere. */
function intercepted({ transport }: Host): { isLost: boolean; requests: Uint8Array[] } {
  const seen = { isLost: false, requests: [] as Uint8Array[] };
  const send = transport.send.bind(transport);
  transport.send = (to, frame) => {
    if (!isRequestFrame(frame)) return send(to, frame);
    seen.requests.push(frame.slice());
    return seen.isLost || send(to, frame);
  };
  return seen;
}
