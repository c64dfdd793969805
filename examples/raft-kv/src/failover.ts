import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { MemberProcess } from './chaos/member-process.js';
import { makeMembers } from './chaos/three-members.js';

interface Status {
  readonly role: string;
  readonly term: number;
}

async function statusOf({ door }: MemberProcess): Promise<Status | undefined> {
  if (door === undefined) return undefined;
  return fetch(`${door}/status`).then(
    (response) => response.json() as Promise<Status>,
    () => undefined,
  );
}

/** The member that leads in the latest term, from `term` on; asks until there is one. */
async function leaderFrom(members: readonly MemberProcess[], term: number) {
  for (;;) {
    const statuses = await Promise.all(members.map(statusOf));
    const at = statuses.findIndex((each) => each?.role === 'leader' && each.term >= term);
    if (at >= 0) return { leader: members[at]!, term: statuses[at]!.term };
    await pass(2);
  }
}

/** Kills the leader, again and again, and takes the time until another one leads. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { times: { type: 'string', default: '10' } } });
  const folder = await mkdtemp(join(tmpdir(), 'raft-failover-'));
  const members = await makeMembers(folder);
  try {
    await Promise.all(members.map((member) => member.start({ bootstrap: true })));
    const millis: number[] = [];
    for (let time = 0; time < Number(values.times); time++) {
      const { leader, term } = await leaderFrom(members, 0);
      await pass(500); // the others have caught up
      const others = members.filter((member) => member !== leader);
      const began = performance.now();
      await leader.kill();
      await leaderFrom(others, term + 1);
      millis.push(performance.now() - began);
      await leader.start();
    }
    millis.sort((a, b) => a - b);
    console.log(JSON.stringify({ medianMs: millis[millis.length >> 1], maxMs: millis.at(-1) }));
  } finally {
    await Promise.all(members.map((member) => member.kill()));
    for (const link of new Set(members.flatMap((member) => member.links))) link.close();
    await rm(folder, { recursive: true, force: true });
  }
}

main().catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
