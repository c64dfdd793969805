import { utf8 } from '@ruvector/core';
import { describe, expect, it } from 'vitest';
import { configurationOf } from '../../src/configuration.js';
import { encodeMessage, type Message, type Snapshot } from '../../src/index.js';
import { Applying } from '../../src/server/applying.js';
import { encodeCommand } from '../../src/server/command-codec.js';
import { clusters } from '../fixtures/clusters.js';
import { Ledger } from '../fixtures/ledger.js';
import { RunningCluster } from '../fixtures/running-cluster.js';
import { StoredInMemory } from '../fixtures/stored-in-memory.js';

const clusterOf = clusters();
const many = (count: number) => Array.from({ length: count }, (_, i) => `${i}`);

/** Writes a snapshot when it is told to. */
class SlowStorage extends StoredInMemory {
  #write: () => void = () => undefined;
  #fail: (error: Error) => void = () => undefined;
  readonly prepared: number[] = [];

  prepare({ index }: Snapshot): Promise<void> {
    this.prepared.push(index);
    return new Promise((resolve, reject) => ([this.#write, this.#fail] = [resolve, reject]));
  }

  write = (): void => this.#write();
  failToWrite = (error: Error): void => this.#fail(error);
}

describe('a snapshot that takes long to write', () => {
  const started = async () => {
    const storage = new SlowStorage();
    const cluster = await clusterOf('a', { snapshotEntries: 10, keepEntries: 0, storage });
    for (const line of many(25)) await cluster.say(cluster.host('a'), line);
    return { ...cluster.host('a'), cluster, storage };
  };

  it('keeps no command waiting, and is stored when it is written; the next begins then', async () => {
    const { cluster, storage, ledger } = await started();
    expect(ledger.lines).toEqual(many(25));
    expect(storage.prepared).toEqual([10]);
    expect((await storage.load()).snapshot).toBeUndefined();
    storage.write();
    await cluster.say(cluster.host('a'), '25');
    await cluster.until('the next begins', () => storage.prepared.length === 2);
    expect((await storage.load()).snapshot?.index).toBe(10);
    storage.write();
  });

  it('is waited for by stop, and not stored any more', async () => {
    const { cluster, storage, server } = await started();
    let isStopped = false;
    const stopped = server.stop().then(() => (isStopped = true));
    await cluster.clock.advanceAsync(1_000);
    expect(isStopped).toBe(false);
    storage.write();
    await stopped;
    expect((await storage.load()).snapshot).toBeUndefined();
  });

  it('stops the server if it cannot be written', async () => {
    const { cluster, storage, server } = await started();
    const failures: Error[] = [];
    server.onFailure((error) => failures.push(error));
    storage.failToWrite(new Error('the disk is full'));
    await cluster.until('it has failed', () => failures.length === 1);
    await expect(server.propose(utf8('more'))).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  });

  it('is dropped for a later one of a leader', async () => {
    const storage = new SlowStorage();
    const setting = { snapshotEntries: 20, keepEntries: 0, maxBytesPerMessage: 100 };
    const cluster = new RunningCluster([...'abc'], setting);
    for (const id of 'ab') await cluster.start(id);
    const late = await cluster.start('c', { snapshotEntries: 3, storage });
    await cluster.until('another leads', () => late.server.leader !== undefined);
    if (late.server.leader === 'c') await cluster.done(late.server.transferLeadership());
    const leader = await cluster.leader();
    for (const line of many(5)) await cluster.say(leader, line);
    await cluster.until('it writes one', () => storage.prepared.length === 1);
    cluster.cutOff('c');
    for (const line of many(60)) await cluster.say(leader, line);
    cluster.mend();
    await cluster.until('it has caught up', () => late.ledger.lines.length === 65);
    const received = (await storage.load()).snapshot!.index;
    expect(received).toBeGreaterThan(storage.prepared[0]!);
    storage.write();
    await cluster.clock.advanceAsync(100);
    expect((await storage.load()).snapshot!.index).toBe(received);
    expect(late.server.metrics()).toMatchObject({ snapshotsReceived: 1 });
    storage.write();
    await cluster.stop();
  });
});

describe('a snapshot', () => {
  it('is made when so many entries came since the last, and the log is cut behind it', async () => {
    const cluster = await clusterOf('a', { snapshotEntries: 10, keepEntries: 3 });
    const host = cluster.host('a');
    for (const line of many(25)) await cluster.say(host, line);
    expect(host.server.metrics().snapshots).toBe(2);
    const { snapshot, entries } = await host.storage.load();
    expect(snapshot?.index).toBeGreaterThanOrEqual(20);
    expect(entries[0]?.index).toBe(snapshot!.index + 1);
  });

  it('is made when entries took so many bytes', async () => {
    const cluster = await clusterOf('a', { snapshotBytes: 1_000 });
    const { server } = cluster.host('a');
    await cluster.done(server.propose(new Uint8Array(900)));
    expect(server.metrics().snapshots).toBe(0);
    await cluster.done(server.propose(new Uint8Array(100)));
    await cluster.until('it is made', () => server.metrics().snapshots === 1);
  });

  it('is what a member that starts again begins with; only what is behind it is applied', async () => {
    const cluster = await clusterOf('a', { snapshotEntries: 10, keepEntries: 0 });
    for (const line of many(25)) await cluster.say(cluster.host('a'), line);
    await cluster.kill('a');
    const again = await cluster.start('a');
    expect(again.ledger.restored).toBe(1);
    await cluster.leader();
    await cluster.done(again.server.linearizableRead());
    expect(again.ledger.lines).toEqual(many(25));
  });

  it('waits, at a member that is being added, until it knows who the others are', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    for (const line of many(20)) await cluster.say(leader, line);
    const joiner = await cluster.start('d', { snapshotEntries: 2, maxBytesPerMessage: 1 });
    await cluster.done(leader.server.addVoter('d'));
    await cluster.done(joiner.server.linearizableRead());
    expect(joiner.ledger.lines).toEqual(many(20));
    const { snapshot } = await joiner.storage.load();
    expect(snapshot?.config.voters).toContain('a');
  });

  it('goes in pieces to a follower that is far behind', async () => {
    const cluster = await clusterOf('abc', {
      snapshotEntries: 20,
      keepEntries: 0,
      maxBytesPerMessage: 100,
    });
    const [late] = await cluster.followers();
    await cluster.kill(late!.id);
    const leader = await cluster.leader();
    for (const line of many(60)) await cluster.say(leader, `a long line with the number ${line}`);
    const again = await cluster.start(late!.id);
    await cluster.until('it has caught up', () => again.ledger.lines.length === 60);
    expect(again.ledger.lines).toEqual(leader.ledger.lines);
    expect(again.server.metrics()).toMatchObject({ snapshotsReceived: 1 });
    expect(again.server.metrics().framesIn).toBeGreaterThan(10);
  });

  it('makes the outcome of a command unknown that it may stand for', async () => {
    const cluster = await clusterOf('abc', { snapshotEntries: 5, keepEntries: 0 });
    const old = await cluster.leader();
    cluster.cutOff(old.id);
    const outcome = old.server.propose(utf8('lost'), { timeoutMs: 50_000 });
    const others = () => cluster.up.filter((host) => host !== old);
    const next = await cluster.leader(others);
    for (const line of many(20)) await cluster.say(next, line);
    cluster.mend();
    expect(await cluster.settled(outcome)).toMatchObject({ code: 'ERR_RAFT_UNKNOWN_OUTCOME' });
    expect(next.ledger.lines).toEqual(many(20));
  });

  it('may take its time: commands go on meanwhile, and it stands for what was before', async () => {
    let give: () => void = () => undefined;
    class Slow extends Ledger {
      override snapshot(): Promise<Uint8Array> {
        const bytes = this.bytes();
        return new Promise((resolve) => (give = () => resolve(bytes)));
      }
    }
    const cluster = await clusterOf('a', {
      snapshotEntries: 8,
      keepEntries: 0,
      stateMachine: new Slow(),
    });
    const { server, storage } = cluster.host('a');
    for (const line of many(12)) await cluster.done(server.propose(utf8(line)));
    expect(server.metrics().snapshots).toBe(0);
    give();
    await cluster.until('it is stored', () => server.metrics().snapshots === 1);
    await cluster.clock.advanceAsync(15);
    const { snapshot, entries } = await storage.load();
    expect([snapshot?.index, entries.length]).toEqual([8, 5]);
  });

  it("that is ready when the leader's later one has come is dropped, and the follower goes on", async () => {
    let give: () => void = () => undefined;
    class Slow extends Ledger {
      override snapshot(): Promise<Uint8Array> {
        const bytes = this.bytes();
        return new Promise((resolve) => (give = () => resolve(bytes)));
      }
    }
    const slow = new Slow();
    const cluster = new RunningCluster([...'abc'], { snapshotEntries: 3, stateMachine: slow });
    const { server, storage } = await cluster.start('b');
    const failures: Error[] = [];
    server.onFailure((error) => failures.push(error));
    // this test is the leader
    const leader = cluster.network.transport('a');
    await leader.open();
    const say = (message: Message) => leader.send('b', encodeMessage(message));
    const to = { from: 'a', to: 'b', term: 1 } as const;
    const data = encodeCommand({ kind: 'plain', data: utf8('x') });
    const entries = [1, 2, 3, 4].map(
      (index) => ({ term: 1, index, type: 'normal', data }) as const,
    );
    const appended = { ...to, type: 'appendEntries', prevIndex: 0, prevTerm: 0 } as const;
    say({ ...appended, entries: entries.slice(0, 3), commit: 3 });
    await cluster.until('it makes a snapshot', () => slow.lines.length === 3);
    const open = storage.hold();
    say({ ...appended, prevIndex: 3, prevTerm: 1, entries: entries.slice(3), commit: 3 });
    await cluster.clock.advanceAsync(0);
    const theirs = new Ledger();
    theirs.lines = many(50);
    const config = configurationOf([...'abc']);
    const whole = await new Applying(theirs, config).snapshot();
    const piece = { index: 50, snapshotTerm: 1, config, sizeBytes: whole.length, offset: 0 };
    say({ ...to, type: 'installSnapshot', ...piece, data: whole });
    await cluster.clock.advanceAsync(0);
    give();
    await cluster.clock.advanceAsync(0);
    open();
    await cluster.until('it has what the leader sent', () => slow.lines.length === 50);
    expect(failures).toEqual([]);
    expect(server.metrics()).toMatchObject({ snapshots: 0, snapshotsReceived: 1 });
    await cluster.stop();
  });
});
