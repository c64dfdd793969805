import { LimitError } from '@ruvector/core';
import { boundsOf, ROOM_MIN, upperBytes, upperBytesMin, type Bounds } from './capacity.js';
import { Calibration } from './calibration.js';
import { Coding } from './coding.js';
import { connectBytes, renamedBytes } from './layout.js';
import { levelOf } from './levels.js';
import * as at from './memory-map.js';
import type { SavedFields } from './saved-fields.js';
import { newMemory } from './new-memory.js';
import type { ShardMemory } from './shard-memory.js';
import { shapeOf, TRAVERSALS, type ShardOptions, type Traversal } from './shard-options.js';
import type { ShardView } from './shard-view.js';
import { vectorAt } from './training.js';

/** Nodes whose links are followed in one part: some milliseconds. */
const REACHED_AT_ONCE = 8_192;
/** By how much `dot` makes room for longer vectors than those that it has seen. */
const RADIUS_GROWTH = 1.25;

/**
 * Vectors in one memory, by slot. Knows nothing of ids, nor which vectors are refused in what
 * words: who uses it does.
 */
export class Shard implements ShardView {
  #memory: ShardMemory;
  readonly options: ShardOptions;
  readonly coding: Coding | undefined;
  readonly calibration: Calibration | undefined;
  readonly #bounds: Bounds;
  /** Dead slots, of which the last is taken next. */
  readonly #free: number[] = [];
  #live = 0;
  #drawn = 0;
  #found = 0;
  #isConnected = true;

  constructor(options: ShardOptions) {
    this.options = options;
    const { graph } = options;
    const shape = shapeOf(options);
    this.#bounds = boundsOf(options);
    this.#memory = newMemory(this.options, this.#bounds);
    if ((shape.codes || shape.bits) && graph) this.coding = new Coding(this);
    if (graph) this.calibration = new Calibration(this, this.coding);
  }

  /** Another one after `compact`, and under `sq7` when all was removed. */
  get memory(): ShardMemory {
    return this.#memory;
  }

  /** Nodes whose level was drawn. */
  get drawn(): number {
    return this.#drawn;
  }

  /** Slots that are or were in use. */
  get count(): number {
    return this.memory.get(at.COUNT);
  }

  /** Vectors held. */
  get live(): number {
    return this.#live;
  }

  /** Bytes of the slots that are or were in use, and of what they need. */
  get usedBytes(): number {
    const { kept } = this.memory.layout;
    return kept.reduce((sum, { field, bytes, perSlot }) => {
      if (field === at.UPPER) return sum + this.memory.get(at.UPPER_USED);
      return sum + (perSlot === 0 ? bytes : perSlot * this.count);
    }, 0);
  }

  /** What a search of the graph walks on. */
  get traversal(): Traversal {
    return TRAVERSALS[this.memory.get(at.TRAVERSAL)]!;
  }

  /** Vectors that it can hold at all. */
  get capacityMax(): number {
    return this.#bounds.slots;
  }

  /** How many vectors it takes before it is full. */
  get room(): number {
    return this.#free.length + this.#bounds.slots - this.count;
  }

  /** Whether a node is on more levels than 0. */
  isUpper(slot: number): boolean {
    return this.memory.u32[(this.memory.get(at.UPPER_OF) >>> 2) + slot]! > 0;
  }

  isDead(slot: number): boolean {
    const byte = this.memory.bytes[this.memory.get(at.DEAD) + (slot >>> 3)]!;
    return ((byte >>> (slot & 7)) & 1) === 1;
  }

  /**
   * Looks at a vector and keeps it for the call that follows.
   *
   * @param vector - numbers, as many as there are dimensions.
   * @returns 0, or why it is refused: 1 for a value that is not finite, 2 for too long a vector, 3
   *   for one without direction.
   */
  admit(vector: ArrayLike<number>): number {
    this.memory.f32.set(vector, this.memory.scratch(at.INPUT) >>> 2);
    return this.memory.run.admit();
  }

  /** Adds the vector that was admitted last, if there is room. @returns its slot. */
  add(): number {
    const slot = this.put();
    if (this.options.graph) this.memory.run.link(slot);
    this.coding?.maintain(1);
    this.calibration?.afterInsert();
    return slot;
  }

  /** Puts the admitted vector into a slot, where no search finds it without links. */
  put(): number {
    const used = this.#free.pop();
    if (used !== undefined) this.#place(used, 0);
    return used ?? this.append(this.drawLevel());
  }

  /** As `put`, into a slot that nobody was in. */
  append(level: number): number {
    const slot = this.count;
    this.reserve(slot + 1);
    this.#place(slot, level);
    return slot;
  }

  #place(slot: number, level: number): void {
    if (this.options.metric === at.DOT) this.#makeRoomForNorm();
    this.#isConnected = false;
    this.memory.run.place(slot, level);
    this.coding?.remember(this.#admittedView());
    this.#live++;
  }

