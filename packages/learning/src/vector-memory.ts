import {
  ByteReader,
  ByteWriter,
  checkBytes,
  checkInteger,
  checkNumber,
  checkObject,
  checkText,
  checkVector,
  type Metric,
  utf8,
  type VectorIndex,
} from '@ruvector/core';
import { FlatIndex } from '@ruvector/core/memory';
import { hash64 } from './hash.js';
import { contentHash, type EntryVersion, readDigest, wins, writeDigest } from './memory-digest.js';
import { type MemoryData, packData, type PackedData, unpackData } from './memory-data.js';
import {
  ENTRY_BYTES_MIN,
  IMPORTANCE_MAX,
  KEY_CHARS_MAX,
  readEntry,
  writeEntry,
} from './memory-entry.js';

/** By what the entry that must go is chosen; see `VectorMemoryOptions`. */
export type Eviction = 'lru' | 'importance';

/** How a `VectorMemory` is made. */
export interface VectorMemoryOptions {
  /** Empty, and from now on changed by this memory alone. @default an exact index, metric cosine */
  index?: VectorIndex;
  /** Entries; one more, and one must go. @default 10_000 */
  capacity?: number;
  /**
   * Who goes: the one that was neither added nor recalled for longest, or the one of least
   * importance × (1 + times recalled), of equals the one unused for longest. @default 'lru'
   */
  eviction?: Eviction;
}

/** An entry as `missingFrom` hands it over; pass it on as `add(e.key, e.vector, e.data, e)`. */
export interface MemoryEntry {
  readonly key: string;
  readonly vector: Float32Array;
  readonly data: MemoryData;
  /** 0 … 1e9. */
  readonly importance: number;
  /** 1 … 2^32 − 1: of two entries under one key the higher one wins. */
  readonly revision: number;
}

/** An entry that was found. */
export interface Recollection {
  readonly key: string;
  /** As the index measures it; smaller is nearer. */
  readonly distance: number;
  readonly data: MemoryData;
}

interface Held extends EntryVersion {
  readonly data: PackedData;
  readonly importance: number;
  recalls: number;
}

const OPTIONS: readonly (keyof VectorMemoryOptions)[] = ['index', 'capacity', 'eviction'];
const INDEX_METHODS: readonly (keyof VectorIndex)[] = [
  'insert',
  'upsert',
  'delete',
  'get',
  'search',
];
const MAGIC = 'RVLM';
const VERSION = 2;
const CAPACITY_MAX = 1_000_000;
const METRICS: readonly Metric[] = ['l2', 'cosine', 'dot'];
const EVICTIONS: readonly Eviction[] = ['lru', 'importance'];

/**
 * Remembers vectors with data, finds the nearest again, forgets what matters least when full, and
 * tells peers by a digest what it holds, so that they send only what is missing.
 *
 * Of two entries under one key the higher revision wins, of equal revisions the one of greater
 * hash: peers that exchange end up with the same. The hashes of the digest tell entries apart; they
 * do not prove anything, since they are easy to forge.
 *
 * @example
 * const a = new VectorMemory({ capacity: 100 });
 * const b = new VectorMemory({ capacity: 100 });
 * a.add('greeting', [1, 0], { text: 'hello' });
 * a.add('parting', [0, 1], { text: 'bye' });
 * b.add('greeting', [1, 0], { text: 'hello' });
 * const missing = a.missingFrom(b.digest());
 * missing.map((entry) => entry.key); // => ['parting']
 * for (const e of missing) b.add(e.key, e.vector, e.data, e);
 * b.recall([0.1, 1], 1)[0]?.key; // => 'parting'
 */
export class VectorMemory {
  /** Entries held at most. */
  readonly capacity: number;
  readonly eviction: Eviction;
  readonly #index: VectorIndex;
  /** From the longest unused to the latest used. */
  readonly #held = new Map<string, Held>();

  /** @throws TypeError, RangeError for a bad option or an index that is not empty. */
  constructor(options: VectorMemoryOptions = {}) {
    checkObject('options', options, { keys: OPTIONS });
    const { index = new FlatIndex(), capacity = 10_000, eviction = 'lru' } = options;
    checkObject('index', index, { methods: INDEX_METHODS });
    if (index.size !== 0) throw new RangeError(`index must be empty, got ${index.size} vectors`);
    if (!EVICTIONS.includes(eviction))
      throw new RangeError(`eviction must be one of ${EVICTIONS.join(', ')}, got ${eviction}`);
    this.#index = index;
    this.capacity = checkInteger('capacity', capacity, { min: 1, max: CAPACITY_MAX });
    this.eviction = eviction;
  }

  /** Entries held. */
  get size(): number {
    return this.#held.size;
  }

  /** Whether there is an entry under the key; it does not count as use. */
  has(key: string): boolean {
    return this.#held.has(key);
  }

