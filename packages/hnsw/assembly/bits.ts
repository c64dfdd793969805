/**
 * One bit a dimension: on which side of the mean a vector is, in rotated coordinates. With two
 * factors they tell the inner product with a query, without bias and with an error that shrinks as
 * dimensions grow.
 *
 * With x the vector less the mean, rotated, s its signs, and q the query, also rotated:
 * ⟨x, q⟩ is about |x|² / Σ|xᵢ| · Σ sᵢ qᵢ, which is exact for q = x.
 *
 * @see Gao, Long, "RaBitQ: quantizing high-dimensional vectors with a theoretical error bound for
 *   approximate nearest neighbor search" (SIGMOD 2024)
 */
import * as at from '../src/memory-map';
import { laneSums } from './codes';
import { products } from './floats';
import { auxOf, bitRowOf } from './rows';
import { rotate } from './rotate';
import { scratch } from './scratch';

/** Bits of a value of the query, each in a plane of its own. */
const PLANES: u32 = 4;

/** The estimate is `base` + (`normMask` & squared norm of the row) - factor · sum · `scale`. */
let base: f32 = 0;
let normMask: u32 = 0;
let scale: f32 = 0;

/** Writes the bits of a slot, and behind them the squared norm and the factor of the sum. */
export function encodeBits(slot: u32, from: usize): void {
  const factor: f32 = load<u32>(at.METRIC) == at.COSINE ? load<f32>(auxOf(slot)) : 1;
  const squared = takeIn(from, factor, load<u32>(at.MEANS));
  const row = bitRowOf(slot);
  const values = scratch(at.DECODED);
  pack(values, 1, row, 1);
  const end = values + valueBytes();
  let sum = f32x4.splat(0);
  for (let i = values; i < end; i += 16) sum = f32x4.add(sum, f32x4.abs(v128.load(i)));
  const total = sumOf(sum);
  const factors = row + load<u32>(at.BIT_SPAN);
  store<f32>(factors, squared);
  store<f32>(factors, total > 0 ? squared / total : 0, 4);
}

/**
 * Makes bits of the vector at `INPUT`, as a query: 4 for a value.
 *
 * @returns where they stand.
 */
export function encodeQuery(inverseNorm: f32): usize {
  const isDot = load<u32>(at.METRIC) == at.DOT;
  const means: usize = load<u32>(at.MEANS);
  const input = scratch(at.INPUT);
  const squared = takeIn(input, inverseNorm, isDot ? 0 : means);
  const values = scratch(at.DECODED);
  const end = values + valueBytes();
  let widest = f32x4.splat(0);
  for (let i = values; i < end; i += 16) widest = f32x4.max(widest, f32x4.abs(v128.load(i)));
  widest = f32x4.max(widest, v128.shuffle<f32>(widest, widest, 2, 3, 0, 1));
  const largest = max<f32>(f32x4.extract_lane(widest, 0), f32x4.extract_lane(widest, 1));
  const levels = <f32>(1 << (PLANES - 1));
  const query = scratch(at.QUERY);
  pack(values, largest > 0 ? levels / largest : 0, query, PLANES);
  const step = largest / levels;
  if (isDot) {
    const dots = products(input, means, means, means, means, load<u32>(at.ROW_BYTES));
    base = -f32x4.extract_lane(dots, 0);
    normMask = 0;
    scale = step / 2;
  } else {
    base = squared;
    normMask = 0xffffffff;
    scale = step;
  }
  return query;
}

/** Puts a vector, less the means if there are any, rotated to `DECODED`. @returns its square. */
function takeIn(from: usize, factor: f32, means: usize): f32 {
  const to = scratch(at.DECODED);
  const bytes: usize = load<u32>(at.ROW_BYTES);
  const factors = f32x4.splat(factor);
  let squares = f32x4.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    let v = f32x4.mul(v128.load(from + i), factors);
    if (means) v = f32x4.sub(v, v128.load(means + i));
    squares = f32x4.add(squares, f32x4.mul(v, v));
    v128.store(to + i, v);
  }
  memory.fill(to + bytes, 0, valueBytes() - bytes);
  rotate(to);
  return sumOf(squares);
}

/** Of the padded dimensions as 32-bit floats. */
@inline
function valueBytes(): usize {
  return (<usize>load<u32>(at.BIT_SPAN)) << 5;
}

