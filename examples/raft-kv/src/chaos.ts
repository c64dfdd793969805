import { seededRandom } from '@ruvector/core';
import { checkLinearizability, keyValueModel } from '@ruvector/raft/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client, type ClientPlan } from './chaos/client.js';
import { makeTrouble } from './chaos/faults.js';
import { makeMembers } from './chaos/three-members.js';

const KEYS = ['apple', 'beech', 'cedar', 'date', 'elm'];
/** From the end of the trouble until every key has to be readable again. */
const RECOVERY_MS = 20_000;

/** Reads every key until it is answered. @returns how long that took, in milliseconds. */
async function recover(plan: ClientPlan): Promise<number> {
  const since = plan.now();
  const client = new Client('last', plan);
  for (const key of plan.keys)
    while (!(await client.operate({ type: 'get', key })))
      if (plan.now() - since > RECOVERY_MS)
        throw new Error(`${key} cannot be read ${RECOVERY_MS} ms after the trouble`);
  return plan.now() - since;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '20' },
      clients: { type: 'string', default: '8' },
      seed: { type: 'string', default: '1' },
    },
  });
  const [seconds, clients, seed] = [values.seconds, values.clients, values.seed].map(Number);
  const folder = await mkdtemp(join(tmpdir(), 'raft-kv-'));
  const members = await makeMembers(folder);
  const end = new AbortController();
  try {
    await Promise.all(members.map((member) => member.start({ bootstrap: true })));
    const random = seededRandom(seed!);
    const began = performance.now();
    const now = () => performance.now() - began;
    const plan: ClientPlan = { members, keys: KEYS, random, history: [], now };
    await recover(plan);
    const work = Array.from({ length: clients! }, (_, i) =>
      new Client(`client-${i}`, plan).run(end.signal),
    );
    const trouble = makeTrouble(members, seededRandom(seed! + 1), end.signal);
    await pass(1_000 * seconds!);
    end.abort();
    const faults = await trouble;
    await Promise.all(work);
    tell(plan, { faults, recoveryMs: await recover(plan) });
  } finally {
    end.abort();
    await Promise.all(members.map((member) => member.kill()));
    for (const link of new Set(members.flatMap((member) => member.links))) link.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Says what was done, and whether one copy of the store could have answered so. */
function tell({ history }: ClientPlan, more: object): void {
  const answered = history.filter(({ returnedAt }) => returnedAt !== undefined).length;
  const check = checkLinearizability(keyValueModel, history);
  const { result } = check;
  console.log(
    JSON.stringify({ result, answered, unknown: history.length - answered, ...more }, null, 2),
  );
  if (result === 'ok') return;
  console.error(JSON.stringify(check, null, 2));
  process.exitCode = 1;
}

main().catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
