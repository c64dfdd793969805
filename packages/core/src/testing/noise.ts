import { seededRandom } from '../random.js';

/** `length` bytes that look like nothing in particular, the same for the same seed. */
export function noise(length: number, seed: number): Uint8Array {
  const random = seededRandom(seed);
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = random.uint32();
  return bytes;
}
