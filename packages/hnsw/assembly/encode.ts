/** From 32-bit floats to codes of 7 bits, and back as far as that goes. */
import * as at from '../src/memory-map';
import { encodeBits } from './bits';
import { auxOf, codeRowOf, normOf, rowOf } from './rows';
import { scratch } from './scratch';

/**
 * Writes a row of codes with its norm: each value less the mean of its place, by one scale for
 * all, so that distances between codes are distances between vectors.
 *
 * @param from - values, readable up to the next multiple of 16 of them.
 * @param factor - what each value is multiplied by first: the inverse norm, or 1.
 * @param added - the added coordinate of `dot`.
 * @returns how many codes were clipped.
 */
export function encode(from: usize, factor: f32, added: f32, row: usize): u32 {
  const codes = load<u32>(at.CODES);
  const span = load<u32>(at.CODE_SPAN);
  const means: usize = load<u32>(at.MEANS);
  const factors = f32x4.splat(factor);
  let clipped: u32 = 0;
  for (let i: usize = 0; i < span; i += 16) {
    let low = i16x8.splat(0);
    let high = low;
    for (let half: usize = 0; half < 16; half += 8) {
      const values = from + ((i + half) << 2);
      const mean = means + ((i + half) << 2);
      const a = f32x4.mul(v128.load(values), factors);
      const b = f32x4.mul(v128.load(values, 16), factors);
      const ca = quantised(a, v128.load(mean));
      const cb = quantised(b, v128.load(mean, 16));
      clipped += popcnt(outside(ca) | (outside(cb) << 4));
      const narrow = i16x8.narrow_i32x4_s(i32x4.trunc_sat_f32x4_s(ca), i32x4.trunc_sat_f32x4_s(cb));
      if (half == 0) low = narrow;
      else high = narrow;
    }
    const bytes = i8x16.min_u(i8x16.narrow_i16x8_u(low, high), i8x16.splat(<i8>at.CODE_MAX));
    v128.store(row + i, bytes);
  }
  if (load<u32>(at.METRIC) == at.DOT) {
    const code = nearest<f32>(
      (added - load<f32>(means + ((codes - 1) << 2))) * load<f32>(at.SCALE) + 63.5,
    );
    store<u8>(row + codes - 1, <i32>min<f32>(max<f32>(code, 0), <f32>at.CODE_MAX));
  }
  for (let i = codes; i < span; i++) store<u8>(row + i, 0);
  const norm = squaredNorm(row, span);
  store<u32>(normOf(row), norm);
  return clipped;
}

@inline
function quantised(values: v128, means: v128): v128 {
  const scaled = f32x4.mul(f32x4.sub(values, means), f32x4.splat(load<f32>(at.SCALE)));
  return f32x4.nearest(f32x4.add(scaled, f32x4.splat(63.5)));
}

/** A bit for each of four codes that is below 0 or above 127. */
@inline
function outside(codes: v128): u32 {
  const below = f32x4.lt(codes, f32x4.splat(0));
  const above = f32x4.gt(codes, f32x4.splat(<f32>at.CODE_MAX));
  return i32x4.bitmask(v128.or(below, above));
}

function squaredNorm(row: usize, span: usize): u32 {
  let sum = i32x4.splat(0);
  for (let i: usize = 0; i < span; i += 8) {
    const eight = v128.load_ext<u8>(row + i);
    sum = i32x4.add(sum, i32x4.dot_i16x8_s(eight, eight));
  }
  return (
    i32x4.extract_lane(sum, 0) +
    i32x4.extract_lane(sum, 1) +
    i32x4.extract_lane(sum, 2) +
    i32x4.extract_lane(sum, 3)
  );
}

/**
 * What the codes of a slot say that its vector was, at full length: under `cosine`, where the norm
 * is known, exactly as long as that.
 */
export function decode(slot: u32, to: usize): void {
  const codes = codeRowOf(slot);
  const means: usize = load<u32>(at.MEANS);
  const steps = f32x4.splat(load<f32>(at.STEP));
  const bytes = load<u32>(at.ROW_BYTES);
  for (let i: usize = 0; i < bytes; i += 16) {
    const low = i16x8.extend_low_i8x16_u(v128.load32_zero(codes + (i >> 2)));
    const four = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(low));
    const centred = f32x4.mul(f32x4.sub(four, f32x4.splat(63.5)), steps);
    v128.store(to + i, f32x4.add(centred, v128.load(means + i)));
  }
  for (let i: usize = load<u32>(at.DIMENSIONS) << 2; i < bytes; i += 4) store<f32>(to + i, 0);
  if (load<u32>(at.METRIC) == at.COSINE) stretch(to, bytes, 1 / load<f32>(auxOf(slot)));
}

/** Gives a vector a length; one of zeros has none to give. */
function stretch(vector: usize, bytes: usize, length: f32): void {
  let sum: f32 = 0;
  for (let i: usize = 0; i < bytes; i += 4) sum += load<f32>(vector + i) * load<f32>(vector + i);
  const factor = f32x4.splat(sum > 0 ? length / sqrt<f32>(sum) : 0);
  for (let i: usize = 0; i < bytes; i += 16)
    v128.store(vector + i, f32x4.mul(v128.load(vector + i), factor));
}

/** Makes the codes or bits of one slot from its vector. @returns how many codes were clipped. */
export function encodeSlot(slot: u32, from: usize): u32 {
  if (load<u32>(at.BIT_ROWS)) encodeBits(slot, from);
  if (load<u32>(at.CODE_ROWS) == 0) return 0;
  const metric = load<u32>(at.METRIC);
  const aux: f32 = metric == at.L2 ? 1 : load<f32>(auxOf(slot));
  return encode(from, metric == at.COSINE ? aux : 1, aux, codeRowOf(slot));
}

/** Codes anew, or makes bits of, all slots whose floats are kept, from `first` to below `last`. */
export function encodeAll(first: u32, last: u32): void {
  for (let slot = first; slot < last; slot++) encodeSlot(slot, rowOf(slot));
}

/**
 * Codes anew slots of which there is nothing but codes, from what those say.
 *
 * @param means - the new ones; `at.SCALE` and `at.STEP` still are those of before.
 */
export function recode(first: u32, last: u32, means: usize, scale: f32): void {
  const row = scratch(at.DECODED);
  const meansBefore = load<u32>(at.MEANS);
  const scaleBefore = load<f32>(at.SCALE);
  for (let slot = first; slot < last; slot++) {
    decode(slot, row);
    store<u32>(at.MEANS, means);
    store<f32>(at.SCALE, scale);
    encodeSlot(slot, row);
    store<u32>(at.MEANS, meansBefore);
    store<f32>(at.SCALE, scaleBefore);
  }
}
