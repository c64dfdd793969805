import type { P2PSwarm } from '@ruvector/edge';
import { isEdgeError, type Clock } from '@ruvector/edge/core';
import { HnswIndex } from '@ruvector/edge/hnsw';
import type { Corpus, CorpusDocument } from './corpus.js';
import { decodeVector, embedTask } from './embed-task.js';

/**
 * Tasks submitted and not finished at a time, per worker: many, so that a free worker finds one
 * that suits it.
 */
const OPEN_PER_WORKER_MAX = 64;

export interface EmbedOptions {
  readonly swarm: P2PSwarm;
  readonly corpus: Corpus;
  readonly dimensions: number;
  readonly workers: number;
  readonly clock: Clock;
  /** A document is in the index. @param executor - agent id of the worker that signed for it. */
  readonly onDone: (done: number, document: CorpusDocument, executor: string) => void;
  /** A task has failed for good; the others go on. */
  readonly onLost: (id: string, error: Error) => void;
}

/**
 * Has every document embedded by some worker.
 *
 * @returns an index of the vectors that came back with a verified receipt.
 */
export async function embedCorpus(options: EmbedOptions): Promise<HnswIndex> {
  const { swarm, corpus, dimensions, workers, clock, onDone, onLost } = options;
  const index = new HnswIndex({ dimensions, metric: 'cosine' });
  const documents = corpus.documents.values();
  let done = 0;
  const embed = async (document: CorpusDocument) => {
    const handle = swarm.submit(embedTask(document, Math.floor(clock.now())));
    const [output, receipt] = await Promise.all([handle.result, handle.receipt]);
    index.insert(document.id, decodeVector(output, dimensions));
    onDone((done += 1), document, receipt.executor);
  };
  const lane = async () => {
    for (const document of documents)
      await embed(document).catch((error: unknown) => {
        if (!isEdgeError(error) || isEdgeError(error, 'ERR_CLOSED')) throw error;
        onLost(document.id, error);
      });
  };
  const lanes = Math.min(OPEN_PER_WORKER_MAX * workers, corpus.documents.length);
  await Promise.all(Array.from({ length: lanes }, lane));
  return index;
}
