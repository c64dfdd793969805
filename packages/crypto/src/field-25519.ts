/**
 * Whether a coordinate is below p = 2^255 − 19, and so in its one spelling: 32 bytes,
 * little-endian, of which bit 255 is left aside (a sign in Ed25519, nothing in X25519).
 */
export function isReduced(coordinate: Uint8Array): boolean {
  if ((coordinate[31]! & 0x7f) !== 0x7f || coordinate[0]! < 0xed) return true;
  for (let i = 30; i > 0; i--) if (coordinate[i] !== 0xff) return true;
  return false;
}
