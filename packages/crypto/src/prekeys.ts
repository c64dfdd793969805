import { equalBytes } from '@ruvector/core';
import type { KeyEncapsulation, KeyPair } from '@ruvector/core';
import { PrekeyGoneError } from './identity-errors.js';

/** How long a prekey that was replaced still opens what was sealed to it: a day, milliseconds. */
export const PREKEY_KEPT_MS = 24 * 3_600_000;
/** Replaced prekeys that are kept at a time; the oldest go first. */
export const FORMER_PREKEYS_MAX = 7;

/** A prekey in the form in which it is saved. */
export interface SavedPrekey {
  /** X-Wing, 32 bytes. */
  readonly secretKey: Uint8Array;
  /** When it was replaced, milliseconds since 1970; `undefined` for the present one. */
  readonly replacedAt: number | undefined;
}

interface FormerPrekey extends KeyPair {
  readonly replacedAt: number;
}

/**
 * The X-Wing keys of one agent: the present one, and for a day those before, since others seal to
 * what the last registration they saw says. Secrets are overwritten when they go. No timer does it:
 * what is due is erased whenever the keys are used.
 */
export class Prekeys {
  readonly #xwing: KeyEncapsulation;
  #present: KeyPair;
  /** Newest first. */
  #former: FormerPrekey[] = [];

  /** Takes over `secretKey`: overwrites it, and keeps a copy. */
  constructor(xwing: KeyEncapsulation, secretKey: Uint8Array, former: readonly SavedPrekey[] = []) {
    this.#xwing = xwing;
    this.#present = takeOver(xwing, secretKey);
    for (const { secretKey: old, replacedAt = 0 } of former)
      this.#former.push({ ...takeOver(xwing, old), replacedAt });
  }

  get publicKey(): Uint8Array {
    return this.#present.publicKey;
  }

  /** Takes over `secretKey` as the new present one. */
  rotate(secretKey: Uint8Array, now: number): void {
    const next = takeOver(this.#xwing, secretKey);
    // by a broken clock it was replaced long ago: rather gone too early than kept for good
    const replacedAt = Number.isFinite(now) ? Math.max(0, Math.floor(now)) : 0;
    this.#former.unshift({ ...this.#present, replacedAt });
    this.#present = next;
    this.eraseDue(now);
  }

  /** @throws EdgeError `ERR_PREKEY_GONE` if the public key is none of ours, or no more. */
  decapsulate(ciphertext: Uint8Array, publicKey: Uint8Array, now: number): Uint8Array {
    this.eraseDue(now);
    const pair = [this.#present, ...this.#former].find((own) =>
      equalBytes(own.publicKey, publicKey),
    );
    if (pair === undefined) throw new PrekeyGoneError();
    return this.#xwing.decapsulate(ciphertext, pair.secretKey);
  }

  /** Erases what was replaced a day ago, or is one too many. */
  eraseDue(now: number): void {
    this.#eraseUnless(
      ({ replacedAt }, i) => i < FORMER_PREKEYS_MAX && !(now - replacedAt >= PREKEY_KEPT_MS),
    );
  }

  /** Erases all but the present one. */
  eraseFormer(): void {
    this.#eraseUnless(() => false);
  }

  /** Views of the secrets, the present one first. */
  saved(): SavedPrekey[] {
    return [{ secretKey: this.#present.secretKey, replacedAt: undefined }, ...this.#former];
  }

  destroy(): void {
    this.eraseFormer();
    this.#present.secretKey.fill(0);
  }

  #eraseUnless(keep: (former: FormerPrekey, i: number) => boolean): void {
    this.#former = this.#former.filter((former, i) => {
      if (keep(former, i)) return true;
      former.secretKey.fill(0);
      return false;
    });
  }
}

/** The provider's copy of a secret is the one it finds again: that is kept, the other erased. */
function takeOver(xwing: KeyEncapsulation, secretKey: Uint8Array): KeyPair {
  try {
    return xwing.keygen(secretKey);
  } finally {
    secretKey.fill(0);
  }
}
