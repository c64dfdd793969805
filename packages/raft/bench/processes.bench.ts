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

interface Failover {
  readonly medianMs: number;
  readonly maxMs: number;
}

/** Runs a script of the example and reads what it prints. */
function run<T>(name: string, flags: Readonly<Record<string, number>>): T {
  const example = new URL('../../../examples/raft-kv/dist/', import.meta.resolve('@ruvector/raft'));
  const args = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)]);
  const script = fileURLToPath(new URL(name, example));
  return JSON.parse(execFileSync(process.execPath, [script, ...args], { encoding: 'utf8' })) as T;
}

/** Three processes over WebSocket, each with its log on a disk, all on this machine. */
await bench(
  { seconds: 8, outstanding: 64, bytes: 256, times: 15 },
  ({ parameters, quick, figure }) => {
    const { outstanding, bytes } = parameters;
    const [seconds, times] = quick ? [1, 1] : [parameters.seconds, parameters.times];
    const load = run<Load>('load.js', { seconds, outstanding, bytes });
    const title = `three processes, ${outstanding} outstanding, ${bytes} B`;
    figure(`${title}: commits a second`, load.commitsPerSecond, { goal: '>= 30000' });
    figure(`${title}: syncs a commit, the most of a member`, Math.max(...load.syncsPerCommit), {
      digits: 4,
      goal: '<= 0.05',
    });
    figure(`${title}: ms from proposal to result, median`, load.medianMs, { digits: 2 });
    const { medianMs, maxMs } = run<Failover>('failover.js', { times });
    figure('three processes, the leader is killed: ms until another leads, median', medianMs, {
      detail: `of ${times}, at most ${maxMs.toFixed()}`,
      goal: '<= 500',
    });
  },
);
