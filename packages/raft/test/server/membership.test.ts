import { utf8 } from '@ruvector/core';
import { describe, expect, it } from 'vitest';
import type { ConfChange, Configuration } from '../../src/index.js';
import {
  decodeFrame,
  encodeFrame,
  isRequestFrame,
  type Answer,
} from '../../src/server/request-codec.js';
import { clusters } from '../fixtures/clusters.js';
import type { Host } from '../fixtures/running-cluster.js';

const clusterOf = clusters();
const BOTH_WAYS: ConfChange[] = [
  { type: 'addVoter', id: 'd' },
  { type: 'removeMember', id: 'd' },
];

describe('members', () => {
  it('a learner gets the log and does not vote; promoted, it does', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    await cluster.say(leader, 'x');
    const d = await cluster.start('d');
    await cluster.done(leader.server.addLearner('d'));
    await cluster.until('it has the log', () => d.ledger.lines.length === 1);
    expect(leader.server.status()?.config.learners).toEqual(['d']);
    await cluster.done(leader.server.addVoter('d'));
    expect(leader.server.status()?.config).toMatchObject({
      voters: ['a', 'b', 'c', 'd'],
      learners: [],
    });
  });

  it('a new voter is a learner until it has caught up', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    const heard: Configuration[] = [];
    leader.server.onMembershipChange((config) => heard.push(config));
    const added = leader.server.addVoter('d', { timeoutMs: 30_000 });
    await cluster.clock.advanceAsync(2_000);
    expect(heard.map(({ learners }) => learners)).toEqual([['d']]);
    await cluster.start('d');
    await cluster.done(added);
    expect(heard.at(-1)).toEqual({
      voters: ['a', 'b', 'c', 'd'],
      votersOutgoing: [],
      learners: [],
    });
  });

  it('several are added at once through a joint configuration, and asked for on a follower', async () => {
    const cluster = await clusterOf('abc');
    const [follower] = await cluster.followers();
    const heard: Configuration[] = [];
    follower!.server.onMembershipChange((config) => heard.push(config));
    for (const id of 'de') await cluster.start(id);
    await cluster.done(follower!.server.addVoter(['d', 'e'], { timeoutMs: 30_000 }));
    expect(heard.some(({ votersOutgoing }) => votersOutgoing.length === 3)).toBe(true);
    expect(heard.at(-1)?.voters).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('are replaced one by one under load, and nothing that was answered is lost', async () => {
    const cluster = await clusterOf('abc', { snapshotEntries: 20, keepEntries: 5 });
    const answered: string[] = [];
    let isOver = false;
    let n = 0;
    const load = async () => {
      while (!isOver) {
        const host = cluster.up[n % cluster.up.length]!;
        const line = `${n++}`;
        await host.server.propose(utf8(line), { timeoutMs: 2_000 }).then(
          () => answered.push(line),
          () => undefined, // the outcome is not known
        );
        await new Promise<void>((resolve) => void cluster.clock.setTimeout(resolve, 5));
      }
    };
    const loads = [load(), load()];
    for (const [out, next] of ['ad', 'be', 'cf'] as const) {
      await cluster.start(next!);
      const helper = cluster.up.find(({ id }) => id !== out)!;
      await cluster.done(helper.server.addVoter(next!, { timeoutMs: 50_000 }));
      await cluster.done(helper.server.removeMember(out!, { timeoutMs: 50_000 }));
      await cluster.kill(out!);
    }
    isOver = true;
    await cluster.done(Promise.all(loads));
    const leader = await cluster.leader();
    await cluster.done(leader.server.linearizableRead());
    expect(leader.server.status()?.config.voters).toEqual(['d', 'e', 'f']);
    expect(answered.length).toBeGreaterThan(10);
    expect(answered.filter((line) => !leader.ledger.lines.includes(line))).toEqual([]);
  });

  it('a leader that is removed answers what it was asked, so that no command waits for nothing', async () => {
    const cluster = await clusterOf('abcd');
    const leader = await cluster.leader();
    const followers = await cluster.followers();
    const removed = leader.server.removeMember(leader.id);
    const outcomes = [];
    for (let i = 0; i < 60; i++) {
      const { server } = followers[i % 3]!;
      outcomes.push(server.propose(utf8(`${i}`), { timeoutMs: 3_000 }));
      await cluster.clock.advanceAsync(i % 10 === 0 ? 15 : 0);
    }
    await cluster.done(removed);
    const settled = await cluster.done(Promise.allSettled(outcomes));
    expect(settled.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(followers[0]!.ledger.lines).toHaveLength(60);
  });

  it('a leader that removes itself commits that, and another one leads', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    await cluster.done(leader.server.removeMember(leader.id));
    await cluster.kill(leader.id);
    const next = await cluster.leader();
    expect(next.server.status()?.config.voters).not.toContain(leader.id);
    expect(await cluster.say(next, 'x')).toBe('1:x');
  });

  it('what is so already is done at once', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    await leader.server.addVoter('a');
    await leader.server.removeMember('z');
    expect(leader.server.status()?.lastIndex).toBe(1);
  });

  it('a member that lags does not take what once was for what is', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    const [late] = (await cluster.followers()) as [Host];
    await cluster.start('d');
    cluster.cutOff(late.id);
    await cluster.done(leader.server.addVoter('d', { timeoutMs: 50_000 }));
    const removed = late.server.removeMember('d', { timeoutMs: 50_000 });
    await cluster.clock.advanceAsync(1_000);
    expect(leader.server.status()?.config.voters).toContain('d');
    cluster.mend();
    await cluster.done(removed);
    expect(late.server.status()?.config.voters).toEqual(['a', 'b', 'c']);
    expect((await cluster.leader()).server.status()?.config.voters).toEqual(['a', 'b', 'c']);
  });

  it('nor does a leader that is cut off, and may have been replaced', async () => {
    const cluster = await clusterOf('abc');
    const old = await cluster.leader();
    cluster.cutOff(old.id);
    let isOver = false;
    const removed = old.server.removeMember('z', { timeoutMs: 50_000 }).then(() => (isOver = true));
    await cluster.clock.advanceAsync(30);
    expect([old.server.isLeader, isOver]).toEqual([true, false]);
    cluster.mend();
    expect(await cluster.done(removed)).toBe(true);
  });

  it.each(['leader', 'follower'])(
    'what can never be is refused, asked for on a %s',
    async (who) => {
      const cluster = await clusterOf('abc');
      const leader = await cluster.leader();
      const { server } = who === 'leader' ? leader : (await cluster.followers())[0]!;
      const refused = [
        await cluster.settled(server.addLearner('a')),
        await cluster.settled(server.removeMember(['a', 'b', 'c'])),
        await cluster.settled(server.transferLeadership('z')),
      ];
      expect(refused.every((error) => error instanceof RangeError)).toBe(true);
    },
  );

  it('what is no change is the mistake of the caller', async () => {
    const cluster = await clusterOf('a');
    const { server } = cluster.host('a');
    await expect(server.addVoter([])).rejects.toThrow(/^changes must have 1 to 255 steps/);
    await expect(server.addVoter('no id')).rejects.toThrow(/^changes\[0\]\.id must be/);
    await expect(server.changeMembers('x' as never)).rejects.toThrow(TypeError);
    const wrong = [{ type: 'promote', id: 'b' }] as never;
    await expect(server.changeMembers(wrong)).rejects.toThrow(/^changes\[0\]\.type/);
    const twice = server.changeMembers(BOTH_WAYS);
    await expect(twice).rejects.toThrow(RangeError);
    await expect(twice).rejects.toThrow(/^changes must name each member once, got d twice/);
  });

  it('a leader refuses a list that names somebody twice, whoever sends it', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    const [{ transport }] = (await cluster.followers()) as [Host];
    const answers: Answer[] = [];
    transport.onFrame((_, frame) => {
      const told = isRequestFrame(frame) ? decodeFrame(frame) : undefined;
      if (told && !told.request) answers.push(told.answer);
    });
    const { term } = leader.server.status()!;
    const request = { kind: 'change', changes: BOTH_WAYS } as const;
    transport.send(leader.id, encodeFrame({ incarnation: 1, number: 1, term, request }));
    await cluster.until('it is answered', () => answers.length === 1);
    expect(answers).toMatchObject([{ kind: 'failed', message: expect.stringMatching(/d twice/) }]);
    expect(leader.server.status()?.lastIndex).toBe(1);
  });

  it('a change that does not come about ends with ERR_TIMEOUT', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    cluster.cutOff(leader.id);
    const outcome = await cluster.settled(leader.server.addLearner('d', { timeoutMs: 400 }));
    expect(outcome).toMatchObject({ code: 'ERR_TIMEOUT' });
  });
});

