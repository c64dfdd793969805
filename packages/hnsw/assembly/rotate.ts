/** The rotation before bits: afterwards no coordinate of any data is worth more than another. */
import * as at from '../src/memory-map';

/**
 * Rotates the padded dimensions in place, always in the same way. A round draws signs and spreads
 * each value over a block whose length is a power of two; as the dimensions need not be one, the
 * block is the first part and the last part in turn, and both overlap.
 *
 * @see Ailon, Chazelle, "The fast Johnson–Lindenstrauss transform and approximate nearest
 *   neighbors" (2009)
 */
export function rotate(values: usize): void {
  const bytes = (<usize>load<u32>(at.BIT_SPAN)) << 5;
  const block = (<usize>1) << (31 - clz<u32>(<u32>bytes));
  let signs: usize = load<u32>(at.SIGNS);
  for (let round = 0; round < at.ROUNDS; round++) {
    const from = round & 1 ? bytes - block : 0;
    scramble(values + from, block, signs + (from >> 2));
    for (let half: usize = 16; half < block; half <<= 1) butterflies(values + from, block, half);
    signs += bytes >> 2;
  }
}

/** Signs, a factor that keeps lengths, and the two steps of the transform within four values. */
function scramble(values: usize, bytes: usize, signs: usize): void {
  const factor = f32x4.splat(1 / sqrt<f32>(<f32>((<u32>bytes) >> 2)));
  const minus = i32x4.splat(0x80000000);
  const odd = i32x4(0, 0x80000000, 0, 0x80000000);
  const upper = i32x4(0, 0, 0x80000000, 0x80000000);
  for (let i: usize = 0; i < bytes; i += 16) {
    const four = i16x8.extend_low_i8x16_u(v128.load32_zero(signs + (i >> 2)));
    const sign = v128.and(i32x4.shl(i32x4.extend_low_i16x8_u(four), 24), minus);
    let v = f32x4.mul(v128.xor(v128.load(values + i), sign), factor);
    const b = v128.xor(v128.shuffle<f32>(v, v, 1, 1, 3, 3), odd);
    v = f32x4.add(v128.shuffle<f32>(v, v, 0, 0, 2, 2), b);
    const d = v128.xor(v128.shuffle<f32>(v, v, 2, 3, 2, 3), upper);
    v128.store(values + i, f32x4.add(v128.shuffle<f32>(v, v, 0, 1, 0, 1), d));
  }
}

/** A step of the Walsh–Hadamard transform: sums and differences of what is `half` apart. */
function butterflies(values: usize, bytes: usize, half: usize): void {
  for (let i: usize = 0; i < bytes; i += half << 1)
    for (let low = values + i, end = low + half; low < end; low += 16) {
      const a = v128.load(low);
      const b = v128.load(low + half);
      v128.store(low, f32x4.add(a, b));
      v128.store(low + half, f32x4.sub(a, b));
    }
}
