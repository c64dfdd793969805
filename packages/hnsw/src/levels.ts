/** No node is higher. With M of 2 that is one in 65,536, which is high enough for all of them. */
export const LEVEL_MAX = 16;

/**
 * The level of the n-th node of an index: l or more with a chance of M^-l, as the paper draws it,
 * in whole numbers, so that every engine draws the same.
 *
 * @see Malkov, Yashunin (2018), §4.1: mL = 1/ln(M)
 */
export function levelOf(seed: number, sequence: number, M: number): number {
  const draw = mixed(seed, sequence);
  let level = 0;
  let limit = Math.floor(4_294_967_296 / M);
  while (draw < limit && level < LEVEL_MAX) {
    level++;
    limit = Math.floor(limit / M);
  }
  return level;
}

/** A number of 32 bits that depends on both. */
export function mixed(seed: number, sequence: number): number {
  let h = Math.imul(sequence ^ Math.imul(seed, 0x9e3779b1), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15) ^ (seed >>> 3), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return (h ^ (h >>> 15)) >>> 0;
}
