import { seededRandom, type Clock } from '@ruvector/edge/core';
import type { HnswIndex } from '@ruvector/edge/hnsw';
import { attack, type AttackReport } from './attack.js';
import type { Corpus } from './corpus.js';
import { Crew } from './crew.js';
import { DemoTopic } from './demo-topics.js';
import { describeDocument } from './describe-document.js';
import { embedCorpus } from './embed-corpus.js';
import { expel } from './expel.js';
import { FaultPlan } from './fault-plan.js';
import type { Flags } from './flags.js';
import { COORDINATOR, type Host } from './host.js';
import { reportIndex } from './index-report.js';
import { mergeInPassing, mergePatterns, type SwarmTotals } from './learning-round.js';
import type { Model } from './model.js';
import type { Narrator } from './narrator.js';
import { ProgressLog } from './progress-log.js';
import { brokenPromises, type Report } from './report.js';
import { RoutingTally } from './routing-tally.js';
import { search, vectorsAgree } from './search.js';
import { topicsOf } from './topics.js';

export interface DemoOptions {
  readonly flags: Flags;
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

export interface DemoRunOptions extends DemoOptions {
  readonly corpus: Corpus;
  readonly host: Host;
  readonly model: Model;
  /** By the monotonic clock. */
  readonly startedAt: number;
}

/** One run, from the first worker to the report. */
export class DemoRun {
  readonly #o: DemoRunOptions;
  readonly #crew: Crew;
  readonly #progress = new ProgressLog();
  readonly #routing = new RoutingTally();
  #crewIsComplete = false;
  #killed: string | undefined;
  #attack: Promise<AttackReport> | undefined;

