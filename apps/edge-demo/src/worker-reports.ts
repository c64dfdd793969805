import type { P2PSwarm } from '@ruvector/edge';
import { isEdgeError } from '@ruvector/edge/core';
import { DemoFailedError } from './demo-errors.js';
import { DemoTopic, readWorkerReport, type WorkerReport } from './demo-topics.js';

/**
 * Asking all of each other for patterns grows with the square of the workers, so only so many do.
 */
const SYNCING_MAX = 8;
const TIMEOUT_MS = 20_000;

/** A worker as far as asking it goes. */
export interface AskedWorker {
  readonly id: string;
  /** Resolves when its process is gone. */
  readonly gone: Promise<void>;
}

/**
 * Asks the workers to merge what the others have learnt and to tell what they did. Who does not
 * answer, because it has just died, is left out.
 */
export async function askWorkers(
  swarm: P2PSwarm,
  workers: readonly AskedWorker[],
): Promise<WorkerReport[]> {
  const ask = async ({ id, gone }: AskedWorker, at: number): Promise<WorkerReport[]> => {
    const abort = new AbortController();
    void gone.then(() => abort.abort(new DemoFailedError(`${id} is gone`)));
    const options = { timeoutMs: TIMEOUT_MS, signal: abort.signal };
    try {
      const answer = await swarm.request(DemoTopic.report(id), { sync: at < SYNCING_MAX }, options);
      return answer.from === id ? [readWorkerReport(answer.json())] : [];
    } catch (error) {
      if (isEdgeError(error)) return [];
      throw error;
    }
  };
  return (await Promise.all(workers.map(ask))).flat();
}
