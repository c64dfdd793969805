import { isEdgeError, seededRandom, type Clock } from '@ruvector/edge/core';
import { attack, type AttackReport } from './attack.js';
import type { Corpus } from './corpus.js';
import { readFolder } from './corpus-folder.js';
import { readPackages } from './corpus-packages.js';
import { Crew } from './crew.js';
import { DemoUsageError } from './demo-errors.js';
import { DemoTopic } from './demo-topics.js';
import { describeDocument } from './describe-document.js';
import { embedCorpus } from './embed-corpus.js';
import { FaultPlan } from './fault-plan.js';
import type { Flags } from './flags.js';
import { COORDINATOR, openHost, type Host } from './host.js';
import { fitModel, type Model } from './model.js';
import type { Narrator } from './narrator.js';
import { ProgressLog } from './progress-log.js';
import { brokenPromises, grouped, type Report } from './report.js';
import { RoutingTally } from './routing-tally.js';
import { search, vectorsAgree } from './search.js';
import { topicsOf } from './topics.js';
import { askWorkers } from './worker-reports.js';

export interface DemoOptions {
  readonly flags: Flags;
  /** Where packages are installed, for the corpus without `--corpus`. */
  readonly packagesRoot: string;
  readonly narrator: Narrator;
  readonly clock: Clock;
  /** Ends all worker processes at once. */
  readonly signal: AbortSignal;
}

export interface DemoResult {
  readonly report: Report;
  /** What did not hold, one sentence each; empty if `report.ok`. */
  readonly broken: readonly string[];
}

/**
 * The whole demo: corpus, coordinator, workers, tasks, faults, search, report. Nothing is left
 * running when it ends, however it ends.
 *
 * @throws DemoUsageError for a corpus or port that cannot be used, DemoFailedError if no worker can be
 * kept alive.
 */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const { flags, narrator, clock } = options;
  const startedAt = clock.monotonic();
  const corpus = await readCorpus(options);
  narrator.say('🚀 RuVector Edge Swarm Demo');
  const host = await openHost(flags.port);
  try {
    narrator.say(`✅ Coordinator created: ${COORDINATOR}`);
    const { documents, skipped, bytes } = corpus;
    narrator.say(
      `📚 Corpus: ${documents.length} documents, ${grouped(bytes)} bytes, ${skipped.length} skipped`,
    );
    const model = fitModel(corpus);
    narrator.say(`📐 Model fitted: ${grouped(model.bytes.length)} bytes, SHA-256 ${model.hash}`);
    return await new Run(options, corpus, host, model, startedAt).go();
  } finally {
    host.recorder.close();
    await host.swarm.close();
  }
}

async function readCorpus({ flags, packagesRoot }: DemoOptions): Promise<Corpus> {
  const corpus = await (flags.corpus === undefined
    ? readPackages(packagesRoot)
    : readFolder(flags.corpus));
  if (corpus.documents.length > 0) return corpus;
  const where = flags.corpus === undefined ? packagesRoot : flags.corpus;
  const [first] = corpus.skipped;
  const why = first === undefined ? '' : `, such as ${first.path}: ${first.reason}`;
  throw new DemoUsageError(
    `the corpus ${JSON.stringify(where)} holds no document (${corpus.skipped.length} skipped${why})`,
  );
}

/** One run, from the first worker to the report. */
class Run {
  readonly #o: DemoOptions;
  readonly #corpus: Corpus;
  readonly #host: Host;
  readonly #model: Model;
  readonly #startedAt: number;
  readonly #crew: Crew;
  readonly #progress = new ProgressLog();
  readonly #routing = new RoutingTally();
  #killed: string | undefined;
  #attack: Promise<AttackReport> | undefined;

