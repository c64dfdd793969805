import { checkBytes } from '@ruvector/core';
import { isBefore } from './pairwise.js';

/**
 * Who goes on when both ends began a handshake at the same moment: the member with the lower key
 * id. Both come to the same answer without a word; the other one drops its own and answers.
 *
 * @param own - member key ids, 32 bytes each.
 * @returns whether it is this end.
 * @example
 * const [low, high] = [new Uint8Array(32), new Uint8Array(32).fill(1)];
 * [winsCrossing(low, high), winsCrossing(high, low)]; // => [true, false]
 */
export function winsCrossing(own: Uint8Array, peer: Uint8Array): boolean {
  checkBytes('own', own, { length: 32 });
  checkBytes('peer', peer, { length: 32 });
  return isBefore(own, peer);
}
