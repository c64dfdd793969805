/**
 * Inner products of a query with four rows of codes at once: a load of the query serves four, and
 * four chains of additions hide each other's latency.
 */

/**
 * Four sums of products; the rows hold codes from 0 to 127, the query bytes from -127 to 127 (8
 * bits each where there is the relaxed instruction, else 16), and zeros where the rows have none.
 */
@inline
export function codeDots(
  query: usize,
  r0: usize,
  r1: usize,
  r2: usize,
  r3: usize,
  span: usize,
): v128 {
  let a0 = i32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let i: usize = 0;
  if (ASC_FEATURE_RELAXED_SIMD) {
    do {
      const q = v128.load(query + i);
      a0 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, v128.load(r0 + i), a0);
      a1 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, v128.load(r1 + i), a1);
      a2 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, v128.load(r2 + i), a2);
      a3 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, v128.load(r3 + i), a3);
      i += 16;
    } while (i < span);
  } else {
    do {
      const q = v128.load(query + (i << 1));
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(q, v128.load_ext<u8>(r0 + i)));
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(q, v128.load_ext<u8>(r1 + i)));
      a2 = i32x4.add(a2, i32x4.dot_i16x8_s(q, v128.load_ext<u8>(r2 + i)));
      a3 = i32x4.add(a3, i32x4.dot_i16x8_s(q, v128.load_ext<u8>(r3 + i)));
      i += 8;
    } while (i < span);
  }
  return laneSums(a0, a1, a2, a3);
}

/** Of each of four vectors the sum of its lanes. */
@inline
export function laneSums(a0: v128, a1: v128, a2: v128, a3: v128): v128 {
  const a = pairs(a0, a1);
  const b = pairs(a2, a3);
  return i32x4.add(v128.shuffle<i32>(a, b, 0, 1, 4, 5), v128.shuffle<i32>(a, b, 2, 3, 6, 7));
}

/** a0+a2, b0+b2, a1+a3, b1+b3. */
@inline
function pairs(a: v128, b: v128): v128 {
  return i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
}

/** Puts one code of a query where `codeDots` looks for it. */
@inline
export function storeQueryCode(query: usize, i: usize, code: i32): void {
  if (ASC_FEATURE_RELAXED_SIMD) store<i8>(query + i, code);
  else store<i16>(query + (i << 1), code);
}

/** Makes a row of codes a query, without the norm that may stand in its padding. */
export function queryOfRow(query: usize, row: usize, codes: usize, span: usize): void {
  for (let i: usize = 0; i < span; i += 16) {
    const bytes = v128.load(row + i);
    if (ASC_FEATURE_RELAXED_SIMD) v128.store(query + i, bytes);
    else {
      v128.store(query + (i << 1), i16x8.extend_low_i8x16_u(bytes));
      v128.store(query + (i << 1) + 16, i16x8.extend_high_i8x16_u(bytes));
    }
  }
  for (let i = codes; i < span; i++) storeQueryCode(query, i, 0);
}
