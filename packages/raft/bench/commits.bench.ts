import { bench } from '../../../tools/bench/bench.js';
import { randomBytes } from '../../../tools/bench/seeded-data.js';
import type { Cluster } from './cluster.js';
import { coaty } from './coaty.js';
import { Cores } from './cores.js';
import { Servers } from './servers.js';

/** Commands a call, so that one takes long enough to be timed. */
const COMMANDS = 1_000;

await bench({ commandBytes: 256 }, async ({ parameters, compare }) => {
  const data = randomBytes(parameters.commandBytes);
  const text = 'x'.repeat(parameters.commandBytes);
  for (const batch of [1, 100]) {
    const ours = new Cores(data);
    const theirs = await coaty(text);
    await compare(
      `commit and apply on three members in one process, ${batch} at once`,
      {
        RaftCore: commitsOf(ours, batch),
        '@coaty/consensus.raft (strings)': theirs && commitsOf(theirs, batch),
      },
      {
        per: COMMANDS,
        goals: [{ ratio: '>= 3', against: '@coaty/consensus.raft (strings)' }],
      },
    );
  }
  for (const outstanding of [1, 64]) {
    const servers = await Servers.started(data);
    await compare(
      `propose to a RaftServer, codec and memory network between three, ${outstanding} outstanding`,
      { RaftServer: () => servers.propose(COMMANDS, outstanding) },
      { per: COMMANDS },
    );
    await servers.stop();
  }
});

function commitsOf(cluster: Cluster, batch: number): () => number {
  return () => {
    const before = cluster.applied;
    for (let done = 0; done < COMMANDS; done += batch) cluster.commit(batch);
    if (cluster.applied - before !== COMMANDS)
      throw new Error('a command was not applied everywhere');
    return cluster.applied;
  };
}
