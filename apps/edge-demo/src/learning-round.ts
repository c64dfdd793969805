import type { P2PSwarm } from '@ruvector/edge';
import { isEdgeError } from '@ruvector/edge/core';
import { counted } from './counts.js';
import type { Narrator } from './narrator.js';
import { askWorkers, type AskedWorker } from './worker-reports.js';

/** What all members that could be asked have merged and sent, the coordinator included. */
export interface SwarmTotals {
  readonly patternsMerged: number;
  readonly rawBytes: number;
  readonly sentBytes: number;
}

/** Now and then, so that what a worker has learnt outlives it; not waited for. */
export function mergeInPassing(swarm: P2PSwarm): void {
  swarm.syncPatterns().catch((error: unknown) => {
    if (!isEdgeError(error)) throw error; // closed meanwhile, or a peer that makes no sense
  });
}

/** Everybody merges what everybody has learnt. */
export async function mergePatterns(
  swarm: P2PSwarm,
  workers: readonly AskedWorker[],
  narrator: Narrator,
): Promise<SwarmTotals> {
  const [, reports] = await Promise.all([swarm.syncPatterns(), askWorkers(swarm, workers)]);
  const { patterns, bytes } = swarm.stats();
  const own = { patternsMerged: patterns.merged, rawBytes: bytes.raw, sentBytes: bytes.sent };
  const totals = [own, ...reports].reduce((sum, one) => ({
    patternsMerged: sum.patternsMerged + one.patternsMerged,
    rawBytes: sum.rawBytes + one.rawBytes,
    sentBytes: sum.sentBytes + one.sentBytes,
  }));
  narrator.say(`🧠 Pattern sync complete: ${counted(totals.patternsMerged, 'pattern')} merged`);
  tellPatterns(swarm, narrator);
  return totals;
}

function tellPatterns({ patterns }: P2PSwarm, narrator: Narrator): void {
  for (const key of patterns.keys()) {
    const pattern = patterns.get(key);
    if (pattern === undefined) continue;
    const { count, agents, outcome } = pattern;
    const nearness = `similarity to it ${outcome.toFixed(3)}`;
    const where = `${counted(count, 'document')} at ${counted(agents, 'worker')}`;
    narrator.say(`   ${key}: ${where}, ${nearness}`);
  }
}
