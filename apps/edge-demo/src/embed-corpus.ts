import { FlatIndex, type P2PSwarm } from '@ruvector/edge';
import { isEdgeError, type Clock } from '@ruvector/edge/core';
import type { Corpus, CorpusDocument } from './corpus.js';
import { decodeVector, embedTask } from './embed-task.js';

/** Tasks submitted and not finished at a time: enough for 64 workers with 8 each. */
const OPEN_MAX = 512;

export interface EmbedOptions {
  readonly swarm: P2PSwarm;
  readonly corpus: Corpus;
  readonly dimensions: number;
  readonly clock: Clock;
  readonly onDone: (done: number) => void;
  /** A task has failed for good; the others go on. */
  readonly onLost: (id: string, error: Error) => void;
}

/**
 * Has every document embedded by some worker.
 *
 * @returns an exact index of the vectors that came back with a verified receipt.
 */
export async function embedCorpus(options: EmbedOptions): Promise<FlatIndex> {
  const { swarm, corpus, dimensions, clock, onDone, onLost } = options;
  const index = new FlatIndex({ dimensions, metric: 'cosine' });
  const documents = corpus.documents.values();
  let done = 0;
  const embed = async (document: CorpusDocument) => {
    const handle = swarm.submit(embedTask(document, Math.floor(clock.now())));
    const [output] = await Promise.all([handle.result, handle.receipt]);
    index.insert(document.id, decodeVector(output, dimensions));
    onDone((done += 1));
  };
  const lane = async () => {
    for (const document of documents)
      await embed(document).catch((error: unknown) => {
        if (!isEdgeError(error)) throw error;
        onLost(document.id, error);
      });
  };
  const lanes = Math.min(OPEN_MAX, corpus.documents.length);
  await Promise.all(Array.from({ length: lanes }, lane));
  return index;
}
