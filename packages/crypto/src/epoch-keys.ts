import { bytesKey } from './bytes-key.js';
import { firstChainKeys } from './epoch-secret.js';
import { ReplayWindow } from './replay-window.js';
import { SenderChain } from './sender-chain.js';
import type { SkippedKeyBudget } from './skipped-keys.js';

interface Sender {
  /** Erased once the chain is there. */
  readonly chainKey: Uint8Array;
  chain?: SenderChain;
  window?: ReplayWindow;
}

/**
 * The chains and replay windows of all senders of one epoch. Both are made when a sender is first
 * asked for; there are never more than members.
 */
export class EpochKeys {
  readonly epoch: number;
  readonly #senders = new Map<string, Sender>();
  readonly #skippedKeys: SkippedKeyBudget;

  constructor(
    secret: Uint8Array,
    at: { readonly epoch: number; readonly hash: Uint8Array },
    senders: readonly Uint8Array[],
    skippedKeys: SkippedKeyBudget,
  ) {
    this.epoch = at.epoch;
    this.#skippedKeys = skippedKeys;
    const chainKeys = firstChainKeys(secret, at.epoch, at.hash, senders);
    senders.forEach((id, i) => this.#senders.set(bytesKey(id), { chainKey: chainKeys[i]! }));
  }

  has(sender: Uint8Array): boolean {
    return this.#senders.has(bytesKey(sender));
  }

  chainOf(id: Uint8Array): SenderChain | undefined {
    const sender = this.#senders.get(bytesKey(id));
    if (sender === undefined) return undefined;
    if (sender.chain === undefined) {
      sender.chain = new SenderChain(sender.chainKey, { skippedKeys: this.#skippedKeys });
      sender.chainKey.fill(0);
    }
    return sender.chain;
  }

  windowOf(id: Uint8Array): ReplayWindow | undefined {
    const sender = this.#senders.get(bytesKey(id));
    if (sender === undefined) return undefined;
    sender.window ??= new ReplayWindow();
    return sender.window;
  }

  /** Leaves what is needed to open messages of those, but of oneself. */
  retain(senders: readonly Uint8Array[], self: Uint8Array): void {
    const kept = new Set(senders.map(bytesKey));
    kept.delete(bytesKey(self));
    for (const id of this.#senders.keys()) if (!kept.has(id)) this.#drop(id);
  }

  destroy(): void {
    for (const id of this.#senders.keys()) this.#drop(id);
  }

  #drop(id: string): void {
    const sender = this.#senders.get(id);
    sender?.chainKey.fill(0);
    sender?.chain?.destroy();
    this.#senders.delete(id);
  }
}
