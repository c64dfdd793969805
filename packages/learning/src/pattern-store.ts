import {
  ByteReader,
  ByteWriter,
  checkBytes,
  checkId,
  checkNumber,
  checkObject,
  checkText,
  isId,
} from '@ruvector/core';
import { decodeDelta, encodeDelta, readParts, writeParts } from './ledger-bytes.js';
import { type DeltaOptions, Ledger, readAgents, type VersionVector } from './ledger.js';
import { checkLimits, type LearningLimits } from './limits.js';
import {
  type Contribution,
  joinContributions,
  KEY_CHARS_MAX,
  type Observation,
  observe,
  type Pattern,
  patternCodec,
} from './pattern.js';

/** How a `PatternStore` is made. */
export interface PatternStoreOptions {
  /** Under whose name this store records. One id, one writer: two would overwrite each other. */
  agentId: string;
  /** Spread of honest outcomes; must be the same in the whole swarm. @default 1 */
  outcomeScale?: number;
  /** How much it takes in. @default those of `LearningLimits` */
  limits?: LearningLimits;
}

const OPTIONS: readonly (keyof PatternStoreOptions)[] = ['agentId', 'outcomeScale', 'limits'];
const SAVE_MAGIC = 'RVLPSAVE';
const SAVE_VERSION = 2;
const DEFAULT_LIMITS = { agentsMax: 256, entriesMax: 10_000, totalMax: 100_000 };

/**
 * Patterns that a swarm has met and how they turned out: every agent records what it saw, stores
 * merge in any order and as often as one likes, and all that hold the same state answer the same.
 *
 * What each agent saw is kept apart, and only joined when asked for. No agent weighs more than the
 * median one, and outlying outcomes and vectors are clipped, so one poisoned peer among three or
 * more moves little; of two that contradict each other nobody can say which is right.
 *
 * After a crash go on from `save()`, or under a new agent id: a store that counts again from zero
 * under an old id is ignored by its peers and refuses their memory of it (`ERR_LEARNING_FORGED`).
 *
 * @example
 * const a = new PatternStore({ agentId: 'worker-1' });
 * const b = new PatternStore({ agentId: 'worker-2' });
 * a.record('retry-on-timeout', { vector: [1, 0], outcome: 1, confidence: 1 });
 * b.record('retry-on-timeout', { vector: [0, 1], outcome: 0, confidence: 1 });
 * a.merge(b); // => 1
 * a.merge(b); // => 0
 * a.get('retry-on-timeout')?.outcome; // => 0.5
 */
export class PatternStore {
  readonly #ledger: Ledger<string, Contribution>;
  readonly #keys = new Set<string>();
  readonly #outcomeScale: number;

  /** @throws TypeError, RangeError for a bad agent id, scale or limit. */
  constructor(options: PatternStoreOptions) {
    const {
      agentId,
      outcomeScale = 1,
      limits,
    } = checkObject('options', options, {
      keys: OPTIONS,
    });
    checkId('agentId', agentId);
    this.#outcomeScale = checkNumber('outcomeScale', outcomeScale, { min: 0 });
    this.#ledger = new Ledger(agentId, checkLimits(limits, DEFAULT_LIMITS));
  }

  get agentId(): string {
    return this.#ledger.agentId;
  }

  /** Number of keys, whoever recorded them. */
  get size(): number {
    return this.#keys.size;
  }

  /** How much is known of each agent; what a peer needs for its `delta(since)`. */
  get versions(): VersionVector {
    return this.#ledger.versions;
  }

