import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { LoadResult, Order } from './load-member.js';

const IDS = ['a', 'b', 'c'] as const;

/** The next message of a child; one that ends before is an error. */
function heard<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as T));
    child.once('exit', (code) => reject(new Error(`a member ended with ${code}`)));
  });
}

async function ask<T>(child: ChildProcess, order: Order): Promise<T> {
  const answer = heard<T>(child);
  child.send(order);
  return answer;
}

/** Three members in processes of their own; who leads gives itself the work. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '5' },
      outstanding: { type: 'string', default: '64' },
      bytes: { type: 'string', default: '256' },
    },
  });
  const folder = await mkdtemp(join(tmpdir(), 'raft-load-'));
  const script = fileURLToPath(new URL('load-member.js', import.meta.url));
  const children = IDS.map((id) => fork(script, [id, join(folder, id)]));
  try {
    const ports = await Promise.all(children.map((child) => ask<number>(child, { do: 'listen' })));
    const urls = Object.fromEntries(IDS.map((id, i) => [id, `ws://127.0.0.1:${ports[i]}`]));
    await Promise.all(children.map((child) => ask(child, { do: 'start', urls })));
    const [seconds, outstanding, bytes] = [values.seconds, values.outstanding, values.bytes].map(
      Number,
    ) as [number, number, number];
    const order: Order = { do: 'work', seconds, outstanding, bytes };
    const results = await Promise.all(children.map((child) => ask<LoadResult>(child, order)));
    const { commits } = results.reduce((a, b) => (b.proposed > a.proposed ? b : a));
    console.log(
      JSON.stringify({
        commitsPerSecond: commits / seconds,
        syncsPerCommit: results.map(({ syncs }) => syncs / commits),
        medianMs: Math.max(...results.map(({ medianMs }) => medianMs)),
      }),
    );
  } finally {
    for (const child of children) child.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

main().catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
