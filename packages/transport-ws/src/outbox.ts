import { MalformedError, type ByteWriter } from '@ruvector/core';
import {
  addRecord,
  BATCH_BYTES_MAX,
  beginBatch,
  MESSAGE_HEAD_BYTES,
  recordBytes,
  RecordKind,
} from './wire.js';

interface Batch {
  readonly bytes: Uint8Array;
  readonly frames: number;
}

/** Bytes held by all the outboxes of one transport. */
export interface Budget {
  bytes: number;
}

/**
 * What one session has yet to get through: records gather in a batch, batches are handed to a
 * socket, and are kept until the other side confirms them, so that the next socket can go on where
 * the last one broke off.
 */
export class Outbox {
  readonly #budget: Budget;
  #open: ByteWriter | undefined;
  #openFrames = 0;
  #capacityBytes = 256;
  /** Oldest first. The first `#handed` of them were given to the present socket. */
  #batches: Batch[] = [];
  #handed = 0;
  #confirmed = 0;
  #bytes = 0;
  #frames = 0;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** Bytes queued or not confirmed. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Frames queued or not confirmed. */
  get frames(): number {
    return this.#frames;
  }

  /** Something was not handed to the present socket yet. */
  get waiting(): boolean {
    return this.#open !== undefined || this.#handed < this.#batches.length;
  }

  add(kind: RecordKind, id: string, bytes: Uint8Array): void {
    const size = recordBytes(id, bytes);
    if (this.#open !== undefined && this.#open.length + size > BATCH_BYTES_MAX) this.#seal();
    this.#open ??= beginBatch(Math.max(this.#capacityBytes, size + MESSAGE_HEAD_BYTES));
    addRecord(this.#open, kind, id, bytes);
    if (kind !== RecordKind.route) {
      this.#openFrames++;
      this.#frames++;
    }
    this.#bytes += size;
    this.#budget.bytes += size;
  }

  /** The next batch for the present socket. */
  next(): Uint8Array | undefined {
    if (this.#handed === this.#batches.length) this.#seal();
    return this.#handed < this.#batches.length ? this.#batches[this.#handed++]!.bytes : undefined;
  }

  /**
   * Forgets what arrived.
   *
   * @param received - all batches that the other side got in this session, modulo 2^32.
   * @throws MalformedError if it claims more than it was given.
   */
  confirm(received: number): void {
    const count = (received - this.#confirmed) >>> 0;
    if (count > this.#handed)
      throw new MalformedError(`${count} batches confirmed, ${this.#handed} sent`);
    if (count === 0) return;
    this.#confirmed = received;
    this.#handed -= count;
    for (const batch of this.#batches.splice(0, count)) this.#forget(batch);
  }

  /** A new socket: everything unconfirmed is to be handed over once more. */
  rewind(): void {
    this.#handed = 0;
  }

  /** Gives up. @returns how many frames were not confirmed. */
  discard(): number {
    const frames = this.#frames;
    this.#budget.bytes -= this.#bytes;
    this.#bytes = 0;
    this.#frames = 0;
    this.#batches = [];
    this.#handed = 0;
    this.#open = undefined;
    this.#openFrames = 0;
    return frames;
  }

  #seal(): void {
    if (this.#open === undefined) return;
    const bytes = this.#open.bytes();
    this.#batches.push({ bytes, frames: this.#openFrames });
    this.#capacityBytes = Math.min(Math.max(bytes.length, 256), BATCH_BYTES_MAX);
    this.#open = undefined;
    this.#openFrames = 0;
    this.#bytes += MESSAGE_HEAD_BYTES;
    this.#budget.bytes += MESSAGE_HEAD_BYTES;
  }

  #forget(batch: Batch): void {
    this.#bytes -= batch.bytes.length;
    this.#budget.bytes -= batch.bytes.length;
    this.#frames -= batch.frames;
  }
}