  /** From the longest unused to the latest used. */
  keys(): IterableIterator<string> {
    return [...this.#held.keys()].values();
  }

  /**
   * Remembers a vector, in place of what was there under the key. Vector and data are copied.
   *
   * @param key - 1 to 1,024 UTF-16 units.
   * @param data - JSON or bytes, at most 65,536 bytes; what JSON drops is not kept.
   * @param how.importance - 0 … 1e9. Default 1.
   * @param how.revision - 1 … 2^32 − 1. Default 1, or one more than the other content had that is
   *   replaced.
   * @returns the key that had to go for it, if any.
   * @throws TypeError, RangeError for a bad argument; nothing is changed then.
   */
  add(
    key: string,
    vector: Float32Array | readonly number[],
    data?: MemoryData,
    how: { importance?: number; revision?: number } = {},
  ): string | undefined {
    checkObject('how', how);
    checkText('key', key, { min: 1, max: KEY_CHARS_MAX });
    const values = checkVector('vector', vector);
    const importance = checkNumber('importance', how.importance ?? 1, {
      min: 0,
      max: IMPORTANCE_MAX,
    });
    const packed = packData(data);
    const content = contentHash(values, packed);
    const before = this.#held.get(key);
    const next = !before ? 1 : before.revision + (before.content === content ? 0 : 1);
    const revision = checkInteger('revision', how.revision ?? next, { min: 1, max: 0xffffffff });
    this.#index.upsert(key, values);
    const recalls = before?.recalls ?? 0;
    this.#held.delete(key);
    this.#held.set(key, { data: packed, importance, revision, content, recalls });
    return this.#held.size > this.capacity ? this.#evict(key) : undefined;
  }

  /**
   * The nearest entries, which count as used now.
   *
   * @param k - at most so many, at least 1.
   */
  recall(query: Float32Array | readonly number[], k: number): Recollection[] {
    checkInteger('k', k, { min: 1 });
    if (this.#held.size === 0) return [];
    const hits = this.#index.search(query, k).map(({ id, distance }) => {
      const key = String(id);
      return { key, distance, data: unpackData(this.#held.get(key)!.data) };
    });
    for (const { key } of hits.toReversed()) this.#touch(key);
    return hits;
  }

  /** @returns whether it was there. */
  forget(key: string): boolean {
    this.#index.delete(key);
    return this.#held.delete(key);
  }

  /** What this memory holds, 20 bytes an entry, as bytes for a peer's `missingFrom`. */
  digest(): Uint8Array {
    return writeDigest(this.#held);
  }

  /**
   * Entries that the holder of a digest lacks, or holds in a version that loses against this one.
   *
   * @throws MalformedError for bytes that `digest` does not write.
   */
  missingFrom(digest: Uint8Array): MemoryEntry[] {
    const theirs = readDigest(digest, CAPACITY_MAX);
    const missing: MemoryEntry[] = [];
    for (const [key, held] of this.#held) {
      const their = theirs.get(hash64(utf8(key)));
      if (their && !wins(held, their)) continue;
      const { importance, revision } = held;
      const vector = this.#index.get(key)!;
      missing.push({ key, vector, data: unpackData(held.data), importance, revision });
    }
    return missing;
  }

  /** Everything as bytes for `load`. */
  save(): Uint8Array {
    const writer = new ByteWriter().header(MAGIC, VERSION).u32(this.capacity);
    writer.u8(EVICTIONS.indexOf(this.eviction)).u8(METRICS.indexOf(this.#index.metric));
    writer.u32(this.#held.size);
    for (const [key, held] of this.#held)
      writeEntry(writer, { ...held, key, vector: this.#index.get(key)! });
    return writer.checksum().bytes();
  }

  /**
   * Reads what `save` wrote into an empty index: the given one, or an exact one of the same metric.
   *
   * @throws MalformedError for any other bytes.
   */
  static load(bytes: Uint8Array, options: { index?: VectorIndex } = {}): VectorMemory {
    const { index } = checkObject('options', options, { keys: ['index'] });
    const reader = new ByteReader(checkBytes('bytes', bytes), 'saved VectorMemory');
    reader.header(MAGIC, VERSION);
    reader.checksum();
    const capacity = reader.u32();
    if (capacity < 1 || capacity > CAPACITY_MAX) reader.fail('a bad capacity');
    const eviction = EVICTIONS[reader.u8()] ?? reader.fail('an unknown eviction');
    const metric = METRICS[reader.u8()] ?? reader.fail('an unknown metric');
    const memory = new this({
      index: index ?? new FlatIndex({ metric }),
      capacity,
      eviction,
    });
    const count = reader.count(ENTRY_BYTES_MIN, capacity);
    for (let i = 0; i < count; i++) memory.#restore(reader);
    reader.end();
    return memory;
  }

  #restore(reader: ByteReader): void {
    const { key, vector, ...held } = readEntry(reader);
    if (this.#held.has(key)) reader.fail('the same key twice');
    try {
      this.#index.insert(key, vector);
    } catch (cause) {
      reader.fail(`a vector that the index refuses: ${String(cause)}`);
    }
    this.#held.set(key, held);
  }

  #touch(key: string): void {
    const held = this.#held.get(key)!;
    held.recalls++;
    this.#held.delete(key);
    this.#held.set(key, held);
  }

  #evict(spared: string): string {
    let victim: string | undefined;
    let least = Infinity;
    for (const [key, { importance, recalls }] of this.#held) {
      if (key === spared) continue;
      const worth = importance * (1 + recalls);
      if (worth >= least) continue;
      victim = key;
      least = worth;
      if (this.eviction === 'lru') break;
    }
    this.forget(victim!);
    return victim!;
  }
}
