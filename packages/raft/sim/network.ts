import { decodeMessage, encodeMessage, type Message } from '@ruvector/raft';
import type { Random } from '@ruvector/core';

/** Milliseconds that a message may be under way, at most; a power of two. */
const SPAN = 512;
/** One message in so many goes through its bytes. */
const ENCODED = 64;

/** The share of messages that may be lost after all else is healed. */
const HEALED_DROP = 0.1;

/** Messages under way. Loses, repeats, reorders and delays them, and cuts links. */
export class Network {
  readonly #random: Random;
  readonly #buckets: Message[][] = Array.from({ length: SPAN }, () => []);
  /** Shares of messages: lost, sent twice, late by up to 200 ms. */
  drop = 0;
  duplicate = 0;
  delay = 0;
  /** Cut links, `from>to`, and until when. */
  readonly #cuts = new Map<string, number>();
  sent = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  send(nowMs: number, message: Message): void {
    const random = this.#random;
    this.sent += 1;
    if (this.drop > 0 && random.next() < this.drop) return;
    this.#put(nowMs, message);
    if (this.duplicate > 0 && random.next() < this.duplicate) this.#put(nowMs, message);
  }

  #put(nowMs: number, message: Message): void {
    const chance = this.#random.uint32();
    const isLate = this.delay > 0 && (chance >>> 16) / 65_536 < this.delay;
    const takesMs = isLate ? 1 + ((chance & 0xffff) % 200) : 1 + (chance & 3);
    const carried = chance % ENCODED === 0 ? decodeMessage(encodeMessage(message)) : message;
    this.#buckets[(nowMs + takesMs) & (SPAN - 1)]!.push(carried);
  }

  /** What arrives in this millisecond. Give the list back to `release`. */
  arriving(nowMs: number): Message[] {
    return this.#buckets[nowMs & (SPAN - 1)]!;
  }

  isCut(nowMs: number, from: string, to: string): boolean {
    if (this.#cuts.size === 0) return false;
    const until = this.#cuts.get(`${from}>${to}`);
    return until !== undefined && until > nowMs;
  }

  cut(from: string, to: string, untilMs: number): void {
    const key = `${from}>${to}`;
    this.#cuts.set(key, Math.max(untilMs, this.#cuts.get(key) ?? 0));
  }

  /**
   * All links are there again. Messages may still be lost, but for so many that chance alone could
   * keep members from electing one that stays: a joint configuration of two and two needs each
   * message of an election, two members with rare heartbeats nearly each of those.
   */
  heal(): void {
    this.#cuts.clear();
    this.duplicate = this.delay = 0;
    this.drop = Math.min(this.drop, HEALED_DROP);
  }
}