  constructor(options: DemoRunOptions) {
    this.#o = options;
    const { host, model, narrator, clock, flags } = options;
    this.#crew = new Crew({
      workers: flags.workers,
      coordinator: COORDINATOR,
      model: model.hash,
      invite: () => host.swarm.invite({ role: 'worker' }),
      clock,
      onLate: (id, ms) =>
        narrator.say(`⏳ ${id} is not ready after ${ms / 1000} s and is replaced`),
      onReplaced: (lost, id) =>
        narrator.say(`🔁 ${id} is started in place of ${lost.id}: ${lost.lastWords}`),
    });
  }

  async go(): Promise<DemoResult> {
    const { signal, host } = this.#o;
    const end = () => void this.#crew.end();
    signal.addEventListener('abort', end);
    try {
      signal.throwIfAborted();
      this.#listen();
      await this.#crew.start();
      this.#crewIsComplete = true;
      this.#tellWorkers();
      return await Promise.race([this.#work(), this.#crew.failed]);
    } finally {
      signal.removeEventListener('abort', end);
      await host.swarm.close(); // first, while the workers can still say goodbye
      await this.#crew.end();
    }
  }

  #listen(): void {
    const { host, model, narrator } = this.#o;
    const { swarm, recorder } = host;
    swarm.reply(DemoTopic.model, () => model.bytes);
    swarm.reply(DemoTopic.ready, ({ from }) => {
      if (!this.#crew.ready(from)) return false;
      recorder.listenTo(from);
      const member = swarm.members().find(({ agentId }) => agentId === from);
      this.#routing.addWorker(from, member?.capabilities ?? []);
      this.#tellReady();
      return true;
    });
    swarm.subscribe(DemoTopic.progress, (message) => {
      this.#progress.hear(message.from, message.json());
    });
    swarm.on('member-dead', ({ agentId }) => {
      // it may only have stopped: nobody is to wait for it, nor for what it would say late
      this.#crew.find(agentId)?.kill();
      narrator.say(`💀 ${agentId} is found dead: its tasks go to others`);
    });
  }

  /** Starting many processes takes a while, and silence looks like a standstill. */
  #tellReady(): void {
    const { narrator, flags } = this.#o;
    if (this.#crewIsComplete) return; // a replacement has a line of its own
    narrator.progress('👷 Workers ready', this.#crew.alive.length, flags.workers);
  }

  #tellWorkers(): void {
    const { narrator, flags } = this.#o;
    const { members } = this.#crew;
    narrator.say(`✅ Worker created: ${members.map(({ id }) => id).join(', ')}`);
    for (const { id, pid, slot } of members) {
      const topics = topicsOf(slot, flags.workers).map(({ name }) => name);
      narrator.say(`   ${id} (process ${pid}): ${topics.join(', ')}`);
    }
  }

  async #work(): Promise<DemoResult> {
    const { flags, corpus, host, model, narrator, clock } = this.#o;
    const random = seededRandom(flags.seed);
    const workers = this.#crew.members.map(({ id }) => id);
    const plan = new FaultPlan(random, corpus.documents.length, workers);
    if (flags.faults.has('kill-worker')) this.#killAsPlanned(plan);
    const index = await this.#embed(plan);
    narrator.say(`🧭 ${this.#routing}`);
    const security = await this.#attackOnce();
    const totals = await mergePatterns(host.swarm, this.#crew.alive, narrator);
    const queries = flags.queries.map((query) => search(query, index, model, clock));
    const expelledCannotRead = await this.#expel();
    const facts = {
      ...this.#facts({ ...security, expelledCannotRead }, totals),
      index: reportIndex(index, random),
      queries,
    };
    const broken = brokenPromises(facts, {
      indexed: index.size,
      workerKilled: flags.faults.has('kill-worker') ? this.#killed !== undefined : null,
      vectorsAgree: vectorsAgree(corpus, index, model, random),
    });
    return { report: { ok: broken.length === 0, ...facts }, broken };
  }

  #embed(plan: FaultPlan): Promise<HnswIndex> {
    const { corpus, host, model, narrator, clock, flags } = this.#o;
    const total = corpus.documents.length;
    return embedCorpus({
      swarm: host.swarm,
      corpus,
      dimensions: model.embedder.dimensions,
      workers: flags.workers,
      clock,
      onDone: (done, document, executor) => {
        this.#routing.count(describeDocument(document), executor);
        narrator.progress('📄 Documents embedded', done, total);
        if (done > plan.intrudeAfter) void this.#attackOnce();
        if (isQuarter(done, total)) mergeInPassing(host.swarm);
      },
      onLost: (id, error) => narrator.say(`❌ ${id}: ${error.message}`),
    });
  }

  #killAsPlanned(plan: FaultPlan): void {
    const { host, narrator } = this.#o;
    host.swarm.on('task', ({ state, executor }) => {
      if (state !== 'assigned' || executor === undefined) return;
      if (!plan.killsAt(executor) || this.#killed !== undefined) return;
      const worker = this.#crew.find(executor);
      if (worker?.alive !== true) return;
      worker.kill();
      this.#killed = worker.id;
      narrator.say(`💥 ${worker.id} (process ${worker.pid}) is killed while it has work`);
    });
  }

  /** The first call starts it, beside the work; the others wait for the same. */
  #attackOnce(): Promise<AttackReport> {
    const { host, narrator, clock, flags } = this.#o;
    const options = { host, faults: flags.faults, progress: this.#progress, narrator, clock };
    this.#attack ??= attack(options);
    this.#attack.catch(() => undefined); // heard when the work is done
    return this.#attack;
  }

  /** Last of all, since the swarm has a member less afterwards. */
  #expel(): Promise<boolean | null> {
    const { host, narrator, flags } = this.#o;
    if (!flags.faults.has('expel')) return Promise.resolve(null);
    return expel({ host, workers: () => this.#crew.alive, narrator });
  }

  #facts(
    security: Report['security'],
    totals: SwarmTotals,
  ): Omit<Report, 'ok' | 'index' | 'queries'> {
    const { flags, clock, host, corpus, startedAt } = this.#o;
    const { tasks, receipts } = host.swarm.stats();
    const { submitted, completed, reassigned } = tasks;
    const workers = this.#crew.members.map(({ id, pid }) => ({ id, role: 'worker', pid }));
    return {
      seed: flags.seed,
      transport: 'ws',
      node: process.version,
      durationMs: Math.round(clock.monotonic() - startedAt),
      members: [{ id: COORDINATOR, role: 'coordinator', pid: process.pid }, ...workers],
      corpus: {
        documents: corpus.documents.length,
        bytes: corpus.bytes,
        skipped: corpus.skipped,
      },
      tasks: { submitted, completed, reassigned, lost: submitted - completed },
      receipts: { verified: receipts.verified, rejected: receipts.rejected },
      patterns: { merged: totals.patternsMerged },
      security,
      raft: { leader: null, term: null, failoverMs: null },
      bytes: { raw: totals.rawBytes, sent: totals.sentBytes },
    };
  }
}

const isQuarter = (done: number, total: number): boolean =>
  Math.floor((4 * done) / total) > Math.floor((4 * (done - 1)) / total);