  /** The level of the next node that is new. */
  drawLevel(): number {
    const { graph, seed, M } = this.options;
    return graph ? levelOf(seed, this.#drawn++, M) : 0;
  }

  /** Takes back the last slots, to which there are no links yet. */
  truncate(count: number): void {
    const { memory } = this;
    if (this.#live === this.count - count) return this.#empty();
    for (let slot = this.count - 1; slot >= count; slot--) {
      const place = memory.u32[(memory.get(at.UPPER_OF) >>> 2) + slot]!;
      if (place > 0) memory.set(at.UPPER_USED, place - 1);
    }
    this.#drawn -= this.count - count;
    this.#live -= this.count - count;
    memory.set(at.COUNT, count);
  }

  link(slot: number): void {
    this.memory.run.link(slot);
  }

  /**
   * After the end of a thread that linked: opens the locks that it held.
   *
   * @returns the slot that it may not have linked to its end, if there is one.
   */
  abandon(thread: number): number[] {
    const { memory } = this;
    const locks = memory.get(at.LOCKS) >>> 2;
    for (let lock = locks; lock < locks + at.LOCK_COUNT; lock++)
      Atomics.compareExchange(memory.u32, lock, thread + 1, 0);
    const taken = memory.u32[memory.scratch(at.TAKEN, thread) >>> 2]!;
    return taken > 0 ? [taken - 1] : [];
  }

  remove(slot: number): void {
    if (this.#live === 1) return this.#empty();
    this.#live--;
    this.#isConnected = false;
    this.memory.run.remove(slot);
    this.calibration?.afterRemove(slot);
    this.#free.push(slot);
  }

  /** A copy of the vector in a slot, or of what its codes say. */
  vector(slot: number): Float32Array {
    return vectorAt(this.memory, slot).slice();
  }

  /**
   * Searches the graph for the admitted vector.
   *
   * @param filtered - whether only slots whose bit in `PASSING` is set count.
   * @param without - a slot on level 0 alone that the search is not to see.
   * @returns how many were found; `slotFound` and `distanceFound` tell which.
   */
  search(k: number, ef: number, filtered: boolean, without: number = at.NOBODY): number {
    this.#found = this.memory.run.search(k, ef, Number(filtered), without);
    return this.#found;
  }

  /** Compares the admitted vector with all. @param exactly - in 32-bit floats throughout. */
  scan(k: number, filtered: boolean, exactly: boolean, first = 0, last = this.count): number {
    const { run } = this.memory;
    this.#found = run.scan(k, Number(filtered), Number(exactly), first, last);
    return this.#found;
  }

  slotFound(rank: number): number {
    return this.memory.u32[(this.memory.scratch(at.FOUND) >>> 2) + 2 * this.#found + rank]!;
  }

  distanceFound(rank: number): number {
    return this.memory.f64[(this.memory.scratch(at.FOUND) >>> 3) + rank]!;
  }

  /**
   * Makes room for searches of this breadth, if it can be had. What was admitted stays.
   *
   * @returns whether there is room; while workers are at it, there is no more of it.
   */
  widenTo(breadth: number): boolean {
    const { shape, room, pinnedBy } = this.memory;
    if (breadth <= room.breadth) return true;
    if (pinnedBy !== undefined) return false;
    const wanted = [
      { ...room, breadth: 2 ** Math.ceil(Math.log2(breadth)) },
      { ...room, breadth, threads: ROOM_MIN.threads },
    ].find((each) => this.memory.fits(shape, each));
    if (wanted === undefined) return false;
    const admitted = this.#admitted();
    try {
      this.memory.resize(shape, wanted);
    } catch (error) {
      if (error instanceof LimitError) return false; // the machine has no more
      throw error;
    }
    this.admit(admitted);
    return true;
  }

  /** Makes sure that every vector is reached from the entry point, which an insert does not. */
  connect(): void {
    for (const _ of this.connecting());
  }

  /** As `connect`, part by part, between which it may be searched. */
  *connecting(): Generator<void, void> {
    if (!this.options.graph || this.#isConnected) return;
    const { memory, count } = this;
    memory.growTo(memory.layout.bytes + connectBytes(count));
    memory.pinnedBy = 'insertMany'; // it uses what lies behind the last section
    try {
      memory.run.beginReach(memory.layout.bytes);
      while (memory.run.reachSome(REACHED_AT_ONCE)) yield;
    } finally {
      memory.pinnedBy = undefined;
    }
    this.#isConnected = true;
  }

  /**
   * Gives up the slots of what was deleted, and memory that is not needed. It is not connected
   * afterwards.
   *
   * @returns for each slot its new one, or `NOBODY`.
   */
  compact(): Uint32Array {
    this.coding?.finish();
    const { memory, count } = this;
    memory.growTo(memory.layout.bytes + renamedBytes(count));
    memory.run.closeGaps(memory.layout.bytes);
    const renamed = memory.u32.slice(
      memory.layout.bytes >>> 2,
      (memory.layout.bytes >>> 2) + count,
    );
    this.calibration?.afterCompact();
    this.#free.length = 0;
    memory.clear(at.DEAD);
    const { M } = this.options;
    const capacity = Math.max(1, this.count);
    const used = memory.get(at.UPPER_USED) + upperBytesMin(M);
    this.#isConnected = false;
    try {
      this.#memory = memory.moved({ ...ROOM_MIN, capacity, upperBytes: used });
    } catch (error) {
      if (!(error instanceof LimitError)) throw error; // without a smaller one, this one stays
    }
    return renamed;
  }

  /** Takes what a file says, before its sections are read. */
  restore(count: number, fields: SavedFields): void {
    const { memory } = this;
    if (!fields.rows) memory.resize({ ...memory.shape, rows: false }, memory.room);
    this.reserve(count);
    if (fields.upperUsed > memory.room.upperBytes)
      memory.resize(memory.shape, {
        ...memory.room,
        upperBytes: 4 * Math.ceil(fields.upperUsed / 4),
      });
    memory.set(at.COUNT, count);
    memory.set(at.UPPER_USED, fields.upperUsed);
    memory.set(at.ENTRY, fields.entry);
    memory.set(at.TOP, fields.top);
    memory.set(at.TRAVERSAL, fields.traversal);
    memory.set(at.CLIPPED, fields.clipped);
    memory.setFloat(at.RADIUS, fields.radius);
    memory.setFloat(at.SCALE, fields.scale);
    memory.setFloat(at.STEP, fields.scale === 0 ? 0 : 1 / fields.scale);
    this.#drawn = fields.drawn;
    this.#isConnected = true;
  }

  /** Finds out which slots are dead. */
  recount(): void {
    this.#free.length = 0;
    for (let slot = this.count - 1; slot >= 0; slot--) if (this.isDead(slot)) this.#free.push(slot);
    this.#live = this.count - this.#free.length;
  }

  /** Makes room for so many slots. What was admitted stays. */
  reserve(slots: number): void {
    const { shape, room } = this.memory;
    const { M } = this.options;
    let { capacity, upperBytes: upper } = room;
    if (slots > capacity) {
      const foreseen = shape.rows ? 0 : this.options.capacity;
      capacity = Math.min(Math.max(slots, 2 * capacity, foreseen), this.#bounds.slots);
      upper = Math.max(upper, upperBytes(M, capacity));
    }
    const needed = this.memory.get(at.UPPER_USED) + upperBytesMin(M);
    if (needed > upper) upper = Math.ceil(1.25 * needed);
    if (capacity === room.capacity && upper === room.upperBytes) return;
    const admitted = this.#admitted();
    const wanted = { ...room, capacity, upperBytes: 4 * Math.ceil(upper / 4) };
    // vectors go before workers and broad searches
    const isRoomy = this.memory.fits(shape, wanted);
    this.memory.resize(shape, isRoomy ? wanted : { ...wanted, ...ROOM_MIN });
    this.memory.f32.set(admitted, this.memory.scratch(at.INPUT) >>> 2);
  }

  #admitted(): Float32Array {
    return this.#admittedView().slice();
  }

  #admittedView(): Float32Array {
    return this.memory.floats(this.memory.scratch(at.INPUT), this.options.dimensions);
  }

  #makeRoomForNorm(): void {
    const norm = this.memory.run.admittedNorm();
    if (norm <= this.memory.getFloat(at.RADIUS)) return;
    const admitted = this.#admitted();
    this.widenRadius(norm);
    this.admit(admitted);
  }

  /** Under `dot`: no vector may be longer than the radius, so that it grows with the longest. */
  widenRadius(norm: number): void {
    const { memory, count } = this;
    const before = memory.getFloat(at.RADIUS);
    if (norm <= before) return;
    memory.setFloat(at.RADIUS, before === 0 ? norm : RADIUS_GROWTH * norm);
    const after = memory.getFloat(at.RADIUS);
    const added = memory.floats(memory.get(at.AUX), count);
    for (let slot = 0; slot < count; slot++)
      added[slot] = Math.sqrt(after ** 2 - before ** 2 + added[slot]! ** 2);
    this.coding?.afterWidening();
  }

  /** What comes next may be of another kind: nothing that was learned of the vectors is kept. */
  #empty(): void {
    // where there was room for codes alone, there may be none for as many vectors
    if (!this.memory.shape.rows) this.#memory = newMemory(this.options, this.#bounds);
    this.#free.length = 0;
    this.#live = 0;
    this.#drawn = 0;
    this.memory.set(at.ENTRY, at.NOBODY);
    this.memory.set(at.TOP, 0);
    this.memory.set(at.COUNT, 0);
    this.memory.set(at.UPPER_USED, 0);
    this.memory.clear(at.DEAD);
    this.memory.setFloat(at.RADIUS, 0);
    this.coding?.forget();
    this.calibration?.forget();
  }
}
