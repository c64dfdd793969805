import { checkBytes, checkInteger } from '@ruvector/core';
import { DST } from './domain.js';
import { hkdfBlocks } from './hkdf.js';
import {
  SKIPPED_KEYS_MAX,
  SkippedKeyBudget,
  SkippedKeys,
  type MessageKeys,
} from './skipped-keys.js';

/** Messages under one block key. */
export const CHAIN_BLOCK_MESSAGES = 1024;
/** How far ahead of the next expected counter a message may be. */
export const CHAIN_JUMP_MAX = 2 ** 20;

const BLOCK = /* @__PURE__ */ DST('block');
const MESSAGE = /* @__PURE__ */ DST('message');

/**
 * The keys of one message, nothing changed yet, or why there are none: too far ahead of the chain,
 * or given out before and erased.
 */
export type DerivedKeys =
  | (MessageKeys & {
      readonly ok: true;
      /**
       * Moves the chain on and erases what led here.
       * @returns false if the chain moved meanwhile.
       */
      commit(): boolean;
    })
  | { readonly ok: false; readonly code: 'ERR_ENVELOPE_JUMP' | 'ERR_ENVELOPE_KEY_GONE' };

/** Where a chain stands: `chainKey` leads to message `next`, `blockKey` to the block after it. */
interface Position {
  readonly next: number;
  readonly blockKey: Uint8Array;
  readonly chainKey: Uint8Array;
}

/**
 * The keys of one sender's messages, one after the other, none of them leading back.
 *
 * A ratchet of two levels: a block key for each 1,024 messages and a chain inside the block, so
 * that a far jump walks blocks instead of messages (2^20 messages ahead cost at most 3,072
 * expansions). The sender and each receiver hold a chain made from the same key. Deriving changes
 * nothing; `commit` does, once the message proved genuine. Keys of overtaken messages wait, the
 * newest 1,024.
 *
 * @param chainKey - 32 bytes, copied.
 * @param options - `skippedKeys`: a bound shared with other chains. @default one of its own;
 *   `from`: messages below it are of no interest, so their keys are not kept. @default 0
 * @example
 * const chainKey = new Uint8Array(32);
 * const [sender, receiver] = [new SenderChain(chainKey), new SenderChain(chainKey)];
 * const [sent, received] = [sender.derive(5), receiver.derive(5)];
 * sent.ok && received.ok && equalBytes(sent.messageKey, received.messageKey); // => true
 * receiver.next; // => 0
 * received.ok && received.commit(); // => true
 * receiver.next; // => 6
 */
export class SenderChain {
  readonly #skipped: SkippedKeys;
  readonly #from: number;
  #position: Position;

  constructor(
    chainKey: Uint8Array,
    { skippedKeys, from = 0 }: { skippedKeys?: SkippedKeyBudget; from?: number } = {},
  ) {
    this.#from = checkInteger('from', from, { min: 0 });
    checkBytes('chainKey', chainKey, { length: 32 });
    this.#position = { next: 0, blockKey: chainKey.slice(), chainKey: new Uint8Array(32) };
    this.#skipped = new SkippedKeys(skippedKeys ?? new SkippedKeyBudget());
  }

  /** The lowest counter that was never used: what the sender seals next. */
  get next(): number {
    return this.#position.next;
  }

  /** Keys of overtaken messages that wait for them. */
  get skippedCount(): number {
    return this.#skipped.size;
  }

  /**
   * Derives the keys of one message on the side: the chain stands where it stood until `commit`.
   *
   * @param counter - of the message, 0 to 2^53 − 1.
   */
  derive(counter: number): DerivedKeys {
    checkInteger('counter', counter, { min: 0 });
    const { next } = this.#position;
    if (counter < next) return this.#late(counter);
    if (counter - next > CHAIN_JUMP_MAX) return { ok: false, code: 'ERR_ENVELOPE_JUMP' };
    return this.#ahead(counter);
  }

  /** Overwrites all keys; the chain derives nothing after that. */
  destroy(): void {
    erase(this.#position);
    this.#skipped.clear();
    this.#position = { ...this.#position, next: Number.MAX_SAFE_INTEGER + 1 };
  }

  #late(counter: number): DerivedKeys {
    const keys = this.#skipped.get(counter);
    if (keys === undefined) return { ok: false, code: 'ERR_ENVELOPE_KEY_GONE' };
    return { ...keys, ok: true, commit: () => this.#skipped.delete(counter) };
  }

  #ahead(counter: number): DerivedKeys {
    const start = this.#position;
    const { end, keys, skipped } = walk(start, counter, this.#from);
    const commit = () => {
      if (this.#position !== start) return false;
      this.#position = end;
      erase(start, end);
      for (const [at, skippedKeys] of skipped) this.#skipped.add(at, skippedKeys);
      return true;
    };
    const { messageKey, keyCommitment } = keys; // a spread takes longer than all the rest here
    return { ok: true, messageKey, keyCommitment, commit };
  }
}

interface Walk {
  readonly end: Position;
  readonly keys: MessageKeys;
  readonly skipped: readonly [counter: number, keys: MessageKeys][];
}

function walk(start: Position, counter: number, from: number): Walk {
  const keepFrom = Math.max(from, counter - SKIPPED_KEYS_MAX);
  const skipped: [number, MessageKeys][] = [];
  let position = start;
  for (;;) {
    if (position.next % CHAIN_BLOCK_MESSAGES === 0) position = enterBlock(position);
    const blockEnd = position.next - (position.next % CHAIN_BLOCK_MESSAGES) + CHAIN_BLOCK_MESSAGES;
    if (blockEnd <= keepFrom) {
      position = { ...position, next: blockEnd };
      continue;
    }
    const { end, keys } = stepMessage(position);
    if (position.next === counter) return { end, keys, skipped };
    if (position.next >= keepFrom) skipped.push([position.next, keys]);
    position = end;
  }
}

function enterBlock({ next, blockKey }: Position): Position {
  const [nextBlockKey, chainKey] = hkdfBlocks(blockKey, BLOCK, 2);
  return { next, blockKey: nextBlockKey!, chainKey: chainKey! };
}

function stepMessage({ next, blockKey, chainKey }: Position): { end: Position; keys: MessageKeys } {
  const [nextChainKey, messageKey, keyCommitment] = hkdfBlocks(chainKey, MESSAGE, 3);
  return {
    end: { next: next + 1, blockKey, chainKey: nextChainKey! },
    keys: { messageKey: messageKey!, keyCommitment: keyCommitment! },
  };
}

/** Overwrites what a chain leaves behind; what it still needs stays. */
function erase(left: Position, kept?: Position): void {
  left.chainKey.fill(0);
  if (left.blockKey !== kept?.blockKey) left.blockKey.fill(0);
}
