import { bytesKey } from './bytes-key.js';
import type { EnvelopeHeader } from './envelope-header.js';

interface Waiting {
  readonly bytes: Uint8Array;
  readonly epoch: bigint;
  readonly sender: string;
}

/**
 * Envelopes that came before the commit of their epoch, each once, within bounds of count and
 * bytes. When they are full, the oldest of the sender that uses most room gives way, so that one
 * member cannot take the room of all.
 */
export class WaitingEnvelopes {
  readonly #max: number;
  readonly #bytesMax: number;
  readonly #waiting = new Map<string, Waiting>();
  /** Part of the whole room that each sender uses. */
  readonly #shares = new Map<string, number>();
  #bytes = 0;

  constructor(max: number, bytesMax: number) {
    this.#max = max;
    this.#bytesMax = bytesMax;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Keeps `bytes`, whose signature was verified, as its own. @returns false without room. */
  add(
    bytes: Uint8Array,
    { epoch, sender, counter }: Pick<EnvelopeHeader, 'epoch' | 'sender' | 'counter'>,
  ): boolean {
    const from = bytesKey(sender);
    const key = `${from}${epoch} ${counter}`;
    if (this.#waiting.has(key)) return true;
    if (bytes.length > this.#bytesMax || this.#max === 0) return false;
    const victims = this.#victims(from, bytes);
    if (victims === undefined) return false;
    for (const victim of victims) this.#drop(victim);
    this.#waiting.set(key, { bytes, epoch, sender: from });
    this.#shares.set(from, (this.#shares.get(from) ?? 0) + this.#shareOf(bytes));
    this.#bytes += bytes.length;
    return true;
  }

  /** Takes out what waits for that epoch or an earlier one, in the order in which it came. */
  take(epoch: bigint): Uint8Array[] {
    const due = [...this.#waiting].filter(([, waiting]) => waiting.epoch <= epoch);
    for (const [key] of due) this.#drop(key);
    return due.map(([, { bytes }]) => bytes);
  }

  clear(): void {
    this.#waiting.clear();
    this.#shares.clear();
    this.#bytes = 0;
  }

  #shareOf(bytes: Uint8Array): number {
    return 1 / this.#max + bytes.length / this.#bytesMax;
  }

  /** What has to go so that `bytes` have room; nothing goes for what has none anyway. */
  #victims(newcomer: string, bytes: Uint8Array): Set<string> | undefined {
    const victims = new Set<string>();
    const shares = new Map(this.#shares);
    shares.set(newcomer, (shares.get(newcomer) ?? 0) + this.#shareOf(bytes));
    let [size, total] = [this.size, this.#bytes];
    while (size >= this.#max || total + bytes.length > this.#bytesMax) {
      let greediest = newcomer;
      for (const [sender, share] of shares) if (share > shares.get(greediest)!) greediest = sender;
      const oldest = [...this.#waiting].find(
        ([key, { sender }]) => sender === greediest && !victims.has(key),
      );
      if (oldest === undefined) return undefined;
      const [key, victim] = oldest;
      victims.add(key);
      shares.set(greediest, shares.get(greediest)! - this.#shareOf(victim.bytes));
      size -= 1;
      total -= victim.bytes.length;
    }
    return victims;
  }

  #drop(key: string): void {
    const { bytes, sender } = this.#waiting.get(key)!;
    this.#waiting.delete(key);
    this.#bytes -= bytes.length;
    const isLast = ![...this.#waiting.values()].some((waiting) => waiting.sender === sender);
    if (isLast) this.#shares.delete(sender);
    else this.#shares.set(sender, this.#shares.get(sender)! - this.#shareOf(bytes));
  }
}
