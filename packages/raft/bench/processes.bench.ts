import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bench } from '../../../tools/bench/bench.js';

/** What `examples/raft-kv` prints, which has to be built. */
interface Load {
  readonly commitsPerSecond: number;
  /** By member. */
  readonly syncsPerCommit: readonly number[];
  readonly medianMs: number;
}

const SCRIPT = fileURLToPath(
  new URL('../../../examples/raft-kv/dist/load.js', import.meta.resolve('@ruvector/raft')),
);

/** Three processes over WebSocket, each with its log on a disk, all on this machine. */
await bench({ seconds: 8, outstanding: 64, bytes: 256 }, ({ parameters, quick, figure }) => {
  const { seconds, outstanding, bytes } = quick ? { ...parameters, seconds: 1 } : parameters;
  const flags = { seconds, outstanding, bytes };
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const load = JSON.parse(
    execFileSync(process.execPath, [SCRIPT, ...args], { encoding: 'utf8' }),
  ) as Load;
  const title = `three processes, ${outstanding} outstanding, ${bytes} B`;
  figure(`${title}: commits a second`, load.commitsPerSecond, { goal: '>= 30000' });
  figure(`${title}: syncs a commit, the most of a member`, Math.max(...load.syncsPerCommit), {
    digits: 4,
    goal: '<= 0.05',
  });
  figure(`${title}: ms from proposal to result, median`, load.medianMs, { digits: 2 });
});
