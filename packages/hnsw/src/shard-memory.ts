import { LimitError } from '@ruvector/core';
import { instantiateKernel, type Kernel } from '@ruvector/core/wasm';
import { BusyError } from './errors.js';
import type { KernelExports } from './kernel.js';
import { layoutOf, type Layout, type Room, type Shape } from './layout.js';
import * as at from './memory-map.js';

const PAGE = 65_536;
/** What is in the header and does not depend on where things stand. */
const STATE = [
  at.COUNT,
  at.ENTRY,
  at.TOP,
  at.UPPER_USED,
  at.TRAVERSAL,
  at.SCALE,
  at.STEP,
  at.RADIUS,
  at.CLIPPED,
];
/** All that 32 bits address. */
export const SHARD_BYTES_MAX = 65_536 * PAGE;

/**
 * The memory of a shard and the kernel that runs in it. Views are made anew when the memory grows;
 * nobody keeps one across a call that may grow it.
 */
export class ShardMemory {
  readonly kernel: Kernel;
  readonly memory: WebAssembly.Memory;
  readonly run: KernelExports;
  readonly #bytesMax: number;
  #shape: Shape;
  #room: Room;
  #layout: Layout;
  /** The call whose workers rely on where everything stands, if there is one. */
  pinnedBy: string | undefined;
  bytes!: Uint8Array;
  u32!: Uint32Array;
  f32!: Float32Array;
  f64!: Float64Array;

  /** @param bytesMax - that it may grow to, rounded up to whole pages. */
  constructor(kernel: Kernel, shape: Shape, room: Room, bytesMax: number) {
    this.kernel = kernel;
    this.#bytesMax = bytesMax;
    this.#shape = shape;
    this.#room = room;
    this.#layout = layoutOf(shape, room);
    const initial = Math.ceil(this.#layout.bytes / PAGE);
    const maximum = Math.min(Math.ceil(bytesMax / PAGE), SHARD_BYTES_MAX / PAGE);
    this.memory = memoryOf({ initial, maximum, shared: kernel.shared });
    this.run = instantiateKernel<KernelExports>(kernel, this.memory);
    this.#look();
    this.set(at.ENTRY, at.NOBODY);
    this.#settle();
  }

  get shape(): Shape {
    return this.#shape;
  }

  get room(): Room {
    return this.#room;
  }

  get layout(): Layout {
    return this.#layout;
  }

  /** A field of the header. */
  get(field: number): number {
    return this.u32[field >>> 2]!;
  }

  set(field: number, value: number): void {
    this.u32[field >>> 2] = value;
  }

  getFloat(field: number): number {
    return this.f32[field >>> 2]!;
  }

  setFloat(field: number, value: number): void {
    this.f32[field >>> 2] = value;
  }

  /** Fills a section with zeros. */
  clear(field: number): void {
    const { start, bytes } = this.#layout.kept.find((section) => section.field === field)!;
    this.bytes.fill(0, start, start + bytes);
  }

  /** Address of a part of the scratch memory of a thread; 0 is the one that owns the index. */
  scratch(field: number, thread = 0): number {
    return this.get(at.SCRATCH) + thread * this.get(at.SCRATCH_BYTES) + this.get(field);
  }

  /** A view of some 32-bit floats. */
  floats(address: number, length: number): Float32Array {
    return this.f32.subarray(address >>> 2, (address >>> 2) + length);
  }

  /** Whether it may become as large as that takes. */
  fits(shape: Shape, room: Room): boolean {
    return layoutOf(shape, room).bytesAtWork <= this.#bytesMax;
  }

  /**
   * Lays the memory out for another shape or room; what is kept moves to its new place.
   *
   * @throws LimitError `ERR_LIMIT` if the memory cannot be had, BusyError `ERR_HNSW_BUSY` while
   *   workers are at it; nothing has changed then.
   */
  resize(shape: Shape, room: Room): void {
    if (this.pinnedBy !== undefined) throw new BusyError('a search this broad', this.pinnedBy);
    const before = this.#layout;
    const after = layoutOf(shape, room);
    if (after.bytesAtWork > this.#bytesMax) throw new LimitError('shardBytes', this.#bytesMax);
    this.growTo(after.bytes);
    const moves = after.kept
      .map((to) => ({ to, from: before.kept.find(({ field }) => field === to.field) }))
      .filter((move) => move.from !== undefined);
    // What moves up goes before what stands in its way, and so from behind; what moves down, from
    // the front. A layout with more room moves all up, one that drops a section all down.
    const isUp = moves.some(({ to, from }) => to.start > from!.start);
    for (const { to, from } of isUp ? moves.reverse() : moves) {
      const bytes = Math.min(to.bytes, from!.bytes);
      this.bytes.copyWithin(to.start, from!.start, from!.start + bytes);
    }
    // what stood there before belongs into no file, and differs from build to build
    for (const { to, from } of moves)
      this.bytes.fill(0, to.start + Math.min(to.bytes, from!.bytes), to.start + to.bytes);
    this.#shape = shape;
    this.#room = room;
    this.#layout = after;
    this.#settle();
  }

  /** The same in a memory of its own, with another room. */
  moved(room: Room): ShardMemory {
    const to = new ShardMemory(this.kernel, this.#shape, room, this.#bytesMax);
    for (const field of STATE) to.set(field, this.get(field));
    for (const { field, start, bytes } of to.layout.kept) {
      const from = this.#layout.kept.find((section) => section.field === field)!;
      const some = Math.min(bytes, from.bytes);
      to.bytes.set(this.bytes.subarray(from.start, from.start + some), start);
    }
    return to;
  }

  /** At least this many bytes. @returns whether the memory grew. */
  growTo(bytes: number): boolean {
    const missing = Math.ceil((bytes - this.memory.buffer.byteLength) / PAGE);
    if (missing <= 0) return false;
    try {
      this.memory.grow(missing);
    } catch (cause) {
      throw new LimitError('shardBytes', this.memory.buffer.byteLength, { cause });
    }
    this.#look();
    return true;
  }

  #settle(): void {
    for (const [field, value] of this.#layout.header) this.set(field, value);
    for (const { start, bytes } of this.#layout.fresh) this.bytes.fill(0, start, start + bytes);
    this.run.enter(0);
  }

  #look(): void {
    const { buffer } = this.memory;
    this.bytes = new Uint8Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.f32 = new Float32Array(buffer);
    this.f64 = new Float64Array(buffer);
  }
}

/** @throws LimitError `ERR_LIMIT` if there is no such memory to be had. */
function memoryOf(wanted: WebAssembly.MemoryDescriptor): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory(wanted);
  } catch (cause) {
    throw new LimitError('shardBytes', wanted.initial * PAGE, { cause });
  }
}
