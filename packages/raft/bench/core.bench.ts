import { bench } from '../../../tools/bench/bench.js';
import type { Cluster } from './cluster.js';
import { coaty } from './coaty.js';
import { Cores } from './cores.js';

/** Ticks a call: one takes too little to be timed. */
const TICKS = 100;
const FOLLOWERS = 2;

await bench({}, async ({ compare }) => {
  const ours = new Cores(new Uint8Array(0));
  const theirs = await coaty('');
  await compare(
    'heartbeat and answer, three members in one process, pre-vote, check-quorum and lease on',
    {
      RaftCore: beatsOf(ours),
      '@coaty/consensus.raft': theirs && beatsOf(theirs),
    },
    {
      per: TICKS * FOLLOWERS,
      goals: [{ perSecond: '>= 2000000' }, { ratio: '>= 1.5', against: '@coaty/consensus.raft' }],
    },
  );
});

function beatsOf(cluster: Cluster): () => number {
  return () => {
    const before = cluster.beats;
    for (let i = 0; i < TICKS; i++) cluster.beat();
    if (cluster.beats - before !== TICKS * FOLLOWERS)
      throw new Error('a heartbeat was not answered');
    return cluster.beats;
  };
}
