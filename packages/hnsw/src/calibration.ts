import type { ByteReader, ByteWriter } from '@ruvector/core';
import { mixed } from './levels.js';
import type { Coding } from './coding.js';
import type { ShardView } from './shard-view.js';

/** Vectors of the index that it is asked for the neighbours of. */
const SAMPLE = 256;
/** So many of them must be left in the end. */
const ASKED_MIN = 64;
/** Recall is measured of so many neighbours. */
export const CALIBRATED_K = 10;
/** Below, a search compares with all. */
const CALIBRATED_FROM = 2_000;
/** How much an index has changed from one calibration to the next. */
const GROWTH = 1.5;
/** Until the next one, the breadth is a step of the ladder larger for each such growth. */
const GROWTH_A_STEP = 1.25;
/** Parts of a calibration that are done after one insert: some tens of microseconds each. */
const PARTS_PER_INSERT = 4;
/** Slots that are compared with in one part: a multiple of 64, and rows that fit into a cache. */
const STRETCH = 1_024;
/** Quantile of the normal distribution: the recall is above the bound with 95 %. */
const ONE_SIDED_95 = 1.645;
/** Neighbours beyond those wanted, for vectors that came or went since they were looked up. */
const SPARE = 6;

/**
 * Breadths that are tried, each about a seventh more than the one before. A search looks at the
 * best 30 in 32 bits, so that fewer would spare little; and the sample, which lies where the
 * vectors are, may promise more than queries between them get.
 */
const LADDER: readonly number[] = [
  30, 34, 39, 45, 51, 58, 66, 76, 86, 98, 112, 128, 146, 166, 190, 216, 246, 281, 320, 365, 416,
  474, 540, 616, 702, 801, 913, 1041, 1187, 1353, 1542, 1758, 2004,
];

const EF_FIRST = 58;

/** A vector of the sample, and its neighbours. */
interface Probe {
  readonly slot: number;
  readonly vector: Float32Array;
  /** Its nearest, nearest first, and some more, since one or the other may be deleted. */
  readonly nearest: Neighbour[];
}

interface Neighbour {
  readonly slot: number;
  readonly distance: number;
}

/**
 * Finds the `ef` at which searches have the recall that is wanted, by asking the index for the
 * neighbours of some of its own vectors as if these were not there. The work is cut in small parts,
 * and every insert does some of them, so that no insert takes long.
 */
export class Calibration {
  readonly #shard: ShardView;
  readonly #coding: Coding | undefined;
  readonly #target: number;
  readonly #seed: number;
  #ef: number | undefined;
  /** Inserts until then. */
  #doneAt = 0;
  /** What was walked on; undefined if the calibration has to be done again. */
  #traversal: string | undefined;
  #inserts = 0;
  #underWay: Generator<void, void> | undefined;
  /** Slots that were given up since the calibration that is under way began. */
  readonly #gone = new Set<number>();

  constructor(shard: ShardView, coding: Coding | undefined) {
    this.#shard = shard;
    this.#coding = coding;
    this.#target = shard.options.targetRecall;
    this.#seed = shard.options.seed;
  }

