import type { ByteReader, ByteWriter } from '@ruvector/core';
import { bitsIn, codesIn } from './layout.js';
import { mixed } from './levels.js';
import * as at from './memory-map.js';
import { RecentRows } from './recent-rows.js';
import { walkedOn } from './shard-options.js';
import type { ShardView } from './shard-view.js';
import {
  installCodes,
  installMeans,
  meansOf,
  rowsForTraining,
  trainCodes,
  trainingRows,
  type CodeParameters,
} from './training.js';

/** Vectors from which codes are trained first; before, nothing is walked on but 32-bit floats. */
const TRAINED_FROM = 256;
/** Of the values since a training, so many may be clipped: five times what a training leaves. */
const CLIPPED_MAX = 0.0025;
/** Of the vectors, so many are new or replaced, at least, from one training to the next. */
const RETRAINED_SHARE = 0.1;

/** Rows that are coded anew at once, which takes a millisecond or two; the others bit by bit. */
const ROWS_AT_ONCE = 16_384;
const ROWS_PER_INSERT = 1_024;

/** ... or a tenth of that, where so many values are clipped, but never fewer than these. */
const ELSEWHERE = 0.1;
const RETRAINED_MIN = 16;

/**
 * Of the nearest by 32-bit floats, so many must be found by codes, or these are not walked on. What
 * codes miss no breadth finds, so that it has to be well above the recall that is aimed at.
 */
const AGREEMENT_MIN = 0.98;
/** Of bits less is asked: they are read in less time, and all that they find is measured again. */
const BITS_AGREEMENT_MIN = 0.9;
/** Shorter vectors are read in as little time themselves. */
const BITS_DIMENSIONS_MIN = 96;
const AGREEMENT_ROWS = 2048;
const AGREEMENT_ROWS_MIN = 256;
/** Values in these rows, about. */
const AGREEMENT_VALUES = 1 << 21;
/** Values that one insert looks at to measure that: a millisecond or two. */
const VALUES_PER_INSERT = 1 << 23;
const AGREEMENT_QUERIES = 64;
const AGREEMENT_K = 10;
/**
 * Bits are made anew if the squares of distances from the mean are larger by more than this part
 * than they would be from that of today: the error of estimates grows with them.
 */
const DRIFT_MAX = 0.1;
/** How much more was placed from one measurement to the next. */
const REMEASURED_GROWTH = 2;

/** What is saved of it. Times are numbers of vectors that were placed, replaced ones included. */
export interface CodingState {
  placed: number;
  /** 0 before there was a training. */
  trainedAt: number;
  /** From then on clipped values are counted. */
  clippedFrom: number;
  measuredAt: number;
  /** The part of the nearest that codes find, on a sample; undefined before it was measured. */
  agreement: number | undefined;
}

const initial = (): CodingState => ({
  placed: 0,
  trainedAt: 0,
  clippedFrom: 0,
  measuredAt: 0,
  agreement: undefined,
});

/**
 * Keeps the codes or the bits of a shard such that distances between them are good for something:
 * trains them when there is something to train on, and again when too many values are clipped or
 * the mean has moved; and measures how well they order neighbours, since one scale for all values
 * fails where a few points are far away, and bits fail where neighbours are hardly nearer than the
 * rest.
 */
export class Coding {
  readonly #shard: ShardView;
  readonly #seed: number;
  /** Slots below have codes of before the last training. */
  #stale = 0;
  #recent: RecentRows | undefined;
  /** The measurement that is under way. */
  #measuring: Generator<void, void> | undefined;
  state = initial();

  constructor(shard: ShardView) {
    this.#shard = shard;
    this.#seed = shard.options.seed;
    if (shard.memory.shape.bits) this.#drawSigns();
  }

  save(writer: ByteWriter): void {
    const { placed, trainedAt, clippedFrom, measuredAt, agreement } = this.state;
    writer
      .f64(placed)
      .f64(trainedAt)
      .f64(clippedFrom)
      .f64(measuredAt)
      .f64(agreement ?? NaN);
  }