describe('leadership', () => {
  it('is handed to a voter that is named, asked for on the leader or on a follower', async () => {
    const cluster = await clusterOf('abc');
    const [one, two] = await cluster.followers();
    const leader = await cluster.leader();
    await cluster.done(leader.server.transferLeadership(one!.id));
    expect((await cluster.leader()).id).toBe(one!.id);
    await cluster.done(two!.server.transferLeadership(two!.id));
    expect((await cluster.leader()).id).toBe(two!.id);
  });

  it('is handed to whoever has most of the log if nobody is named', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    const [one, two] = await cluster.followers();
    cluster.sever(leader.id, one!.id);
    await cluster.say(leader, 'x');
    await cluster.done(leader.server.transferLeadership());
    expect(two!.server.isLeader).toBe(true);
  });

  it('is tried once: what cannot be blocks proposals for the time of an election alone', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    const [gone, other] = await cluster.followers();
    await cluster.kill(gone!.id);
    const transfers = Promise.all(
      [leader, other!].map(({ server }) =>
        cluster.settled(server.transferLeadership(gone!.id, { timeoutMs: 3_000 })),
      ),
    );
    await cluster.clock.advanceAsync(30);
    const beganMs = cluster.clock.monotonic();
    expect(await cluster.say(leader, 'x')).toBe('1:x');
    expect(cluster.clock.monotonic() - beganMs).toBeLessThanOrEqual(2 * 150 + 15);
    expect(await transfers).toMatchObject(Array(2).fill({ code: 'ERR_TIMEOUT' }));
  });

  it('is not handed to who is not there: ERR_TIMEOUT, and the leader goes on', async () => {
    const cluster = await clusterOf('abc');
    const leader = await cluster.leader();
    const [gone] = await cluster.followers();
    await cluster.kill(gone!.id);
    const proposed = leader.server.propose(utf8('x'));
    const outcome = leader.server.transferLeadership(gone!.id, { timeoutMs: 300 });
    expect(await cluster.settled(outcome)).toMatchObject({ code: 'ERR_TIMEOUT' });
    expect((await cluster.done(proposed)).index).toBe(2);
    expect(await cluster.say(leader, 'y')).toBe('2:y');
  });
});
