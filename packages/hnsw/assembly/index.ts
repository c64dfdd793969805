// The kernel: what runs in WebAssembly. It is AssemblyScript, on raw addresses of one memory.

/** Adds to the number at an address, so that no thread's addition is lost. @returns what it was */
export function addAt(address: usize, value: u32): u32 {
  return atomic.add<u32>(address, value);
}

/** The dot product of two rows of 16 codes from 0 to 127. */
export function dot16(a: usize, b: usize): i32 {
  return sumLanes(products(v128.load(a), v128.load(b)));
}

/** Of lanes pair by pair: 2 · 127 · 127 is below 2¹⁵, where both builds agree. */
@inline
function products(a: v128, b: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i16x8.relaxed_dot_i8x16_i7x16_s(a, b);
  const low = i16x8.extmul_low_i8x16_s(a, b);
  const high = i16x8.extmul_high_i8x16_s(a, b);
  return i16x8.add(
    v128.shuffle<i16>(low, high, 0, 2, 4, 6, 8, 10, 12, 14),
    v128.shuffle<i16>(low, high, 1, 3, 5, 7, 9, 11, 13, 15),
  );
}

@inline
function sumLanes(sums: v128): i32 {
  const four = i32x4.extadd_pairwise_i16x8_s(sums);
  const two = i32x4.add(four, v128.shuffle<i32>(four, four, 2, 3, 2, 3));
  return i32x4.extract_lane(two, 0) + i32x4.extract_lane(two, 1);
}
