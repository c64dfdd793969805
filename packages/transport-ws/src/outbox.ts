import { MalformedError } from '@ruvector/core';
import {
  BATCH_BYTES_MAX,
  MESSAGE_HEAD_BYTES,
  MessageKind,
  recordBytes,
  RecordKind,
  writeRecord,
} from './wire.js';

/** The first memory of an outbox; later ones double up to that of the largest shared batch. */
const SLAB_BYTES = 4096;
const LARGE_BYTES = BATCH_BYTES_MAX / 4;

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
  /**
   * Batches are written one behind the other into shared memory, each frame copied once: a buffer
   * for every small batch would cost more than the batch.
   */
  #slab = new Uint8Array(0);
  #slabBytes = SLAB_BYTES;
  /** The open batch is `#slab[#start … #end)`, and none if that is empty. */
  #start = 0;
  #end = 0;
  #openFrames = 0;
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
    return this.#end > this.#start || this.#handed < this.#batches.length;
  }

  add(kind: RecordKind, id: string, bytes: Uint8Array): void {
    const size = recordBytes(id, bytes);
    if (this.#end - this.#start + size > BATCH_BYTES_MAX) this.#seal();
    const head = this.#end === this.#start ? MESSAGE_HEAD_BYTES : 0;
    if (this.#end + head + size > this.#slab.length) this.#grow(head + size);
    if (head > 0) this.#slab[this.#end] = MessageKind.batch;
    this.#end = writeRecord(this.#slab, this.#end + head, kind, id, bytes);
    if (kind !== RecordKind.route) {
      this.#openFrames++;
      this.#frames++;
    }
    this.#bytes += head + size;
    this.#budget.bytes += head + size;
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
    this.#drop();
    this.#openFrames = 0;
    return frames;
  }

  #seal(): void {
    if (this.#end === this.#start) return;
    const bytes = this.#slab.subarray(this.#start, this.#end);
    this.#batches.push({ bytes, frames: this.#openFrames });
    this.#start = this.#end;
    this.#openFrames = 0;
    if (this.#slab.length > BATCH_BYTES_MAX) this.#drop(); // a large frame's memory goes with it
  }

  /** Moves the open batch to new memory, which has room for `size` more. */
  #grow(size: number): void {
    const open = this.#slab.subarray(this.#start, this.#end);
    const exact = open.length + size;
    // A large frame gets what it needs: the rest of a slab would stay empty behind it.
    this.#slab = new Uint8Array(size > LARGE_BYTES ? exact : Math.max(exact, this.#slabBytes));
    this.#slabBytes = Math.min(2 * this.#slabBytes, BATCH_BYTES_MAX);
    this.#slab.set(open);
    this.#start = 0;
    this.#end = open.length;
  }

  #drop(): void {
    this.#slab = new Uint8Array(0);
    this.#start = this.#end = 0;
  }

  #forget(batch: Batch): void {
    this.#bytes -= batch.bytes.length;
    this.#budget.bytes -= batch.bytes.length;
    this.#frames -= batch.frames;
  }
}
