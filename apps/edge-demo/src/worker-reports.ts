import type { P2PSwarm } from '@ruvector/edge';
import { isEdgeError } from '@ruvector/edge/core';
import { DemoTopic, readWorkerReport, type WorkerReport } from './demo-topics.js';

/** Asking all of each other for patterns grows with the square of the workers, so only so many do. */
const SYNCING_MAX = 8;
const TIMEOUT_MS = 20_000;

/**
 * Asks the workers to merge what the others have learnt and to tell what they did. Who does not
 * answer, because it has just died, is left out.
 */
export async function askWorkers(
  swarm: P2PSwarm,
  agentIds: readonly string[],
): Promise<WorkerReport[]> {
  const ask = async (agentId: string, at: number): Promise<WorkerReport[]> => {
    const topic = DemoTopic.report(agentId);
    try {
      const answer = await swarm.request(
        topic,
        { sync: at < SYNCING_MAX },
        { timeoutMs: TIMEOUT_MS },
      );
      return answer.from === agentId ? [readWorkerReport(answer.json())] : [];
    } catch (error) {
      if (isEdgeError(error)) return [];
      throw error;
    }
  };
  return (await Promise.all(agentIds.map(ask))).flat();
}
