/** Mixes a number into a hash of 32 bits. */
export function mix(hash: number, value: number): number {
  let mixed = Math.imul(hash ^ value, 0x9e3779b1);
  mixed ^= mixed >>> 15;
  return Math.imul(mixed, 0x85ebca6b) ^ (mixed >>> 13);
}

/** Mixes bytes into a hash of 32 bits. */
export function mixBytes(hash: number, bytes: Uint8Array): number {
  let mixed = mix(hash, bytes.length);
  for (let i = 0; i < bytes.length; i++) mixed = Math.imul(mixed ^ bytes[i]!, 0x01000193);
  return mix(mixed, 1);
}
