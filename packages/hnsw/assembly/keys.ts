/**
 * From which point keys are measured, and the keys of rows: whole numbers without sign that sort
 * as the distances do. There are two points to measure from: the query, which lasts for a search,
 * and any row, for a moment.
 */
import * as at from '../src/memory-map';
import { bitEstimates, encodeQuery } from './bits';
import { decode, encode } from './encode';
import { auxOf, codeRowOf, normOf, rowOf } from './rows';
import { fetchRows } from './fetch';
import { codeDots, queryOfRow, storeQueryCode } from './codes';
import { products, squares } from './floats';
import { scratch } from './scratch';

/** What is measured: by what formula, from where. */
const KEY_L2: u32 = 0;
const KEY_COSINE: u32 = 1;
const KEY_DOT: u32 = 2;
/** Squared distance of rows that have a coordinate more, which turns `dot` into `l2`. */
const KEY_REDUCED: u32 = 3;
const KEY_CODES: u32 = 4;
const KEY_BITS: u32 = 5;

let kind: u32 = 0;
let from: usize = 0;
/** Of the point: inverse norm under `cosine`, added coordinate under `dot`. */
let aux: f32 = 0;
/** The key of codes is `keyBase` + (`normMask` & norm of the row) - (product << `keyShift`). */
let keyBase: u32 = 0;
let normMask: u32 = 0;
let keyShift: u32 = 0;

let queryKind: u32 = 0;
let queryAt: usize = 0;
let queryAux: f32 = 0;
let queryBase: u32 = 0;
let queryMask: u32 = 0;
let queryShift: u32 = 0;

/** Measures from the query from now on. */
export function fromQuery(): void {
  kind = queryKind;
  from = queryAt;
  aux = queryAux;
  keyBase = queryBase;
  normMask = queryMask;
  keyShift = queryShift;
}

function keepAsQuery(): void {
  queryKind = kind;
  queryAt = from;
  queryAux = aux;
  queryBase = keyBase;
  queryMask = normMask;
  queryShift = keyShift;
}

/** Measures from a row, by what links are chosen by, until `fromQuery`. */
export function fromSlot(slot: u32): void {
  measureSlot(slot, scratch(at.OTHER));
}

/** Makes a row the query: what a row that is inserted is searched by. */
export function querySlot(slot: u32): void {
  measureSlot(slot, scratch(at.QUERY));
  keepAsQuery();
}

function measureSlot(slot: u32, codes: usize): void {
  if (load<u32>(at.TRAVERSAL) == at.ON_CODES) {
    const row = codeRowOf(slot);
    queryOfRow(codes, row, load<u32>(at.CODES), load<u32>(at.CODE_SPAN));
    kind = KEY_CODES;
    from = codes;
    keyBase = load<u32>(normOf(row));
    normMask = 0xffffffff;
    keyShift = 1;
    return;
  }
  const metric = load<u32>(at.METRIC);
  kind = metric == at.DOT ? KEY_REDUCED : metric;
  from = rowOf(slot);
  if (metric != at.L2) aux = load<f32>(auxOf(slot));
}

/**
 * Makes the vector at `INPUT` the query, measured in 32-bit floats.
 *
 * @param inverseNorm - read under `cosine`.
 */
export function queryExactly(inverseNorm: f32): void {
  kind = load<u32>(at.METRIC);
  from = scratch(at.INPUT);
  aux = inverseNorm;
  keepAsQuery();
}

/**
 * Makes the vector at `INPUT` the query, measured in codes. Under `dot` the query is not one of
 * the coded points but a direction, and has codes of its own, with a sign.
 */
export function queryInCodes(inverseNorm: f32): void {
  const codes = load<u32>(at.CODES);
  const query = scratch(at.QUERY);
  kind = KEY_CODES;
  from = query;
  if (load<u32>(at.METRIC) == at.DOT) {
    storeDirection(query);
    keyBase = 0x80000000;
    normMask = 0;
    keyShift = 0;
    for (let i = codes; i < load<u32>(at.CODE_SPAN); i++) storeQueryCode(query, i, 0);
  } else {
    const row = scratch(at.OTHER);
    encode(scratch(at.INPUT), inverseNorm, 0, row);
    queryOfRow(query, row, codes, load<u32>(at.CODE_SPAN));
    keyBase = load<u32>(normOf(row));
    normMask = 0xffffffff;
    keyShift = 1;
  }
  keepAsQuery();
}

/** Makes the vector at `INPUT` the query, measured in bits: estimates that any row sorts by. */
export function queryInBits(inverseNorm: f32): void {
  kind = KEY_BITS;
  from = encodeQuery(inverseNorm);
  keepAsQuery();
}

function storeDirection(query: usize): void {
  const dimensions = load<u32>(at.DIMENSIONS);
  const input = scratch(at.INPUT);
  let largest: f32 = 0;
  for (let i: u32 = 0; i < dimensions; i++)
    largest = max<f32>(largest, abs<f32>(load<f32>(input + (i << 2))));
  const scale: f32 = largest > 0 ? <f32>at.CODE_MAX / largest : 0;
  for (let i: u32 = 0; i < dimensions; i++)
    storeQueryCode(query, i, <i32>nearest<f32>(load<f32>(input + (i << 2)) * scale));
  storeQueryCode(query, dimensions, 0);
}