  /** All keys, ascending by UTF-16 code units: the same order in all stores of the same state. */
  keys(): IterableIterator<string> {
    return [...this.#keys].sort().values();
  }

  /** Whether anyone has recorded something under the key. */
  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /**
   * Adds one observation of this agent. The vector is copied.
   *
   * @param key - 1 to 1,024 UTF-16 units without lone surrogates.
   * @throws TypeError, RangeError for a bad argument, or a vector of another length than this agent
   *   recorded under the key before.
   * @throws LimitError if the key is new to this agent and its store is full.
   */
  record(key: string, observation: Observation): void {
    checkText('key', key, { min: 1, max: KEY_CHARS_MAX });
    this.#ledger.write(key, observe(this.#ledger.own.get(key)?.value, observation));
    this.#keys.add(key);
  }

  /** The pattern as all known agents together saw it, or `undefined`. */
  get(key: string): Pattern | undefined {
    if (!this.#keys.has(key)) return undefined;
    const all: Contribution[] = [];
    for (const agentId of this.#ledger.agents()) {
      const entry = this.#ledger.entries(agentId)?.get(key);
      if (entry) all.push(entry.value);
    }
    return joinContributions(all, this.#outcomeScale);
  }

  /**
   * Takes in what another store of this process knows; across processes use deltas. `other` is
   * only read.
   *
   * @returns how many patterns are new or changed.
   * @throws LearningForgedError, LimitError; nothing is changed then.
   */
  merge(other: PatternStore): number {
    if (typeof other !== 'object' || other === null || !(#ledger in other))
      throw new TypeError(`other must be a PatternStore, got ${typeof other}`);
    return this.#take(this.#ledger.apply(other.#ledger.parts(this.versions)));
  }

  /**
   * What a peer with these versions lacks, as bytes for its `applyDelta`; without `since`, all.
   *
   * @throws LimitError above 16,000,000 bytes: ask for fewer `agents` at a time.
   */
  delta(since: VersionVector = {}, options: DeltaOptions = {}): Uint8Array {
    return encodeDelta(patternCodec, this.#ledger.parts(since, readAgents(options)));
  }

  /**
   * Takes in a peer's delta. Whoever applies what one authenticated peer says of itself passes
   * `{ agents: [peer] }`, so that no peer can speak in the name of others.
   *
   * @returns how many patterns are new or changed.
   * @throws MalformedError for bytes that `delta` does not write, LearningGapError if something
   *   between is missing (ask for full state), LearningForgedError, LimitError. Nothing is changed
   *   then.
   */
  applyDelta(delta: Uint8Array, options: DeltaOptions = {}): number {
    const agents = readAgents(options);
    return this.#take(this.#ledger.apply(decodeDelta(patternCodec, delta), agents));
  }

  /** Everything, with the agent's own id, as bytes for `load`. */
  save(): Uint8Array {
    const { agentId } = this;
    const writer = new ByteWriter().header(SAVE_MAGIC, SAVE_VERSION);
    writer.text(agentId).f64(this.#outcomeScale);
    writeParts(patternCodec, writer, this.#ledger.parts({}));
    return writer.checksum().bytes();
  }

  /**
   * Reads what `save` wrote. Limits are not saved: pass them again.
   *
   * @throws MalformedError for any other bytes, LimitError.
   */
  static load(bytes: Uint8Array, options: { limits?: LearningLimits } = {}): PatternStore {
    const { limits } = checkObject('options', options, { keys: ['limits'] });
    const reader = new ByteReader(checkBytes('bytes', bytes), 'saved PatternStore');
    reader.header(SAVE_MAGIC, SAVE_VERSION);
    reader.checksum();
    const agentId = reader.text();
    if (!isId(agentId)) reader.fail('not an agent id');
    const outcomeScale = reader.f64();
    if (!(outcomeScale >= 0 && outcomeScale < Infinity)) reader.fail('a bad outcome scale');
    const parts = readParts(patternCodec, reader);
    reader.end();
    const store = new this({ agentId, outcomeScale, ...(limits && { limits }) });
    store.#take(store.#ledger.restore(parts));
    return store;
  }

  #take(changed: ReadonlySet<string>): number {
    for (const key of changed) this.#keys.add(key);
    return changed.size;
  }
}
