import type { Entry, Snapshot } from '../entry.js';
import type { Applying } from './applying.js';
import type { Context } from './context.js';

interface Made {
  readonly index: number;
  readonly data: Uint8Array;
}

/**
 * Makes a snapshot when enough was applied since the last. A state machine may take its time:
 * commands are applied meanwhile, and the snapshot stands for what was before.
 */
export class Snapshotting {
  readonly #context: Context;
  readonly #applying: Applying;
  /** What the last snapshot stands for, and bytes applied since. */
  #lastIndex: number;
  #bytes = 0;
  #underWay: Promise<void> | undefined;
  #made: Made | undefined;
  /** The log is cut; what is left is to say so where it is stored. */
  #prepared: Snapshot | undefined;

  constructor(context: Context, applying: Applying) {
    this.#context = context;
    this.#applying = applying;
    this.#lastIndex = applying.index;
  }

  applied({ data }: Entry): void {
    this.#bytes += data.length;
  }

  /** A leader's was taken. */
  restored(index: number): void {
    this.#lastIndex = index;
    this.#bytes = 0;
    this.#prepared = undefined;
  }

  /** @returns what the state machine is still to give, or the storage to write. */
  get underWay(): Promise<void> | undefined {
    return this.#underWay;
  }

  /** Begins one if it is due. @param onFailure - hears what the state machine rejects with. */
  begin(onFailure: (error: unknown) => void): void {
    const { snapshotEntries, snapshotBytes } = this.#context.options;
    const { index } = this.#applying;
    const isDue = index - this.#lastIndex >= snapshotEntries || this.#bytes >= snapshotBytes;
    if (!isDue || index === this.#lastIndex || this.#underWay || this.isReady) return;
    // a joiner that does not know yet who the members are
    if (index < this.#context.core.status().compactableFrom) return;
    this.#bytes = 0;
    const data = this.#applying.snapshot();
    if (data instanceof Uint8Array) {
      this.#made = { index, data };
      return;
    }
    const done = (bytes: Uint8Array) => {
      this.#made = { index, data: bytes };
      this.#context.wake();
    };
    this.#underWay = data
      .then(done)
      .catch(onFailure)
      .finally(() => (this.#underWay = undefined));
  }

  /** Whether there is something to `take`. */
  get isReady(): boolean {
    return this.#made !== undefined || this.#prepared !== undefined;
  }

  /**
   * The next step of a snapshot that was made. The log is cut, and what may take long is written
   * while the server goes on. @returns what is to be stored now, if it is.
   *
   * @param onFailure - hears what the storage rejects with.
   */
  take(onFailure: (error: unknown) => void): Snapshot | undefined {
    const prepared = this.#prepared;
    this.#prepared = undefined;
    const snapshot = prepared ?? this.#cut();
    const { storage } = this.#context.options;
    if (prepared || snapshot === undefined || !storage.prepare) return snapshot;
    const done = () => {
      if (this.#lastIndex !== snapshot.index) return; // a leader's later one has come
      this.#prepared = snapshot;
      this.#context.wake();
    };
    this.#underWay = storage
      .prepare(snapshot)
      .then(done)
      .catch(onFailure)
      .finally(() => (this.#underWay = undefined));
    return undefined;
  }

  /** Cuts the log, unless a later snapshot came, which the core knows of before it is restored. */
  #cut(): Snapshot | undefined {
    const { core, options, metrics } = this.#context;
    const made = this.#made;
    this.#made = undefined;
    if (made === undefined || made.index < core.status().compactableFrom) return undefined;
    this.#lastIndex = made.index;
    metrics.snapshots += 1;
    return core.compact(made.index, made.data, { keep: options.keepEntries });
  }
}
