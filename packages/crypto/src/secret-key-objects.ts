import type { KeyObject } from 'node:crypto';
import { constantTimeEqual } from './constant-time.js';

/**
 * The platform's key objects for secret keys, made at first use.
 *
 * An object lives exactly as long as the array that holds its key: dropping the array drops both,
 * so that no key outlives its owner in a cache. The array's content is compared on every use,
 * because its owner may have overwritten it.
 */
export class SecretKeyObjects {
  readonly #import: (key: Uint8Array) => KeyObject;
  readonly #known = new WeakMap<Uint8Array, { copy: Uint8Array; object: KeyObject }>();

  constructor(importKey: (key: Uint8Array) => KeyObject) {
    this.#import = importKey;
  }

  get(key: Uint8Array): KeyObject {
    const known = this.#known.get(key);
    if (known !== undefined && constantTimeEqual(known.copy, key)) return known.object;
    const object = this.#import(key);
    known?.copy.fill(0);
    this.#known.set(key, { copy: Uint8Array.from(key), object });
    return object;
  }
}
