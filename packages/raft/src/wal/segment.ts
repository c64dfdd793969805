import { ByteReader, ByteWriter } from '@ruvector/core';
import { readNumber, readRecord, writeNumber, encodeRecord } from '../records.js';
import { SECTOR_BYTES } from './sectors.js';
import type { Disk, DiskFile } from './disk.js';

/** A file of the log: a sector that says what it is, and batches. Made whole, never used again. */
export interface Segment {
  /** 1 or more, one more than that of the segment before. */
  readonly number: number;
  /** Number of the first batch that is, or will be, in it. */
  readonly firstBatch: number;
  /** Of the file. */
  readonly bytes: number;
}

const MAGIC = 'RVRW';
const VERSION = 1;
const KIND_SEGMENT = 0x53;

/** What the name of a file that is not whole yet ends in. */
export const UNFINISHED = '.unfinished';

/** Number of a segment → name of its file. */
export const segmentName = (number: number): string => `${String(number).padStart(12, '0')}.wal`;

/** The number of the segment in a file of this name, `undefined` if it is no such file. */
export function segmentNumber(name: string): number | undefined {
  const number = Number(/^(\d{12,15})\.wal$/.exec(name)?.[1] ?? NaN);
  return number > 0 && segmentName(number) === name ? number : undefined;
}

/**
 * Makes a segment, zeros but for its header, and opens it. It has its name once it is safe, so that
 * a crash leaves no half of one.
 */
export async function createSegment(disk: Disk, segment: Segment): Promise<DiskFile> {
  const name = segmentName(segment.number);
  const file = await disk.create(name + UNFINISHED);
  try {
    await file.preallocate(segment.bytes);
    await file.writeAt(0, encodeHeader(segment));
    await file.sync();
    await file.close();
  } catch (error) {
    await file.close().catch(() => undefined); // the first error says why
    throw error;
  }
  await disk.rename(name + UNFINISHED, name);
  await disk.syncDirectory();
  return disk.open(name);
}

/** One sector: as all others it begins with a number of a batch, that of the first. */
function encodeHeader({ number, firstBatch, bytes }: Segment): Uint8Array {
  const body = writeNumber(new ByteWriter(64).header(MAGIC, VERSION), number);
  writeNumber(writeNumber(body, firstBatch), bytes);
  const record = encodeRecord(KIND_SEGMENT, body.bytes());
  const writer = writeNumber(new ByteWriter(SECTOR_BYTES), firstBatch).raw(record);
  return writer.raw(new Uint8Array(SECTOR_BYTES - writer.length)).bytes();
}

/** What the first sector of a segment says. @throws MalformedError */
export function decodeHeader(sector: Uint8Array, what: string): Segment {
  const reader = new ByteReader(sector, what);
  const tag = readNumber(reader);
  const body = new ByteReader(readRecord(reader).body, what);
  body.header(MAGIC, VERSION);
  const [number, firstBatch, bytes] = [readNumber(body), readNumber(body), readNumber(body)];
  body.end();
  const rest = reader.raw(reader.remaining);
  if (tag !== firstBatch || rest.some((byte) => byte !== 0)) reader.fail('its header has changed');
  if (bytes % SECTOR_BYTES !== 0 || bytes > SEGMENT_BYTES_MAX)
    reader.fail(`it cannot have ${bytes} bytes`);
  return { number, firstBatch, bytes };
}

/** The longest segment: offsets in it are u32. */
const SEGMENT_BYTES_MAX = 2 ** 32 - SECTOR_BYTES;
