import { ByteReader, ByteWriter } from '@ruvector/core';
import { readConfiguration, readId, writeConfiguration, writeId } from './configuration.js';
import { crc32c } from './crc32c.js';
import type { Entry, HardState, Snapshot } from './entry.js';

/**
 * What storages keep, as bytes that notice when they change. A record: length of its body (u32),
 * kind (u8), body, CRC-32C of all that (u32). Numbers up to 2^53 are 8 bytes, all big-endian.
 */
export const KIND = {
  normal: 1,
  confChange: 2,
  hardState: 3,
  snapshot: 4,
  snapshotFile: 5,
  last: 6,
} as const;

/** Bytes of a record beside its body. */
const FRAME_BYTES = 9;
const ENTRY_HEAD_BYTES = 16;

/** A record that was read: its checksum is right. */
export interface LogRecord {
  readonly kind: number;
  readonly body: Uint8Array;
}

/** A record of any kind. */
export function encodeRecord(kind: number, body: Uint8Array): Uint8Array {
  const { bytes } = frame(kind, body.length);
  bytes.set(body, 5);
  return sealed(bytes);
}

/** The next record. @throws MalformedError if it has changed, or is not there */
export function readRecord(reader: ByteReader): LogRecord {
  const head = reader.raw(5);
  const length = ((head[0]! << 24) | (head[1]! << 16) | (head[2]! << 8) | head[3]!) >>> 0;
  const body = reader.raw(length);
  if (reader.u32() !== crc32c(body, crc32c(head))) reader.fail('the checksum does not match');
  return { kind: head[4]!, body };
}

/** Bytes of the record of an entry. */
export const entryRecordBytes = ({ data }: Entry): number =>
  FRAME_BYTES + ENTRY_HEAD_BYTES + data.length;

/** The record of an entry, whose data is copied. */
export function encodeEntry({ term, index, type, data }: Entry): Uint8Array {
  const { bytes, view } = frame(KIND[type], ENTRY_HEAD_BYTES + data.length);
  setNumber(view, 5, term);
  setNumber(view, 13, index);
  bytes.set(data, 5 + ENTRY_HEAD_BYTES);
  return sealed(bytes);
}

/** The entry of a record that `isEntry`; its data is a copy. @throws MalformedError */
export function decodeEntry({ kind, body }: LogRecord): Entry {
  const reader = new ByteReader(body, 'entry');
  const term = readNumber(reader);
  const index = readNumber(reader);
  const data = reader.raw(reader.remaining).slice();
  return { term, index, type: kind === KIND.normal ? 'normal' : 'confChange', data };
}

/** Whether a record is that of an entry. */
export const isEntry = ({ kind }: LogRecord): boolean =>
  kind === KIND.normal || kind === KIND.confChange;

/** Term and vote and commit in one record: what is written together is there together. */
export function encodeHardState({ term, vote, commit }: HardState): Uint8Array {
  const writer = writeNumber(writeNumber(new ByteWriter(64), term), commit);
  writer.u8(vote === null ? 0 : 1);
  if (vote !== null) writeId(writer, vote);
  return encodeRecord(KIND.hardState, writer.bytes());
}

/** What `encodeHardState` wrote. @throws MalformedError */
export function decodeHardState({ body }: LogRecord): HardState {
  const reader = new ByteReader(body, 'hard state');
  const term = readNumber(reader);
  const commit = readNumber(reader);
  const vote = reader.u8() === 0 ? null : readId(reader);
  reader.end();
  return { term, vote, commit };
}

const SNAPSHOT_MAGIC = 'RVRS';
const SNAPSHOT_VERSION = 1;

/**
 * A snapshot but its data, which is long and follows. Ends with a checksum that covers both.
 *
 * @param dataCrc - CRC-32C of the data; the head is as long whatever it is.
 */
export function encodeSnapshotHead(
  { index, term, config, data }: Snapshot,
  dataCrc = crc32c(data),
): Uint8Array {
  const writer = writeNumber(writeNumber(new ByteWriter(128), index), term);
  writeConfiguration(writer.u32(data.length).u32(dataCrc), config);
  const record = encodeRecord(KIND.snapshot, writer.bytes());
  return new ByteWriter(record.length + 5)
    .header(SNAPSHOT_MAGIC, SNAPSHOT_VERSION)
    .raw(record)
    .bytes();
}

/** The snapshot of a head and the data behind it, which is copied. @throws MalformedError */
export function decodeSnapshot(bytes: Uint8Array): Snapshot {
  const all = new ByteReader(bytes, 'snapshot');
  all.header(SNAPSHOT_MAGIC, SNAPSHOT_VERSION);
  const { kind, body } = readRecord(all);
  if (kind !== KIND.snapshot) all.fail(`a record of kind ${kind} is no snapshot`);
  const reader = new ByteReader(body, 'snapshot');
  const index = readNumber(reader);
  const term = readNumber(reader);
  const length = reader.u32();
  const crc = reader.u32();
  const config = readConfiguration(reader);
  reader.end();
  const data = all.raw(length).slice();
  all.end();
  if (crc32c(data) !== crc) all.fail('the checksum of the data does not match');
  return { index, term, config, data };
}

/** A number up to 2^53, exact. */
export function writeNumber(writer: ByteWriter, value: number): ByteWriter {
  return writer.u32(Math.floor(value / 2 ** 32)).u32(value >>> 0);
}

/** What `writeNumber` wrote. @throws MalformedError */
export function readNumber(reader: ByteReader): number {
  const value = reader.u32() * 2 ** 32 + reader.u32();
  if (!Number.isSafeInteger(value)) reader.fail('a number is above 2^53');
  return value;
}

function frame(kind: number, length: number): { bytes: Uint8Array; view: DataView } {
  const bytes = new Uint8Array(FRAME_BYTES + length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length);
  bytes[4] = kind;
  return { bytes, view };
}

function sealed(bytes: Uint8Array): Uint8Array {
  const end = bytes.length - 4;
  new DataView(bytes.buffer).setUint32(end, crc32c(bytes.subarray(0, end)));
  return bytes;
}

function setNumber(view: DataView, at: number, value: number): void {
  view.setUint32(at, Math.floor(value / 2 ** 32));
  view.setUint32(at + 4, value >>> 0);
}
