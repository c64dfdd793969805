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
  readonly #keepsFirst: boolean;
  #once: Uint8Array | undefined;
  readonly #import: (key: Uint8Array) => KeyObject;
  readonly #known = new WeakMap<Uint8Array, { copy: Uint8Array; object: KeyObject }>();

  /**
   * @param options - `keepsFirst`: whether a key is kept ready from its first use on, or only once
   *   the same array came twice in a row. Where most keys are for one message, as in a ratchet,
   *   keeping them costs more than sealing. @default true
   */
  constructor(
    importKey: (key: Uint8Array) => KeyObject,
    { keepsFirst = true }: { keepsFirst?: boolean } = {},
  ) {
    this.#import = importKey;
    this.#keepsFirst = keepsFirst;
  }

  get(key: Uint8Array): KeyObject {
    return this.ready(key) ?? this.#import(key);
  }

  /** `undefined` for a key that is not kept yet: see `keepsFirst`. */
  ready(key: Uint8Array): KeyObject | undefined {
    const known = this.#known.get(key);
    if (known !== undefined && constantTimeEqual(known.copy, key)) return known.object;
    known?.copy.fill(0);
    if (known === undefined && !this.#isKept(key)) return undefined;
    const object = this.#import(key);
    this.keep(key, object);
    return object;
  }

  /** Keeps an object that its maker has already for an array that holds its key. */
  keep(key: Uint8Array, object: KeyObject): void {
    this.#known.set(key, { copy: Uint8Array.from(key), object });
  }

  #isKept(key: Uint8Array): boolean {
    if (this.#keepsFirst || this.#once === key) return true;
    this.#once = key; // the owner's own array, which holds nothing once its owner has erased it
    return false;
  }
}
