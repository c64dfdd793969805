import { ManualClock } from '@ruvector/core/testing';
import { MemoryNetwork } from '@ruvector/core/memory';
import { utf8 } from '@ruvector/core';
import { describe, expect, it } from 'vitest';
import { encodeMessage, RaftServer, type Message } from '../../src/index.js';
import { clusters } from '../fixtures/clusters.js';
import { Ledger } from '../fixtures/ledger.js';
import { StoredInMemory } from '../fixtures/stored-in-memory.js';

const clusterOf = clusters();

describe('a server stops by itself', () => {
  it('when its storage fails: calls are rejected, and nothing is acknowledged or sent', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    const failures: Error[] = [];
    leader.server.onFailure((error) => failures.push(error));
    const failure = new Error('the disk is gone');
    leader.storage.failure = failure;
    const outcome = await cluster.settled(leader.server.propose(utf8('x')));
    expect(outcome).toMatchObject({ code: 'ERR_RAFT_UNKNOWN_OUTCOME', cause: { cause: failure } });
    expect(failures).toEqual([failure]);
    const { framesOut } = leader.server.metrics();
    await cluster.clock.advanceAsync(100);
    expect(leader.server.metrics().framesOut).toBe(framesOut);
    await expect(leader.server.propose(utf8('y'))).rejects.toMatchObject({
      code: 'ERR_CLOSED',
      cause: failure,
    });
    const others = () => cluster.up.filter((host) => host !== leader);
    // x had gone out while it was to be stored, and the others have it
    expect(await cluster.say(await cluster.leader(others), 'z')).toBe('2:z');
    await leader.server.stop();
  });

  it.each([
    ['another member says that it leads the same term', 'ERR_RAFT_INCONSISTENT', 'heartbeat'],
    ['a snapshot is none that a server makes', 'ERR_MALFORMED', 'installSnapshot'],
  ] as const)('when %s', async (_, code, type) => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    const [follower, other] = await cluster.followers();
    const [from, to] = type === 'heartbeat' ? [other!, leader] : [leader, follower!];
    const failures: Error[] = [];
    to.server.onFailure((error) => failures.push(error));
    await cluster.kill(from.id);
    const liar = cluster.network.transport(from.id);
    await liar.open();
    const head = { from: from.id, to: to.id, term: 1 };
    const config = { voters: ['a', 'b', 'c'], votersOutgoing: [], learners: [] };
    const place = { index: 50, snapshotTerm: 1, sizeBytes: 1, offset: 0 };
    liar.send(
      to.id,
      encodeMessage(
        type === 'heartbeat'
          ? { type, ...head, commit: 0, round: 1 }
          : { type, ...head, ...place, config, data: Uint8Array.of(1) },
      ),
    );
    await cluster.until('it stops', () => failures.length > 0);
    expect(failures).toMatchObject([{ code }]);
    await liar.close();
  });

  it('when its state machine throws', async () => {
    class Broken extends Ledger {
      override apply(): Uint8Array {
        throw new Error('out of order');
      }
    }
    const cluster = await clusterOf('a', { stateMachine: new Broken() });
    const { server } = cluster.host('a');
    const failures: Error[] = [];
    server.onFailure((error) => failures.push(error));
    const outcome = await cluster.settled(server.propose(utf8('x')));
    expect(outcome).toMatchObject({ code: 'ERR_RAFT_UNKNOWN_OUTCOME' });
    expect(failures.map(({ message }) => message)).toEqual(['out of order']);
  });
});

describe('what comes from the network', () => {
  const heartbeat = (fields: Partial<Message>): Uint8Array =>
    encodeMessage({
      type: 'heartbeat',
      from: 'z',
      to: 'a',
      term: 99,
      commit: 0,
      round: 1,
      ...fields,
    } as Message);

  it('is counted and dropped if it is malformed, from somebody else, or from no member', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    const [one, two] = await cluster.followers();
    const stranger = cluster.network.transport('z');
    await stranger.open();
    const hostile: [typeof stranger, Uint8Array][] = [
      [one!.transport, new Uint8Array(0)],
      [one!.transport, utf8('RVRQ')],
      [one!.transport, utf8('RVRM')],
      [one!.transport, Uint8Array.from({ length: 500 }, (_, i) => i)],
      [one!.transport, heartbeat({ from: two!.id, to: leader.id })],
      [stranger, heartbeat({ from: 'z', to: leader.id })],
      [stranger, heartbeat({ from: one!.id, to: leader.id })],
      [stranger, utf8('RVRQ\u0001\u0001')],
    ];
    const before = leader.server.metrics().refusedIn;
    for (const [from, frame] of hostile) from.send(leader.id, frame);
    await cluster.clock.advanceAsync(0);
    expect(leader.server.metrics().refusedIn - before).toBe(hostile.length);
    expect(leader.server.status()).toMatchObject({ term: 1, role: 'leader' });
    expect(await cluster.say(leader, 'x')).toBe('1:x');
    await stranger.close();
  });

  it('each frame that a member sends, cut or with a byte changed, crashes nobody', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    const [follower, other] = await cluster.followers();
    const frames: Uint8Array[] = [];
    const listen = leader.transport.onFrame((_, frame) => frames.push(frame.slice()));
    await cluster.say(follower!, 'x');
    await cluster.done(follower!.server.linearizableRead());
    listen();
    const failures: Error[] = [];
    leader.server.onFailure((error) => failures.push(error));
    await cluster.kill(other!.id);
    const liar = cluster.network.transport(other!.id);
    await liar.open();
    for (const frame of frames) {
      for (let length = 0; length < frame.length; length++)
        liar.send(leader.id, frame.slice(0, length));
      for (let at = 0; at < frame.length; at++) {
        const changed = frame.slice();
        changed[at]! ^= 0x40;
        liar.send(leader.id, changed);
      }
      await cluster.clock.advanceAsync(0);
    }
    await liar.close();
    expect(frames.length).toBeGreaterThan(3);
    expect(failures).toEqual([]);
    expect(leader.server.metrics().refusedIn).toBeGreaterThan(100);
  });
});

