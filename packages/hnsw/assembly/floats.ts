/**
 * Sums over four rows of 32-bit floats at once, in an order that is the same in every build. Rows
 * end in zeros, up to a multiple of four values.
 */

@inline
function sums(a0: v128, a1: v128, a2: v128, a3: v128): v128 {
  const a = pairs(a0, a1);
  const b = pairs(a2, a3);
  return f32x4.add(v128.shuffle<f32>(a, b, 0, 1, 4, 5), v128.shuffle<f32>(a, b, 2, 3, 6, 7));
}

/** a0+a2, b0+b2, a1+a3, b1+b3. */
@inline
function pairs(a: v128, b: v128): v128 {
  return f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
}

/** Squared Euclidean distances. */
export function squares(
  query: usize,
  r0: usize,
  r1: usize,
  r2: usize,
  r3: usize,
  bytes: usize,
): v128 {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let i: usize = 0;
  do {
    const q = v128.load(query + i);
    const d0 = f32x4.sub(q, v128.load(r0 + i));
    const d1 = f32x4.sub(q, v128.load(r1 + i));
    const d2 = f32x4.sub(q, v128.load(r2 + i));
    const d3 = f32x4.sub(q, v128.load(r3 + i));
    a0 = f32x4.add(a0, f32x4.mul(d0, d0));
    a1 = f32x4.add(a1, f32x4.mul(d1, d1));
    a2 = f32x4.add(a2, f32x4.mul(d2, d2));
    a3 = f32x4.add(a3, f32x4.mul(d3, d3));
    i += 16;
  } while (i < bytes);
  return sums(a0, a1, a2, a3);
}

/** Inner products. */
export function products(
  query: usize,
  r0: usize,
  r1: usize,
  r2: usize,
  r3: usize,
  bytes: usize,
): v128 {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let i: usize = 0;
  do {
    const q = v128.load(query + i);
    a0 = f32x4.add(a0, f32x4.mul(q, v128.load(r0 + i)));
    a1 = f32x4.add(a1, f32x4.mul(q, v128.load(r1 + i)));
    a2 = f32x4.add(a2, f32x4.mul(q, v128.load(r2 + i)));
    a3 = f32x4.add(a3, f32x4.mul(q, v128.load(r3 + i)));
    i += 16;
  } while (i < bytes);
  return sums(a0, a1, a2, a3);
}