  /**
   * The breadth that was found, or undefined before. As the index grows it takes more; where the
   * first step of the ladder was enough, there was some to spare.
   */
  get ef(): number | undefined {
    if (this.#ef === undefined || this.#ef === LADDER[0] || this.#doneAt === 0) return this.#ef;
    const steps = Math.floor(Math.log(this.#inserts / this.#doneAt) / Math.log(GROWTH_A_STEP));
    return LADDER[Math.min(LADDER.indexOf(this.#ef) + steps, LADDER.length - 1)];
  }

  save(writer: ByteWriter): void {
    const doneAt = this.#underWay === undefined ? this.#doneAt : 0; // so that it begins anew
    writer
      .u32(this.ef ?? 0)
      .u32(doneAt)
      .u32(this.#inserts);
  }

  load(reader: ByteReader): void {
    const [ef, doneAt, inserts] = [reader.u32(), reader.u32(), reader.u32()];
    if (ef > 0 && !LADDER.includes(ef)) reader.fail(`a breadth of ${ef} is out of range`);
    this.#ef = ef || undefined;
    this.#doneAt = doneAt;
    this.#inserts = inserts;
    this.#traversal = this.#shard.traversal;
  }

  /** After each insert. */
  afterInsert(): void {
    this.#inserts++;
    for (let part = 0; part < PARTS_PER_INSERT && this.advance(); part++);
  }

  /** So many inserts were made at once. */
  afterInserts(count: number): void {
    this.#inserts += count;
  }

  /** Who was there when a calibration began may be gone, and what takes the slot is new. */
  afterRemove(slot: number): void {
    if (this.#underWay !== undefined) this.#gone.add(slot);
  }

  /** Slots have other numbers now, so that a calibration that is under way begins anew. */
  afterCompact(): void {
    if (this.#underWay === undefined) return;
    this.#underWay = undefined;
    this.#traversal = undefined;
  }

  /** The shard is empty, and begins as a new one does. */
  forget(): void {
    this.#underWay = undefined;
    this.#traversal = undefined;
    this.#ef = undefined;
    this.#doneAt = 0;
    this.#inserts = 0;
  }

  /** Does one part of what is due. @returns whether something was. */
  advance(): boolean {
    if (this.#underWay === undefined) {
      if (!this.#isDue()) return false;
      this.#underWay = this.#measure();
    }
    if (this.#underWay.next().done) this.#underWay = undefined;
    return true;
  }

  #isDue(): boolean {
    const { live, traversal } = this.#shard;
    if (live < CALIBRATED_FROM || this.#coding?.isUnderWay) return false;
    return this.#inserts >= GROWTH * this.#doneAt || traversal !== this.#traversal;
  }

  *#measure(): Generator<void, void> {
    this.#ef = this.ef;
    this.#doneAt = this.#inserts;
    this.#traversal = this.#shard.traversal;
    this.#gone.clear();
    const known = this.#shard.count;
    const probes = this.#sample(known).map((slot) => {
      return { slot, vector: this.#shard.vector(slot), nearest: [] };
    });
    yield* this.#findNearest(probes, known);
    let [low, high] = [0, LADDER.length - 1];
    let tried = LADDER.indexOf(this.#ef ?? EF_FIRST);
    let [hasSufficed, hasFailed] = [false, false];
    for (let step = 1; low < high; step *= 2) {
      const suffices = yield* this.#suffices(LADDER[tried]!, probes, known);
      if (suffices === undefined) return void (this.#traversal = undefined); // and begins anew
      if (suffices) [high, hasSufficed] = [tried, true];
      else [low, hasFailed] = [Math.min(tried + 1, high), true];
      // the answer is near the last one, most often; once it is between two, halving is best
      if (hasSufficed && hasFailed) tried = (low + high) >> 1;
      else tried = suffices ? Math.max(low, high - step) : Math.min(high, low + step - 1);
    }
    this.#ef = LADDER[low]!;
    if (!hasSufficed && this.#traversal !== 'f32') this.#coding?.distrust();
  }

  /** Slots on level 0 alone, since only those can be left out of a search. */
  #sample(known: number): number[] {
    const shard = this.#shard;
    const slots = new Set<number>();
    for (let draw = 0; slots.size < SAMPLE && draw < 16 * SAMPLE; draw++) {
      const slot = Math.floor((mixed(this.#seed ^ this.#doneAt, draw) / 4_294_967_296) * known);
      if (!shard.isDead(slot) && !shard.isUpper(slot)) slots.add(slot);
    }
    return [...slots];
  }

  /** Compares with all, a stretch at a time, which stays in the cache for all of the sample. */
  *#findNearest(probes: readonly Probe[], known: number): Generator<void, void> {
    for (let first = 0; first < known; first += STRETCH) {
      const last = Math.min(first + STRETCH, known);
      for (const probe of probes) {
        this.#lookAt(probe, first, last);
        yield;
      }
    }
  }

  #lookAt({ slot, vector, nearest }: Probe, first: number, last: number): void {
    const shard = this.#shard;
    shard.admit(vector);
    const { rows } = shard.memory.shape; // of codes alone, more cannot be known
    const count = shard.scan(CALIBRATED_K + SPARE + 1, false, rows, first, last);
    for (let rank = 0; rank < count; rank++) {
      const distance = shard.distanceFound(rank);
      const isFull = nearest.length === CALIBRATED_K + SPARE;
      if (isFull && distance >= nearest.at(-1)!.distance) break;
      const found = shard.slotFound(rank);
      if (found === slot) continue;
      if (isFull) nearest.pop();
      let place = nearest.length;
      for (; place > 0 && nearest[place - 1]!.distance > distance; place--)
        nearest[place] = nearest[place - 1]!;
      nearest[place] = { slot: found, distance };
    }
  }

  /** @returns undefined if too few of the sample are left to tell. */
  *#suffices(
    ef: number,
    probes: readonly Probe[],
    known: number,
  ): Generator<void, boolean | undefined> {
    let [asked, sum, squares] = [0, 0, 0];
    for (const probe of probes) {
      // a search that there is no room for compares with all
      if (!this.#shard.widenTo(ef)) return true;
      const recall = this.#recall(ef, probe, known);
      yield;
      if (recall === undefined) continue;
      asked++;
      sum += recall;
      squares += recall ** 2;
    }
    if (asked < ASKED_MIN) return undefined;
    const mean = sum / asked;
    const deviation = Math.sqrt(Math.max(0, squares / asked - mean ** 2));
    return mean - (ONE_SIDED_95 * deviation) / Math.sqrt(asked) >= this.#target;
  }

  /** @returns undefined if too much has changed around the vector since its nearest were found. */
  #recall(ef: number, { slot, vector, nearest }: Probe, known: number): number | undefined {
    const shard = this.#shard;
    const there = nearest.filter((each) => !this.#gone.has(each.slot));
    if (there.length < CALIBRATED_K) return undefined;
    shard.admit(vector);
    // just as many as are wanted, since that decides how many are looked at a second time
    const found = shard.search(CALIBRATED_K, ef, false, slot);
    const distances: number[] = [];
    for (let rank = 0; rank < found; rank++) {
      const each = shard.slotFound(rank);
      if (each < known && !this.#gone.has(each)) distances.push(shard.distanceFound(rank));
    }
    // who came since is among the nearest in place of the furthest: without those, fewer are right
    const since = found - distances.length;
    if (since > SPARE) return undefined;
    const wanted = CALIBRATED_K - since;
    const reach = there[wanted - 1]!.distance;
    return distances.filter((distance) => distance <= reach).length / wanted;
  }
}