@inline
function sumOf(v: v128): f32 {
  const two = f32x4.add(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(two, 0) + f32x4.extract_lane(two, 1);
}

/**
 * Writes values as whole numbers of some bits, half of which are below zero: the highest bit of
 * 128 values, then the next lower one, and so on.
 */
function pack(values: usize, inverseStep: f32, to: usize, planes: u32): void {
  const steps = f32x4.splat(inverseStep);
  const count = (<usize>load<u32>(at.BIT_SPAN)) << 3;
  const half = 1 << (planes - 1);
  for (let i: usize = 0; i < count; i += 16) {
    const four = values + (i << 2);
    const low = i16x8.narrow_i32x4_s(floors(four, steps), floors(four + 16, steps));
    const high = i16x8.narrow_i32x4_s(floors(four + 32, steps), floors(four + 48, steps));
    let codes = i8x16.min_s(i8x16.narrow_i16x8_s(low, high), i8x16.splat(<i8>(half - 1)));
    codes = i8x16.add(i8x16.max_s(codes, i8x16.splat(<i8>-half)), i8x16.splat(<i8>half));
    const block = to + (i >> 7) * (planes << 4) + ((i & 127) >> 3);
    for (let plane: u32 = 0; plane < planes; plane++) {
      const bits = i8x16.bitmask(i8x16.shl(codes, 8 - planes + plane));
      store<u16>(block + (plane << 4), bits);
    }
  }
}

@inline
function floors(four: usize, steps: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.floor(f32x4.mul(v128.load(four), steps)));
}

/**
 * Estimates for four slots: of the squared distance, and of the negative product under `dot`. A
 * value of the query is half the sum of its bits as ±1, ±2, ±4 and ±8, so what counts is how many
 * bits of the row differ from those of each plane.
 */
@inline
export function bitEstimates(query: usize, slots: usize): v128 {
  const r0 = bitRowOf(load<u32>(slots));
  const r1 = bitRowOf(load<u32>(slots, 4));
  const r2 = bitRowOf(load<u32>(slots, 8));
  const r3 = bitRowOf(load<u32>(slots, 12));
  const span: usize = load<u32>(at.BIT_SPAN);
  let a0 = i32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let i: usize = 0;
  do {
    const planes = query + i * PLANES;
    a0 = i32x4.add(a0, differing(planes, v128.load(r0 + i)));
    a1 = i32x4.add(a1, differing(planes, v128.load(r1 + i)));
    a2 = i32x4.add(a2, differing(planes, v128.load(r2 + i)));
    a3 = i32x4.add(a3, differing(planes, v128.load(r3 + i)));
    i += 16;
  } while (i < span);
  const all = i32x4.splat(<i32>span * 8 * ((1 << PLANES) - 1));
  const sums = i32x4.sub(all, i32x4.shl(laneSums(a0, a1, a2, a3), 1));
  const a = v128.load_lane<u64>(r1 + span, v128.load_zero<u64>(r0 + span), 1);
  const b = v128.load_lane<u64>(r3 + span, v128.load_zero<u64>(r2 + span), 1);
  const norms = v128.and(v128.shuffle<f32>(a, b, 0, 2, 4, 6), i32x4.splat(normMask));
  const factors = f32x4.mul(v128.shuffle<f32>(a, b, 1, 3, 5, 7), f32x4.splat(scale));
  const products = f32x4.mul(factors, f32x4.convert_i32x4_s(sums));
  return f32x4.sub(f32x4.add(f32x4.splat(base), norms), products);
}

/** Bits that differ, each as often as its plane says: at most 15 · 8 in a byte. */
@inline
function differing(planes: usize, row: v128): v128 {
  let sum = i8x16.popcnt(v128.xor(row, v128.load(planes)));
  sum = i8x16.add(i8x16.add(sum, sum), i8x16.popcnt(v128.xor(row, v128.load(planes, 16))));
  sum = i8x16.add(i8x16.add(sum, sum), i8x16.popcnt(v128.xor(row, v128.load(planes, 32))));
  sum = i8x16.add(i8x16.add(sum, sum), i8x16.popcnt(v128.xor(row, v128.load(planes, 48))));
  return i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(sum));
}
