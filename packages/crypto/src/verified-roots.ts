import { checkInteger, concatBytes } from '@ruvector/core';
import { bytesKey } from './bytes-key.js';
import { LruMap } from './lru-map.js';
import { sha256 } from './primitives.js';

/** Roots of batches remembered as verified, unless told. */
export const VERIFIED_ROOTS_MAX = 1024;

/**
 * Remembers which signed roots were found right, so that a batch costs one verification and not
 * one a message. It knows a root only together with its signature, and with swarm, sender, epoch
 * and count, which are all signed. The one not asked for longest is forgotten; what fails is never
 * remembered, so strangers cannot fill it.
 *
 * @default max 1_024
 * @example
 * new VerifiedRoots().size; // => 0
 */
export class VerifiedRoots {
  readonly #known: LruMap<string, true>;

  constructor(max = VERIFIED_ROOTS_MAX) {
    this.#known = new LruMap(checkInteger('max', max, { min: 1, max: 1 << 20 }));
  }

  /** Roots remembered just now. */
  get size(): number {
    return this.#known.size;
  }

  /** Whether `signature` is right for `message`: as remembered, else as `verify` finds. */
  check(signature: Uint8Array, message: Uint8Array, verify: () => boolean): boolean {
    const key = bytesKey(sha256(concatBytes(message, signature)));
    if (this.#known.get(key) !== undefined) return true;
    if (!verify()) return false;
    this.#known.set(key, true);
    return true;
  }
}
