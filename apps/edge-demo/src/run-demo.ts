import type { Corpus } from './corpus.js';
import { readFolder } from './corpus-folder.js';
import { readPackages } from './corpus-packages.js';
import { counted, countedBytes } from './counts.js';
import { DemoUsageError } from './demo-errors.js';
import { DemoRun, type DemoOptions, type DemoResult } from './demo-run.js';
import { COORDINATOR, openHost } from './host.js';
import { fitModel } from './model.js';

/**
 * The whole demo: corpus, coordinator, workers, tasks, faults, search, report. Nothing is left
 * running when it ends, however it ends.
 *
 * @param packagesRoot - where packages are installed, for the corpus without `--corpus`.
 * @throws DemoUsageError for a corpus or port that cannot be used, DemoFailedError if no worker can
 * be kept alive.
 */
export async function runDemo(packagesRoot: string, options: DemoOptions): Promise<DemoResult> {
  const { flags, narrator, clock } = options;
  const startedAt = clock.monotonic();
  const corpus = await readCorpus(flags.corpus, packagesRoot);
  const host = await openHost(flags);
  try {
    narrator.say('🚀 RuVector Edge Swarm Demo');
    narrator.say(`✅ Coordinator created: ${COORDINATOR}`);
    narrator.say(`   process ${process.pid}, ${host.url}`);
    const { documents, skipped, bytes } = corpus;
    const [texts, size] = [counted(documents.length, 'document'), countedBytes(bytes)];
    narrator.say(`📚 Corpus: ${texts}, ${size}, ${skipped.length} skipped`);
    const model = fitModel(corpus);
    narrator.say(`📐 Model fitted: ${countedBytes(model.bytes.length)}, SHA-256 ${model.hash}`);
    return await new DemoRun({ ...options, corpus, host, model, startedAt }).go();
  } finally {
    host.recorder.close();
    await host.swarm.close();
  }
}

async function readCorpus(folder: string | undefined, packagesRoot: string): Promise<Corpus> {
  const corpus = await (folder === undefined ? readPackages(packagesRoot) : readFolder(folder));
  const { documents, skipped } = corpus;
  if (documents.length > 0) return corpus;
  const where = JSON.stringify(folder ?? packagesRoot);
  const [first] = skipped;
  const example = first === undefined ? '' : `, such as ${first.path}: ${first.reason}`;
  throw new DemoUsageError(
    `the corpus ${where} holds no document (${skipped.length} skipped${example})`,
  );
}
