import { ByteReader } from '@ruvector/core';
import { crc32c } from '../crc32c.js';
import { readRecord, type LogRecord } from '../records.js';
import { fromSectors, SECTOR_BYTES, sectorsOf, tagAt, toSectors } from './sectors.js';

/**
 * A batch is what one `datasync` makes safe: whole sectors that begin with this header, each number
 * a u32: bytes of the records, how many they are, the offset in the segment up to which all was
 * synced when the batch was written, CRC-32C of the batch's number and these. The records follow.
 */
const HEADER_BYTES = 16;

/** Bytes of the sectors of a batch with so many bytes of records. */
export const batchBytes = (recordsBytes: number): number =>
  sectorsOf(HEADER_BYTES + recordsBytes) * SECTOR_BYTES;

/** A batch as whole sectors. `into` has `batchBytes` of the records and is overwritten. */
export function encodeBatch(
  number: number,
  synced: number,
  records: readonly Uint8Array[],
  into: Uint8Array,
): void {
  const header = new Uint8Array(HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint32(0, bytesOf(records));
  view.setUint32(4, records.length);
  view.setUint32(8, synced);
  view.setUint32(12, headerCrc(number, header));
  toSectors(number, [header, ...records], into);
}

/** Together. */
export const bytesOf = (records: readonly Uint8Array[]): number =>
  records.reduce((sum, { length }) => sum + length, 0);

/** What a header says. */
export interface BatchHeader {
  readonly number: number;
  /** The offset of the first sector behind the batch. */
  readonly end: number;
  readonly recordsBytes: number;
  readonly count: number;
  readonly synced: number;
}

/** The header in the sector at `at`, `undefined` if there is none that is whole. */
export function headerAt(segment: Uint8Array, view: DataView, at: number): BatchHeader | undefined {
  const number = tagAt(view, at);
  const header = segment.subarray(at + 8, at + 8 + HEADER_BYTES);
  if (number === 0 || view.getUint32(at + 20) !== headerCrc(number, header)) return undefined;
  const recordsBytes = view.getUint32(at + 8);
  const end = at + batchBytes(recordsBytes);
  return {
    number,
    end,
    recordsBytes,
    count: view.getUint32(at + 12),
    synced: view.getUint32(at + 16),
  };
}

/** The records of a batch all of whose sectors are there. @throws MalformedError if they changed */
export function recordsOf(sectors: Uint8Array, header: BatchHeader): LogRecord[] {
  const payload = fromSectors(sectors);
  const end = HEADER_BYTES + header.recordsBytes;
  const reader = new ByteReader(payload.subarray(HEADER_BYTES, end), 'batch');
  const records: LogRecord[] = [];
  for (let left = header.count; left > 0; left--) records.push(readRecord(reader));
  reader.end();
  if (payload.subarray(end).some((byte) => byte !== 0))
    reader.fail('its last sector is not filled with zeros');
  return records;
}

function headerCrc(number: number, header: Uint8Array): number {
  const tag = new Uint8Array(8);
  const view = new DataView(tag.buffer);
  view.setUint32(0, Math.floor(number / 2 ** 32));
  view.setUint32(4, number >>> 0);
  return crc32c(header.subarray(0, HEADER_BYTES - 4), crc32c(tag));
}