  load(reader: ByteReader): void {
    const time = (): number => {
      const at = reader.f64();
      return Number.isSafeInteger(at) && at >= 0 ? at : reader.fail('a count is out of range');
    };
    const [placed, trainedAt, clippedFrom, measuredAt] = [time(), time(), time(), time()];
    const agreement = reader.f64();
    const known = agreement >= 0 && agreement <= 1 ? agreement : undefined;
    this.state = { placed, trainedAt, clippedFrom, measuredAt, agreement: known };
  }

  /** What was placed last, if codes are all that is kept of it. */
  remember(vector: Float32Array): void {
    const { dimensions, metric, rows } = this.#shard.memory.shape;
    if (!rows) (this.#recent ??= new RecentRows(dimensions, metric)).add(vector);
  }

  /** After so many vectors were placed. */
  maintain(placed: number): void {
    this.state.placed += placed;
    const isFirst = this.state.trainedAt === 0;
    if (this.#stale > 0) this.#recodeSome(ROWS_PER_INSERT);
    else if (this.#measuring !== undefined) this.#measureSome(placed);
    else if (isFirst ? this.#shard.count >= TRAINED_FROM : this.#hasDrifted()) this.retrain();
    else if (!isFirst && this.#isDue()) {
      this.#beginMeasuring();
      this.#measureSome(placed - 1);
    }
  }

  /** After the added coordinate has changed, of which there are codes and no bits. */
  afterWidening(): void {
    if (this.isTrained && this.#shard.memory.shape.codes) this.retrain();
  }

  /** Vectors from which training pays. */
  readonly trainedFrom = TRAINED_FROM;

  /** The shard is empty, and begins as a new one does. */
  forget(): void {
    const { memory } = this.#shard;
    this.state = initial();
    this.#recent = undefined;
    this.#stale = 0;
    this.#measuring = undefined;
    memory.set(at.TRAVERSAL, at.EXACT);
    memory.set(at.CLIPPED, 0);
  }

  /** Whether codes are made of what was looked at. */
  get isTrained(): boolean {
    return this.state.trainedAt > 0;
  }

  /**
   * Trains codes on what will be, and codes by them the little that is there.
   *
   * @param rows - a sample, as `rowsForTraining` gives it.
   * @param count - how many vectors will be there.
   */
  foresee(rows: Float32Array, count: number): void {
    const { memory, options } = this.#shard;
    this.#measuring = undefined;
    this.#train(rows);
    memory.run.encodeAll(0, this.#shard.count);
    const { placed } = this.state;
    memory.set(at.CLIPPED, 0);
    this.state = { ...initial(), placed, trainedAt: placed + count, clippedFrom: placed };
    memory.set(at.TRAVERSAL, walkedOn(options.storage));
    this.#dropRows();
  }

  /** Trains codes on a sample of what is there, and codes all anew. */
  retrain(): void {
    const { memory, count } = this.#shard;
    const rows = this.#rows();
    this.#measuring = undefined;
    memory.set(at.CLIPPED, 0);
    if (memory.shape.rows) {
      this.#train(rows);
      memory.set(at.TRAVERSAL, at.EXACT); // until all have their new codes
      this.#stale = count;
    } else this.#recode(trainCodes(rows, codesIn(memory.shape)));
    this.state.trainedAt = this.state.placed;
    this.state.clippedFrom = this.state.placed;
    if (this.#stale > 0) this.#recodeSome(ROWS_AT_ONCE);
  }

  /** Whether codes are being made anew, or measured: what is walked on may change soon. */
  get isUnderWay(): boolean {
    return this.#stale > 0 || this.#measuring !== undefined;
  }

  /** Ends what is under way, so that all codes are made alike, and measured. */
  finish(): void {
    if (this.#stale > 0) this.#recodeSome(this.#stale);
    this.#measureSome(Infinity);
  }

  /** Codes some of the rows anew that are not yet, from behind. */
  #recodeSome(rows: number): void {
    const end = this.#stale;
    this.#stale = Math.max(0, end - rows);
    const { memory, options } = this.#shard;
    memory.run.encodeAll(this.#stale, end);
    if (this.#stale > 0) return;
    this.#beginMeasuring();
    if (options.storage === 'sq7') this.#measureSome(Infinity); // the vectors are given up now
    this.#dropRows();
  }

  /** Codes alone are kept, from the moment on at which there are some. */
  #dropRows(): void {
    const { memory, options } = this.#shard;
    if (options.storage !== 'sq7' || !memory.shape.rows) return;
    memory.resize({ ...memory.shape, rows: false }, memory.room);
    memory.set(at.TRAVERSAL, at.ON_CODES);
  }

  /** Where vectors lie closer than in the sample, codes have been found not to tell them apart. */
  distrust(): void {
    const { memory } = this.#shard;
    if (memory.shape.rows) memory.set(at.TRAVERSAL, at.EXACT);
    this.#measuring = undefined;
    this.state.measuredAt = this.state.placed;
  }

  /** Walks on what it did, until it is known what codes or bits are worth. */
  #beginMeasuring(): void {
    const { memory, count, options } = this.#shard;
    this.state.measuredAt = this.state.placed;
    if (memory.shape.rows && count > AGREEMENT_K) this.#measuring = this.#measure();
    else memory.set(at.TRAVERSAL, walkedOn(options.storage));
    this.#measureSome(1);
  }

  /** Goes on measuring, if that is under way: as much as so many inserts may take. */
  #measureSome(inserts: number): void {
    const work =
      2 * Math.min(this.#shard.count, this.#rowsCompared) * this.#shard.options.dimensions;
    const parts = inserts * Math.max(1, Math.floor(VALUES_PER_INSERT / work));
    for (let part = 0; part < parts && this.#measuring !== undefined; part++)
      if (this.#measuring.next().done) this.#measuring = undefined;
  }

  /** Of many dimensions fewer rows are compared with, since each takes longer. */
  get #rowsCompared(): number {
    const rows = Math.floor(AGREEMENT_VALUES / this.#shard.options.dimensions);
    return Math.min(AGREEMENT_ROWS, Math.max(AGREEMENT_ROWS_MIN, rows));
  }

  /** Compares the order of codes or bits with that of 32-bit floats, and walks on what it takes. */
  *#measure(): Generator<void, void> {
    const shard = this.#shard;
    const slots = this.#sample(this.#rowsCompared);
    const walked = walkedOn(shard.options.storage);
    let [found, wanted] = [0, 0];
    // spread over all, as the first are the oldest
    const stride = Math.ceil(slots.length / AGREEMENT_QUERIES);
    for (const slot of slots.filter((_, i) => i % stride === 0)) {
      if (slot >= shard.count || shard.isDead(slot)) continue; // since it was drawn
      this.#pass(slots);
      const exact = this.#nearest(slot, true);
      const before = shard.memory.get(at.TRAVERSAL);
      shard.memory.set(at.TRAVERSAL, walked);
      const estimated = new Set(this.#nearest(slot, false));
      shard.memory.set(at.TRAVERSAL, before);
      found += exact.filter((each) => estimated.has(each)).length;
      wanted += exact.length;
      yield;
    }
    this.state.agreement = wanted > 0 ? found / wanted : undefined;
    const isEnough = this.#isEnough(this.state.agreement ?? 0);
    shard.memory.set(at.TRAVERSAL, isEnough ? walked : at.EXACT);
  }

  #isEnough(agreement: number): boolean {
    const { bits, dimensions } = this.#shard.memory.shape;
    if (!bits) return agreement >= AGREEMENT_MIN;
    return agreement >= BITS_AGREEMENT_MIN && dimensions >= BITS_DIMENSIONS_MIN;
  }

  #isDue(): boolean {
    return this.state.placed >= REMEASURED_GROWTH * this.state.measuredAt;
  }

  #hasDrifted(): boolean {
    const { placed, trainedAt, clippedFrom } = this.state;
    const { memory, live } = this.#shard;
    // what was foreseen is not judged by the first part of it
    if (memory.shape.bits) return placed > trainedAt && this.#isDue() && this.#meanHasMoved();
    const values = (placed - clippedFrom) * codesIn(memory.shape);
    const isElsewhere = memory.get(at.CLIPPED) > ELSEWHERE * values;
    const share = isElsewhere ? RETRAINED_SHARE / 10 : RETRAINED_SHARE;
    if (placed - trainedAt < Math.max(RETRAINED_MIN, share * live)) return false;
    return memory.get(at.CLIPPED) > CLIPPED_MAX * values;
  }

  /** Whether the data is about another mean than that which bits are made with. */
  #meanHasMoved(): boolean {
    const { memory } = this.#shard;
    const rows = this.#rows();
    const columns = codesIn(memory.shape);
    const means = meansOf(rows, columns);
    const before = memory.floats(memory.get(at.MEANS), columns);
    const { dimensions } = memory.shape;
    let [needless, spread] = [0, 0];
    for (let j = 0; j < dimensions; j++) needless += (means[j]! - before[j]!) ** 2;
    for (let i = 0; i < rows.length; i++)
      if (i % columns < dimensions) spread += (rows[i]! - means[i % columns]!) ** 2;
    return needless > (DRIFT_MAX * spread * columns) / rows.length;
  }

  /** A sample of what is there, and of what came last where that is not kept as it was. */
  #rows(): Float32Array {
    const { memory, live } = this.#shard;
    const codes = codesIn(memory.shape);
    const slots = this.#sample(trainingRows(codes));
    const rows = rowsForTraining(memory, slots);
    if (memory.shape.rows) return rows;
    const share = Math.min(1, (this.state.placed - this.state.trainedAt) / live);
    const known = Math.floor((1 - share) * slots.length) * codes;
    this.#recent?.writeForTraining(rows.subarray(known), codes, memory.getFloat(at.RADIUS));
    return rows;
  }

  /** From now on, codes or bits are made by what the rows say. */
  #train(rows: Float32Array): void {
    const { memory } = this.#shard;
    const columns = codesIn(memory.shape);
    if (memory.shape.codes) installCodes(memory, trainCodes(rows, columns));
    else installMeans(memory, meansOf(rows, columns).subarray(0, memory.shape.dimensions));
  }

  #drawSigns(): void {
    const { memory } = this.#shard;
    const first = memory.get(at.SIGNS);
    const signs = memory.bytes.subarray(first, first + at.ROUNDS * bitsIn(memory.shape));
    for (let i = 0; i < signs.length; i++) signs[i] = mixed(this.#seed, i) >>> 24;
  }

  /** Nothing is left but codes: what they say is coded anew. */
  #recode(trained: CodeParameters): void {
    const { memory, count } = this.#shard;
    const fresh = memory.scratch(at.INPUT);
    memory.floats(fresh, trained.means.length).set(trained.means);
    memory.run.recode(0, count, fresh, trained.scale);
    memory.floats(fresh, trained.means.length).fill(0);
    installCodes(memory, trained);
  }

  #nearest(slot: number, exactly: boolean): number[] {
    this.#shard.admit(this.#shard.vector(slot));
    const found = this.#shard.scan(AGREEMENT_K + 1, true, exactly);
    const slots = Array.from({ length: found }, (_, rank) => this.#shard.slotFound(rank));
    return slots.filter((each) => each !== slot).slice(0, AGREEMENT_K);
  }

  #pass(slots: readonly number[]): void {
    const { memory, count } = this.#shard;
    const bits = memory.scratch(at.PASSING);
    memory.bytes.fill(0, bits, bits + 8 * Math.ceil(count / 64));
    for (const slot of slots) memory.bytes[bits + (slot >>> 3)]! |= 1 << (slot & 7);
  }

  /** Live slots, spread over all: of each stretch one, drawn by the seed. */
  #sample(wanted: number): number[] {
    const { count } = this.#shard;
    const stretch = Math.max(1, count / wanted);
    const slots: number[] = [];
    for (let i = 0; i < Math.min(wanted, count); i++) {
      const slot = Math.floor((i + mixed(this.#seed, i) / 4_294_967_296) * stretch);
      if (slot < count && !this.#shard.isDead(slot)) slots.push(slot);
    }
    return slots;
  }
}