/** Keys of the four slots at `slots`. */
export function keys4(slots: usize): v128 {
  if (kind == KEY_CODES) return codeKeys(slots);
  return kind == KEY_BITS ? bitKeys(slots) : exactKeys(slots);
}

/** Keys of the slots from one address to below another, four at a time, written from `keys` on. */
export function measure(slots: usize, end: usize, keys: usize): void {
  if (kind == KEY_CODES) {
    fetchRows(slots, end, load<u32>(at.CODE_ROWS), load<u32>(at.CODE_BYTES));
    for (; slots < end; slots += 16, keys += 16) v128.store(keys, codeKeys(slots));
    return;
  }
  if (kind == KEY_BITS) {
    fetchRows(slots, end, load<u32>(at.BIT_ROWS), load<u32>(at.BIT_BYTES));
    for (; slots < end; slots += 16, keys += 16) v128.store(keys, bitKeys(slots));
    return;
  }
  const rows = load<u32>(at.ROWS);
  if (rows) fetchRows(slots, end, rows, load<u32>(at.ROW_BYTES));
  for (; slots < end; slots += 16, keys += 16) v128.store(keys, exactKeys(slots));
}

@inline
function codeKeys(slots: usize): v128 {
  const r0 = codeRowOf(load<u32>(slots));
  const r1 = codeRowOf(load<u32>(slots, 4));
  const r2 = codeRowOf(load<u32>(slots, 8));
  const r3 = codeRowOf(load<u32>(slots, 12));
  const dots = codeDots(from, r0, r1, r2, r3, load<u32>(at.CODE_SPAN));
  const end: usize = load<u32>(at.CODE_BYTES) - 4;
  let norms = v128.load_zero<u32>(r0 + end);
  norms = v128.load_lane<u32>(r1 + end, norms, 1);
  norms = v128.load_lane<u32>(r2 + end, norms, 2);
  norms = v128.load_lane<u32>(r3 + end, norms, 3);
  const base = i32x4.add(i32x4.splat(keyBase), v128.and(norms, i32x4.splat(normMask)));
  return i32x4.sub(base, i32x4.shl(dots, keyShift));
}

/** Not kept above 0, since equal keys are taken for copies of one vector. */
function bitKeys(slots: usize): v128 {
  return sortable(bitEstimates(from, slots));
}

function exactKeys(slots: usize): v128 {
  const s0 = load<u32>(slots);
  const s1 = load<u32>(slots, 4);
  const s2 = load<u32>(slots, 8);
  const s3 = load<u32>(slots, 12);
  const bytes = load<u32>(at.ROW_BYTES);
  let r0 = rowOf(s0);
  let r1 = rowOf(s1);
  let r2 = rowOf(s2);
  let r3 = rowOf(s3);
  if (load<u32>(at.ROWS) == 0) {
    r0 = scratch(at.DECODED);
    r1 = r0 + bytes;
    r2 = r1 + bytes;
    r3 = r2 + bytes;
    decode(s0, r0);
    decode(s1, r1);
    decode(s2, r2);
    decode(s3, r3);
  }
  if (kind == KEY_L2) return sortable(squares(from, r0, r1, r2, r3, bytes));
  if (kind == KEY_REDUCED) {
    const apart = f32x4.sub(f32x4.splat(aux), auxes(s0, s1, s2, s3));
    return sortable(f32x4.add(squares(from, r0, r1, r2, r3, bytes), f32x4.mul(apart, apart)));
  }
  const dots = products(from, r0, r1, r2, r3, bytes);
  if (kind == KEY_DOT) return sortable(f32x4.neg(dots));
  const cosines = f32x4.mul(f32x4.mul(dots, f32x4.splat(aux)), auxes(s0, s1, s2, s3));
  return sortable(f32x4.max(f32x4.sub(f32x4.splat(1), cosines), f32x4.splat(0)));
}

@inline
function auxes(s0: u32, s1: u32, s2: u32, s3: u32): v128 {
  let four = v128.load_zero<u32>(auxOf(s0));
  four = v128.load_lane<u32>(auxOf(s1), four, 1);
  four = v128.load_lane<u32>(auxOf(s2), four, 2);
  return v128.load_lane<u32>(auxOf(s3), four, 3);
}

/** 32-bit floats as numbers without sign that sort in the same way. */
@inline
function sortable(floats: v128): v128 {
  const negative = i32x4.shr_s(floats, 31);
  return v128.xor(floats, v128.or(negative, i32x4.splat(0x80000000)));
}

/** The float whose `sortable` is the key. */
@inline
export function floatOf(key: u32): f32 {
  return reinterpret<f32>(key & 0x80000000 ? key ^ 0x80000000 : ~key);
}