describe('start and stop', () => {
  it('stopped in the midst, a server leaves no timer, and all that waits is rejected', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    const [follower] = await cluster.followers();
    cluster.cutOff(leader.id);
    const outcomes = Promise.allSettled([
      leader.server.propose(utf8('x')),
      leader.server.linearizableRead(),
      leader.server.addLearner('d'),
      follower!.server.propose(utf8('y')),
    ]);
    for (const { server } of cluster.up) await server.stop();
    const codes = (await outcomes).map((each) => each.status === 'rejected' && each.reason.code);
    const unknown = 'ERR_RAFT_UNKNOWN_OUTCOME';
    expect(codes).toEqual([unknown, 'ERR_CLOSED', 'ERR_CLOSED', 'ERR_CLOSED']);
    expect(cluster.clock.pending).toBe(0);
    await leader.server.stop();
  });

  it('stop waits for what is being stored, and stores the last commit index', async () => {
    const cluster = await clusterOf('a');
    const { server, storage } = cluster.host('a');
    await cluster.say(cluster.host('a'), 'x');
    const open = storage.hold();
    const outcome = cluster.settled(server.propose(utf8('y')));
    await cluster.clock.advanceAsync(0);
    let isStopped = false;
    const stopped = server.stop().then(() => (isStopped = true));
    await cluster.clock.advanceAsync(0);
    expect(isStopped).toBe(false);
    open();
    await stopped;
    expect(await outcome).toMatchObject({ code: 'ERR_RAFT_UNKNOWN_OUTCOME' });
    const { hardState, entries } = await storage.load();
    expect([hardState?.commit, entries.length]).toEqual([2, 3]);
  });

  const made = (id = 'a', storage = new StoredInMemory(), bootstrap = true) => {
    const transport = new MemoryNetwork().transport(id);
    const clock = new ManualClock();
    const peers = [id];
    return new RaftServer({
      id,
      peers,
      bootstrap,
      transport,
      storage,
      stateMachine: new Ledger(),
      clock,
    });
  };

  it('a server is started once, and asked for nothing before or after', async () => {
    const server = made();
    await expect(server.propose(utf8('x'))).rejects.toThrow(/^start must have resolved/);
    expect([server.isLeader, server.leader, server.status()]).toEqual([
      false,
      undefined,
      undefined,
    ]);
    await server.start();
    await expect(server.start()).rejects.toThrow(/^start must be called once/);
    await server.stop();
    await expect(server.linearizableRead()).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  });

  it('a start that is stopped meanwhile ends with ERR_CLOSED', async () => {
    const server = made();
    const starting = server.start();
    const stopped = server.stop();
    await expect(starting).rejects.toMatchObject({ code: 'ERR_CLOSED' });
    await stopped;
  });

  it('an empty storage with peers is refused unless a cluster begins', async () => {
    await expect(made('a', new StoredInMemory(), false).start()).rejects.toThrow(
      /^bootstrap must be true/,
    );
  });

  it('options that make no server are refused, and named', () => {
    const transport = new MemoryNetwork().transport('a');
    const good = { id: 'a', transport, storage: new StoredInMemory(), stateMachine: new Ledger() };
    const small = new MemoryNetwork({ maxFrameBytes: 1_000 }).transport('a');
    const wrong: [object, RegExp][] = [
      [{ tickMs: 0 }, /^tickMs must be/],
      [{ transport: {} }, /^transport must have a method open/],
      [{ transport: small }, /^transport\.caps\.maxFrameBytes must be/],
      [{ storage: null }, /^storage must be/],
      [{ stateMachine: { apply: () => 0 } }, /^stateMachine must have a method snapshot/],
      [{ maxCommandBytes: 17 << 20 }, /^maxCommandBytes must be/],
      [{ maxSessions: 0 }, /^maxSessions must be/],
      [{ snapshotEntries: 0 }, /^snapshotEntries must be/],
      [{ keepEntries: -1 }, /^keepEntries must be/],
      [{ clock: {} }, /^clock must have/],
      [{ electionTicks: 1 }, /^electionTicks must be/],
      [{ elections: 1 }, /must have only .*transport, storage.*electionTicks.*elections/],
      [{ restored: { entries: [] } }, /must have only .*"restored"/],
    ];
    for (const [option, rule] of wrong)
      expect(() => new RaftServer({ ...good, ...option } as never), String(rule)).toThrow(rule);
  });
});