  constructor(options: DemoOptions, corpus: Corpus, host: Host, model: Model, startedAt: number) {
    this.#o = options;
    this.#corpus = corpus;
    this.#host = host;
    this.#model = model;
    this.#startedAt = startedAt;
    const { narrator, clock, flags } = options;
    this.#crew = new Crew({
      workers: flags.workers,
      coordinator: COORDINATOR,
      model: model.hash,
      invite: () => host.swarm.invite({ role: 'worker' }),
      clock,
      onReplaced: (lost, id) => narrator.say(`🔁 ${id} is started in place of ${lost}`),
    });
  }

  async go(): Promise<DemoResult> {
    const { signal } = this.#o;
    const end = () => void this.#crew.end();
    signal.addEventListener('abort', end);
    try {
      signal.throwIfAborted();
      await this.#startWorkers();
      return await Promise.race([this.#work(), this.#crew.failed]);
    } finally {
      signal.removeEventListener('abort', end);
      await this.#crew.end();
    }
  }

  async #startWorkers(): Promise<void> {
    const { swarm, recorder } = this.#host;
    swarm.reply(DemoTopic.model, () => this.#model.bytes);
    swarm.reply(DemoTopic.ready, ({ from }) => {
      if (!this.#crew.ready(from)) return false;
      recorder.listenTo(from);
      const member = swarm.members().find(({ agentId }) => agentId === from);
      this.#routing.addWorker(from, member?.capabilities ?? []);
      return true;
    });
    swarm.subscribe(DemoTopic.progress, (message) => {
      this.#progress.hear(message.from, message.json());
    });
    await this.#crew.start();
    const { narrator, flags } = this.#o;
    const { members } = this.#crew;
    narrator.say(`✅ Worker created: ${members.map(({ id }) => id).join(', ')}`);
    for (const { id, pid, slot } of members) {
      const topics = topicsOf(slot, flags.workers).map(({ name }) => name);
      narrator.say(`   ${id} (process ${pid}): ${topics.join(', ')}`);
    }
  }

  async #work(): Promise<DemoResult> {
    const { flags, narrator, clock } = this.#o;
    const random = seededRandom(flags.seed);
    const total = this.#corpus.documents.length;
    const plan = new FaultPlan(
      random,
      total,
      this.#crew.members.map(({ id }) => id),
    );
    if (flags.faults.has('kill-worker')) this.#killAsPlanned(plan);
    this.#tellOfDeaths();
    const index = await embedCorpus({
      swarm: this.#host.swarm,
      corpus: this.#corpus,
      dimensions: this.#model.embedder.dimensions,
      workers: flags.workers,
      clock,
      onDone: (done, document, executor) => {
        this.#routing.count(describeDocument(document), executor);
        narrator.progress('📄 Documents embedded', done, total);
        if (done > plan.intrudeAfter) this.#attackOnce();
        if (isQuarter(done, total)) this.#mergeInPassing();
      },
      onLost: (id, error) => narrator.say(`❌ ${id}: ${error.message}`),
    });
    narrator.say(`🧭 ${this.#routing}`);
    const security = await (this.#attack ?? this.#attackOnce());
    const learned = await this.#syncPatterns();
    const queries = flags.queries.map((query) => search(query, index, this.#model, clock));
    const isSame = vectorsAgree(this.#corpus, index, this.#model, random);
    const facts = { ...this.#facts(security, learned), queries };
    const broken = brokenPromises(facts, {
      indexed: index.size,
      workerKilled: flags.faults.has('kill-worker') ? this.#killed !== undefined : null,
      vectorsAgree: isSame,
    });
    return { report: { ok: broken.length === 0, ...facts }, broken };
  }

  #killAsPlanned(plan: FaultPlan): void {
    const { narrator } = this.#o;
    this.#host.swarm.on('task', ({ state, executor }) => {
      if (state !== 'assigned' || executor === undefined) return;
      if (!plan.killsAt(executor) || this.#killed !== undefined) return;
      const worker = this.#crew.find(executor);
      if (worker?.alive !== true) return;
      worker.kill();
      this.#killed = worker.id;
      narrator.say(`💥 ${worker.id} (process ${worker.pid}) is killed while it has work`);
    });
  }

  #tellOfDeaths(): void {
    const { swarm } = this.#host;
    swarm.on('member-dead', ({ agentId }) =>
      this.#o.narrator.say(`💀 ${agentId} is found dead: its tasks go to others`),
    );
  }

  #attackOnce(): Promise<AttackReport> {
    const { narrator, clock, flags } = this.#o;
    const { faults } = flags;
    const wanted = faults.has('forge') || faults.has('replay');
    this.#attack ??= wanted
      ? attack({ host: this.#host, faults, progress: this.#progress, narrator, clock })
      : Promise.resolve({ forgedRefused: null, replayRefused: null });
    this.#attack.catch(() => undefined); // awaited when the tasks are done
    return this.#attack;
  }

  /** Now and then, so that what a worker has learnt outlives it; not waited for. */
  #mergeInPassing(): void {
    this.#host.swarm.syncPatterns().catch((error: unknown) => {
      if (!isEdgeError(error)) throw error; // closed meanwhile, or a peer that makes no sense
    });
  }

  /** @returns what all members that can be asked have merged and sent, this one included. */
  async #syncPatterns(): Promise<Learned> {
    const { swarm } = this.#host;
    await swarm.syncPatterns();
    const reports = await askWorkers(
      swarm,
      this.#crew.alive.map(({ id }) => id),
    );
    const { patterns, bytes } = swarm.stats();
    const learned = { merged: patterns.merged, raw: bytes.raw, sent: bytes.sent };
    for (const report of reports) {
      learned.merged += report.patternsMerged;
      learned.raw += report.rawBytes;
      learned.sent += report.sentBytes;
    }
    this.#o.narrator.say(`🧠 Pattern sync complete: ${learned.merged} patterns merged`);
    for (const key of swarm.patterns.keys()) {
      const pattern = swarm.patterns.get(key);
      if (pattern === undefined) continue;
      const { count, agents, outcome } = pattern;
      const nearness = `similarity to it ${outcome.toFixed(3)}`;
      this.#o.narrator.say(`   ${key}: ${count} documents at ${agents} workers, ${nearness}`);
    }
    return learned;
  }

  #facts(security: AttackReport, learned: Learned): Omit<Report, 'ok' | 'queries'> {
    const { flags, clock } = this.#o;
    const { tasks, receipts } = this.#host.swarm.stats();
    const { documents, bytes, skipped } = this.#corpus;
    const workers = this.#crew.members.map(({ id, pid }) => ({
      id,
      role: 'worker',
      pid: pid ?? -1,
    }));
    return {
      seed: flags.seed,
      transport: 'ws',
      node: process.version,
      durationMs: Math.round(clock.monotonic() - this.#startedAt),
      members: [{ id: COORDINATOR, role: 'coordinator', pid: process.pid }, ...workers],
      corpus: { documents: documents.length, bytes, skipped },
      tasks: {
        submitted: tasks.submitted,
        completed: tasks.completed,
        reassigned: tasks.reassigned,
        lost: tasks.submitted - tasks.completed,
      },
      receipts: { verified: receipts.verified, rejected: receipts.rejected },
      patterns: { merged: learned.merged },
      security: { ...security, expelledCannotRead: null },
      raft: { leader: null, term: null, failoverMs: null },
      bytes: { raw: learned.raw, sent: learned.sent },
    };
  }
}

const isQuarter = (done: number, total: number): boolean =>
  Math.floor((4 * done) / total) > Math.floor((4 * (done - 1)) / total);

interface Learned {
  readonly merged: number;
  readonly raw: number;
  readonly sent: number;
}
