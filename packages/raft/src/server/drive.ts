import type { Entry, HardState } from '../entry.js';
import type { Message } from '../message.js';
import type { Ready } from '../ready.js';
import type { Batch } from '../storage.js';
import type { Applying, Outcome } from './applying.js';
import type { Context } from './context.js';
import type { Proposals } from './proposals.js';
import type { ReadRequests } from './read-requests.js';
import type { Snapshotting } from './snapshotting.js';

/** Who hears of what the drive does. */
interface Parts {
  readonly applying: Applying;
  readonly proposals: Proposals;
  readonly reads: ReadRequests;
  readonly snapshotting: Snapshotting;
  /** Called between the steps: who leads may have changed, or more may be applied. */
  readonly observe: () => void;
  /** Something failed that nobody can mend: the server stops. */
  readonly fail: (error: unknown) => void;
}

/**
 * Whether a message may go out while what it tells of is being stored here: a leader's own entries
 * count as stored by it only after `advance`, and its term and vote were stored before it led
 * (thesis, §10.2.1).
 */
const isOfLeader = ({ type }: Message): boolean =>
  type === 'appendEntries' || type === 'heartbeat' || type === 'installSnapshot';

/**
 * Does what the core says is to be done, one `ready` after the other. Whatever comes while a batch
 * is being stored goes into the next one together, so that many proposals cost one write and one
 * message each (group commit). Waits for storage and state machine alone.
 */
export class Drive {
  readonly #context: Context;
  readonly #parts: Parts;
  /** Commit has moved, which is stored along with the next batch that has to be. */
  #unstored: HardState | undefined;
  #isRunning = false;
  /** Resolves when the last run has ended. */
  #ended: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(context: Context, parts: Parts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Begins in a later microtask, so that all that is proposed in this one goes into one batch. */
  wake(): void {
    if (this.#isOver || this.#isRunning) return;
    this.#isRunning = true;
    this.#ended = Promise.resolve()
      .then(() => this.#run())
      .catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    if (!this.#isOver) this.#parts.fail(error);
  }

  /**
   * Ends it after the present step. @returns when nothing is under way, here or in what it called.
   */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#ended;
    await this.#parts.snapshotting.underWay;
  }

  /** Stores what could wait, once the drive has ended well. @throws what the storage says */
  async flush(): Promise<void> {
    if (this.#unstored) await this.#append({ entries: [] });
  }

  async #run(): Promise<void> {
    const { core } = this.#context;
    const { reads, snapshotting, observe } = this.#parts;
    observe();
    reads.flush();
    while (!this.#isOver && (core.hasReady() || snapshotting.isReady)) {
      if (snapshotting.isReady) await this.#storeSnapshot();
      else await this.#do(core.ready(this.#context.options.clock.monotonic()));
      if (this.#isOver) return;
      observe();
      reads.flush();
    }
    this.#isRunning = false; // at once, or a call that comes now would wake nobody
  }

  async #storeSnapshot(): Promise<void> {
    const snapshot = this.#parts.snapshotting.take((error) => this.#fail(error));
    if (snapshot) await this.#append({ entries: [], snapshot });
  }

  /** In the order that `Ready` asks for. */
  async #do(ready: Ready): Promise<void> {
    const { core, metrics, post } = this.#context;
    const { applying, proposals, reads, snapshotting } = this.#parts;
    const { entries, hardState, snapshot, messages, committedEntries } = ready;
    this.#unstored = hardState ?? this.#unstored;
    for (const message of messages) if (isOfLeader(message)) post.message(message);
    if (ready.mustSync) await this.#append({ entries, ...(snapshot && { snapshot }) });
    if (this.#isOver) return;
    if (snapshot) {
      await applying.restore(snapshot);
      if (this.#isOver) return;
      metrics.snapshotsReceived += 1;
      snapshotting.restored(snapshot.index);
      proposals.skipped(snapshot.index);
    }
    for (const message of messages) if (!isOfLeader(message)) post.message(message);
    for (const entry of committedEntries) {
      const outcome = applying.apply(entry);
      this.#applied(entry, outcome instanceof Promise ? await outcome : outcome);
      if (this.#isOver) return;
    }
    core.advance();
    reads.heard(ready);
    reads.applied();
    snapshotting.begin((error) => this.#fail(error));
  }

  #applied(entry: Entry, outcome: Outcome): void {
    this.#context.metrics.commits += 1;
    this.#parts.snapshotting.applied(entry);
    this.#parts.proposals.applied(entry.index, entry.term, outcome);
  }

  async #append(batch: Omit<Batch, 'hardState'>): Promise<void> {
    const { options, metrics } = this.#context;
    const hardState = this.#unstored;
    this.#unstored = undefined;
    metrics.batches += 1;
    metrics.storedEntries += batch.entries.length;
    for (const { data } of batch.entries) metrics.storedBytes += data.length;
    await options.storage.append({ ...batch, ...(hardState && { hardState }) });
  }
}
