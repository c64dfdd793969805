import * as at from './memory-map.js';

/** What stands in the memory of a shard, whatever its size. */
export interface Shape {
  readonly dimensions: number;
  /** `at.L2`, `at.COSINE` or `at.DOT`. */
  readonly metric: number;
  readonly M: number;
  readonly efConstruction: number;
  /** Whether 32-bit floats are kept, codes, rows of bits, and links. */
  readonly rows: boolean;
  readonly codes: boolean;
  readonly bits: boolean;
  readonly graph: boolean;
}

/** How much of it there is room for. */
export interface Room {
  /** Slots. */
  readonly capacity: number;
  /** Bytes for the links above level 0. */
  readonly upperBytes: number;
  /** Threads that work at the same time. */
  readonly threads: number;
  /** The largest `ef` or `k` of a search. */
  readonly breadth: number;
}

/** A part of the memory: the header field with its address, the address, its length. */
export interface Section {
  readonly field: number;
  readonly start: number;
  readonly bytes: number;
  /** Bytes a slot, 1/8 where it is a bit; 0 if its length does not depend on the slots. */
  readonly perSlot: number;
}

/** Where everything stands, for one shape and one room. */
export interface Layout {
  /** What the header says, by field. */
  readonly header: ReadonlyMap<number, number>;
  /** Those that are moved, and saved. */
  readonly kept: readonly Section[];
  /** Those that begin as zeros. */
  readonly fresh: readonly Section[];
  readonly bytes: number;
  /** With the room behind the last section that a kernel may ask for, for a while. */
  readonly bytesAtWork: number;
}

/** Tables of a checksum. */
export const CHECKSUM_BYTES = 8_192;

/** Connecting takes a number and a bit for each slot. */
export const connectBytes = (slots: number): number => 8 * Math.ceil(slots / 64) + 4 * slots;

/** Compacting takes the new number of each slot. */
export const renamedBytes = (slots: number): number => 4 * slots;

const ALIGNMENT = 64;
/** Slots of links collected before they are measured, with what is kept behind them. */
const NEIGHBOURS_MIN = 1024;

const SECTIONS = [
  at.MEANS,
  at.SIGNS,
  at.ROWS,
  at.AUX,
  at.CODE_ROWS,
  at.BIT_ROWS,
  at.LINKS,
  at.UPPER_OF,
];

const align = (bytes: number, to = ALIGNMENT): number => Math.ceil(bytes / to) * to;

/** Codes in a row: under `dot` there is the added coordinate too. */
export const codesIn = ({ dimensions, metric }: Pick<Shape, 'dimensions' | 'metric'>): number =>
  metric === at.DOT ? dimensions + 1 : dimensions;

/** Bytes of a row of 32-bit floats. */
export const rowBytes = ({ dimensions }: Shape): number => align(4 * dimensions, 16);

/** Bytes of a row of codes: the norm stands in the padding where that has room for it. */
function codeBytes(shape: Shape): number {
  const codes = codesIn(shape);
  return Math.max(align(codes, 16), align(codes, 4) + 4);
}

/** Bits in a row: the dimensions, padded to whole vectors of the processor. */
export const bitsIn = ({ dimensions }: Shape): number => align(dimensions, 128);

const bitBytes = (shape: Shape): number => bitsIn(shape) / 8 + 8;

