import { checkInteger, checkVector, seededRandom } from '@ruvector/core';

const PLANES_SEED = 0x51_6e_a7; // fixed, so that everybody cuts space with the same planes
const SIGNATURE_BITS_MAX = 4096;

/**
 * Which side of each of `bits` random hyperplanes a vector lies on. Two vectors at angle θ differ
 * in a bit with probability θ/π, so a few bytes pre-filter what needs an exact comparison.
 *
 * @param vector - any length; only read.
 * @param bits - a multiple of 8 from 8 to 4,096.
 * @returns `bits / 8` bytes; a zero vector gives zeros.
 * @throws TypeError, RangeError on a bad vector or number of bits.
 * @example
 * hyperplaneSignature(Float32Array.of(1, 2, 3), 64).length; // => 8
 * @see Charikar, "Similarity estimation techniques from rounding algorithms" (STOC 2002), §3; signs
 * instead of Gaussians after Achlioptas (2003)
 */
export function hyperplaneSignature(
  vector: Float32Array | readonly number[],
  bits = 64,
): Uint8Array {
  const values = checkVector('vector', vector);
  checkInteger('bits', bits, { min: 8, max: SIGNATURE_BITS_MAX });
  if (bits % 8 !== 0) throw new RangeError(`bits must be a multiple of 8, got ${bits}`);
  const random = seededRandom(PLANES_SEED);
  const signature = new Uint8Array(bits / 8);
  for (let bit = 0; bit < bits; bit++) {
    let side = 0;
    let signs = 0;
    for (let i = 0; i < values.length; i++) {
      if (i % 32 === 0) signs = random.uint32();
      side += signs & 1 ? values[i]! : -values[i]!;
      signs >>>= 1;
    }
    if (side > 0) signature[bit >> 3]! |= 1 << (bit & 7);
  }
  return signature;
}

/**
 * The cosine between two vectors, estimated from their signatures: cos(π · share of differing
 * bits).
 *
 * @returns −1 to 1; the standard error near 0 is about 1.6 / √bits.
 * @throws RangeError if the signatures are empty or differ in length.
 * @example
 * signatureCosine(Uint8Array.of(0b1010), Uint8Array.of(0b1010)); // => 1
 */
export function signatureCosine(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length || a.length === 0)
    throw new RangeError(`signatures must have one length above 0, got ${a.length}, ${b.length}`);
  let differing = 0;
  for (let i = 0; i < a.length; i++)
    for (let rest = a[i]! ^ b[i]!; rest > 0; rest &= rest - 1) differing++;
  return Math.cos((Math.PI * differing) / (8 * a.length));
}
