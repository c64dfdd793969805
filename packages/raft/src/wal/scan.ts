import { isEdgeError, MalformedError } from '@ruvector/core';
import type { LogRecord } from '../records.js';
import { headerAt, recordsOf, type BatchHeader } from './batch.js';
import { isBlankAt, SECTOR_BYTES, tagAt } from './sectors.js';
import type { Segment } from './segment.js';

/** What is in a segment. */
export interface Scan {
  /** Of all batches, in order. */
  readonly batches: readonly (readonly LogRecord[])[];
  /** Where the next batch belongs. */
  readonly end: number;
  /** Up to where all was synced when the last batch was written. */
  readonly synced: number;
  /** Whether there is, from `end` on, what a crash has left of a batch: to be zeroed. */
  readonly isTorn: boolean;
}

/**
 * Reads a segment, as much as there is of it.
 *
 * The end of the log may be torn: a crash before a sync loses sectors. But then what is lost was
 * never written, so it is zeros or not there, and nothing behind it says that it was synced. All
 * else is damage: to cut there would be to forget what was acknowledged.
 *
 * @param bytes - of the file; what is missing at its end counts as zeros.
 * @throws MalformedError for damage, which names the offset.
 */
export function scanSegment(segment: Segment, bytes: Uint8Array, what: string): Scan {
  if (bytes.length > segment.bytes) fail(what, segment.bytes, 'it is too long');
  const whole = bytes.length === segment.bytes ? bytes : padded(bytes, segment.bytes);
  const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
  const batches: (readonly LogRecord[])[] = [];
  let at = SECTOR_BYTES;
  let synced = at;
  for (let number = segment.firstBatch; at < whole.length; number++) {
    const header = headerAt(whole, view, at);
    if (header?.number !== number || header.end > whole.length || !isThere(view, at, header)) break;
    batches.push(readBatch(whole, at, header, what));
    at = header.end;
    synced = header.synced;
  }
  const number = segment.firstBatch + batches.length;
  const isTorn = checkTail(whole, view, at, number, what);
  return { batches, end: at, synced, isTorn: isTorn || bytes.length < segment.bytes };
}

/** Bytes that end in the middle of a sector have lost that sector: a disk writes it whole. */
function padded(bytes: Uint8Array, length: number): Uint8Array {
  const whole = new Uint8Array(length);
  whole.set(bytes.subarray(0, bytes.length - (bytes.length % SECTOR_BYTES)));
  return whole;
}

/** Whether each sector of a batch has its number. */
function isThere(view: DataView, from: number, { number, end }: BatchHeader): boolean {
  for (let at = from; at < end; at += SECTOR_BYTES) if (tagAt(view, at) !== number) return false;
  return true;
}

function readBatch(whole: Uint8Array, at: number, header: BatchHeader, what: string) {
  try {
    return recordsOf(whole.subarray(at, header.end), header);
  } catch (cause) {
    if (!isEdgeError(cause)) throw cause;
    return fail(what, at, `batch ${header.number} has changed: ${cause.message}`, cause);
  }
}

/**
 * Whether anything stands behind the last whole batch. Throws unless it is what a crash leaves of
 * the batch `number`, or of that and others written behind it before the first was synced.
 */
function checkTail(
  whole: Uint8Array,
  view: DataView,
  from: number,
  number: number,
  what: string,
): boolean {
  let isTorn = false;
  let tag = number;
  for (let at = from; at < whole.length; at += SECTOR_BYTES) {
    if (isBlankAt(view, at)) continue;
    const found = tagAt(view, at);
    // numbers ascend by one at most a sector, so that any other is no number that was written
    if (found < tag || found > number + (at - from) / SECTOR_BYTES)
      fail(what, at, `a sector of batch ${tag} begins with ${found}`);
    tag = found;
    const header = headerAt(whole, view, at);
    if (header !== undefined && header.synced > from)
      fail(what, from, `batch ${number} was synced, and is not there`);
    isTorn = true;
  }
  if (isTorn) checkFirst(whole, view, from, number, what);
  return isTorn;
}

/** If the header of the torn batch is there it must be right, and some of its sectors not there. */
function checkFirst(
  whole: Uint8Array,
  view: DataView,
  from: number,
  number: number,
  what: string,
): void {
  if (isBlankAt(view, from)) return;
  const header = headerAt(whole, view, from);
  if (header?.number !== number || header.end > whole.length)
    return fail(what, from, `the header of batch ${number} has changed`);
  for (let at = from; at < header.end; at += SECTOR_BYTES) {
    const isRight = isBlankAt(view, at) || tagAt(view, at) === number;
    if (!isRight) fail(what, at, `a sector of batch ${number} begins with ${tagAt(view, at)}`);
  }
}

function fail(what: string, offset: number, reason: string, cause?: unknown): never {
  throw new MalformedError(`${what}, offset ${offset}: ${reason}`, { what, offset }, { cause });
}