/** Lays out the memory of a shard. */
export function layoutOf(shape: Shape, room: Room): Layout {
  const header = headerOf(shape, room);
  let end = at.HEADER_BYTES;
  const section = (field: number, bytes: number, perSlot = 0): Section => {
    const start = align(end);
    header.set(field, start);
    end = start + bytes;
    return { field, start, bytes, perSlot };
  };
  const perSlot = (field: number, bytes: number): Section =>
    section(field, bytes < 1 ? 8 * Math.ceil(room.capacity / 64) : bytes * room.capacity, bytes);

  const kept: Section[] = [];
  if (shape.codes || shape.bits) kept.push(section(at.MEANS, 4 * align(codesIn(shape), 16)));
  if (shape.bits) kept.push(section(at.SIGNS, at.ROUNDS * bitsIn(shape)));
  if (shape.rows) kept.push(perSlot(at.ROWS, rowBytes(shape)));
  if (shape.metric !== at.L2) kept.push(perSlot(at.AUX, 4));
  if (shape.codes) kept.push(perSlot(at.CODE_ROWS, codeBytes(shape)));
  if (shape.bits) kept.push(perSlot(at.BIT_ROWS, bitBytes(shape)));
  if (shape.graph) {
    kept.push(perSlot(at.LINKS, 4 * (2 * shape.M + 1)));
    kept.push(perSlot(at.UPPER_OF, 4));
    kept.push(section(at.UPPER, room.upperBytes));
  }
  kept.push(perSlot(at.DEAD, 1 / 8));
  const fresh: Section[] = [];
  if (shape.graph) fresh.push(section(at.LOCKS, 4 * at.LOCK_COUNT));
  fresh.push(section(at.SCRATCH, room.threads * scratchInto(header, shape, room)));
  const bytes = align(end);
  const { capacity } = room;
  const work = Math.max(CHECKSUM_BYTES, connectBytes(capacity), renamedBytes(capacity));
  return { header, kept, fresh, bytes, bytesAtWork: bytes + work };
}

function headerOf(shape: Shape, room: Room): Map<number, number> {
  const { dimensions, metric, M, efConstruction } = shape;
  const codes = codesIn(shape);
  const absent = SECTIONS.map((field): [number, number] => [field, 0]);
  return new Map([
    ...absent,
    [at.DIMENSIONS, dimensions],
    [at.METRIC, metric],
    [at.M, M],
    [at.M0, 2 * M],
    [at.EF_CONSTRUCTION, efConstruction],
    [at.CAPACITY, room.capacity],
    [at.ROW_BYTES, rowBytes(shape)],
    [at.CODES, codes],
    [at.BIT_BYTES, bitBytes(shape)],
    [at.BIT_SPAN, bitsIn(shape) / 8],
    [at.CODE_BYTES, codeBytes(shape)],
    [at.CODE_SPAN, align(codes, 16)],
  ]);
}

/** Writes where things stand in the part of a thread. @returns the bytes of that part. */
function scratchInto(header: Map<number, number>, shape: Shape, room: Room): number {
  const row = rowBytes(shape);
  const listMax = 4 * shape.M + 2;
  const reranked = Math.max(3 * room.breadth, 30);
  let end = 0;
  const part = (field: number, bytes: number): void => {
    header.set(field, end);
    end = align(end + bytes);
  };
  part(at.VISITED, 2 * room.capacity);
  part(at.PASSING, 8 * Math.ceil(room.capacity / 64));
  part(at.INPUT, row + 64);
  part(at.QUERY, Math.max(2 * align(codesIn(shape), 16), shape.bits ? bitsIn(shape) / 2 : 0));
  part(at.OTHER, 2 * align(codesIn(shape), 16) + 16);
  part(at.POOL, 8 * (Math.max(reranked, shape.efConstruction) + 2));
  part(at.SECOND, 8 * (Math.max(room.breadth, listMax) + 2));
  part(at.NEIGHBOURS, 8 * Math.max(NEIGHBOURS_MIN, reranked, listMax) + 64); // with their keys
  part(at.CHOSEN, 4 * listMax + 32);
  part(at.DEFERRED, 4 * listMax + 32);
  part(at.PARTNERS, 4 * listMax + 32);
  part(at.DECODED, Math.max(4 * row, shape.bits ? 4 * bitsIn(shape) : 0));
  part(at.FOUND, 12 * Math.max(reranked, room.breadth));
  part(at.TAKEN, 4);
  header.set(at.SCRATCH_BYTES, end);
  return end;
}
