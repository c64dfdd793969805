import { checkInteger } from '@ruvector/core';

/** What opens one message. */
export interface MessageKeys {
  /** AES-256-GCM key, 32 bytes. */
  readonly messageKey: Uint8Array;
  /** Public stand-in for the key, 32 bytes: a ciphertext opens under this key and no other. */
  readonly keyCommitment: Uint8Array;
}

/** Skipped keys kept for one sender. */
export const SKIPPED_KEYS_MAX = 1024;
/** Skipped keys kept by all chains that share a budget. */
export const SKIPPED_KEYS_TOTAL_MAX = 65_536;

/**
 * A bound that several chains share: how many skipped keys they may keep together.
 *
 * @default max 65_536
 * @example
 * const budget = new SkippedKeyBudget(10_000);
 * budget.used; // => 0
 */
export class SkippedKeyBudget {
  /** Keys that may be kept at a time. */
  readonly max: number;
  #used = 0;

  constructor(max = SKIPPED_KEYS_TOTAL_MAX) {
    this.max = checkInteger('max', max, { min: 0 });
  }

  /** Keys kept just now. */
  get used(): number {
    return this.#used;
  }

  /** Takes room for one key. @returns false if there is none. */
  take(): boolean {
    if (this.#used >= this.max) return false;
    this.#used += 1;
    return true;
  }

  /** Gives back the room of one key. */
  release(): void {
    this.#used -= 1;
  }
}

/**
 * Keys of messages that were overtaken by later ones: the newest, by counter, within both bounds.
 */
export class SkippedKeys {
  readonly #budget: SkippedKeyBudget;
  readonly #keys = new Map<number, MessageKeys>(); // counters only grow, so the first is the oldest

  constructor(budget: SkippedKeyBudget) {
    this.#budget = budget;
  }

  get size(): number {
    return this.#keys.size;
  }

  get(counter: number): MessageKeys | undefined {
    return this.#keys.get(counter);
  }

  /** Adds a key newer than all others; the oldest gives way. Without any room it is not kept. */
  add(counter: number, keys: MessageKeys): void {
    if (this.size >= SKIPPED_KEYS_MAX) this.#dropOldest();
    if (!this.#budget.take()) {
      if (this.size === 0) return wipe(keys);
      this.#dropOldest();
      this.#budget.take();
    }
    this.#keys.set(counter, keys);
  }

  /** Takes a used key out. The caller still holds it and wipes it. */
  delete(counter: number): boolean {
    if (!this.#keys.delete(counter)) return false;
    this.#budget.release();
    return true;
  }

  clear(): void {
    while (this.size > 0) this.#dropOldest();
  }

  #dropOldest(): void {
    for (const [counter, keys] of this.#keys) {
      this.delete(counter);
      return wipe(keys);
    }
  }
}

export function wipe(keys: MessageKeys): void {
  keys.messageKey.fill(0);
  keys.keyCommitment.fill(0);
}
