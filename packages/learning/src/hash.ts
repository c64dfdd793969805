/**
 * MurmurHash3 for 32 bits (Austin Appleby, public domain algorithm). Spreads well, resists nobody:
 * whoever wants two texts of one hash can make them.
 */
export function hash32(bytes: Uint8Array, seed: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length & ~3;
  let h = seed;
  for (let at = 0; at < whole; at += 4) {
    h = rotateLeft(h ^ scramble(view.getUint32(at, true)), 13);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let at = bytes.length - 1; at >= whole; at--) tail = (tail << 8) | bytes[at]!;
  h ^= scramble(tail) ^ bytes.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Two of them with different seeds: 64 bits. */
export function hash64(bytes: Uint8Array): bigint {
  return (BigInt(hash32(bytes, 0)) << 32n) | BigInt(hash32(bytes, 0x9747b28c));
}

const scramble = (k: number): number =>
  Math.imul(rotateLeft(Math.imul(k, 0xcc9e2d51), 15), 0x1b873593);

const rotateLeft = (x: number, bits: number): number => (x << bits) | (x >>> (32 - bits));
