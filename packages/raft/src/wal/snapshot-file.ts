import { ByteReader, ByteWriter, isEdgeError, MalformedError } from '@ruvector/core';
import { crc32c } from '../crc32c.js';
import type { Snapshot } from '../entry.js';
import {
  decodeSnapshot,
  encodeRecord,
  encodeSnapshotHead,
  KIND,
  readNumber,
  writeNumber,
  type LogRecord,
} from '../records.js';
import type { Disk, DiskFile } from './disk.js';
import { readWhole } from './read-whole.js';
import { UNFINISHED } from './segment.js';

/** A snapshot, which is in a file of its own. */
export interface SnapshotFile {
  readonly index: number;
  readonly term: number;
  /** The last four bytes of its head. */
  readonly headCrc: number;
}

/** What the log says of one. */
export interface SnapshotReference extends SnapshotFile {
  /** Whether the entries behind it stayed when it came. */
  readonly keeps: boolean;
}

/**
 * What is written and synced at a time: a checksum of more would block, and more that waits to be
 * written would keep the log from the disk.
 */
const PIECE_BYTES = 1 << 20;

/** Name of the file of the snapshot that ends with this entry. There is one at most. */
export const snapshotName = (index: number): string =>
  `${String(index).padStart(16, '0')}.snapshot`;

/** Whether that is such a name. */
export const isSnapshotName = (name: string): boolean => /^\d{16}\.snapshot$/.test(name);

/**
 * Makes the file of a snapshot: under another name, synced, renamed, the folder synced. It counts
 * from when the log refers to it; until then it is a leftover.
 */
export async function writeSnapshot(disk: Disk, snapshot: Snapshot): Promise<SnapshotFile> {
  const name = snapshotName(snapshot.index);
  const file = await disk.create(name + UNFINISHED);
  let head = encodeSnapshotHead(snapshot, 0);
  try {
    const dataCrc = await writePieces(file, head.length, snapshot.data);
    head = encodeSnapshotHead(snapshot, dataCrc);
    await file.writeAt(0, head);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(name + UNFINISHED, name);
  await disk.syncDirectory();
  return { index: snapshot.index, term: snapshot.term, headCrc: crcOf(head) };
}

/** @returns CRC-32C of the data. */
async function writePieces(file: DiskFile, offset: number, data: Uint8Array): Promise<number> {
  let crc = 0;
  for (let at = 0; at < data.length; at += PIECE_BYTES) {
    const piece = data.subarray(at, at + PIECE_BYTES);
    crc = crc32c(piece, crc);
    await file.writeAt(offset + at, piece);
    await file.datasync();
  }
  return crc;
}

const crcOf = (head: Uint8Array): number => new DataView(head.buffer).getUint32(head.length - 4);

/** The snapshot that the log refers to. @throws MalformedError if the file is not that one */
export async function readSnapshot(disk: Disk, reference: SnapshotReference): Promise<Snapshot> {
  const name = snapshotName(reference.index);
  const bytes = await readWhole(disk, name);
  try {
    const snapshot = decodeSnapshot(bytes);
    if (crcOf(encodeSnapshotHead(snapshot)) === reference.headCrc) return snapshot;
  } catch (cause) {
    if (!isEdgeError(cause, 'ERR_MALFORMED')) throw cause;
    throw new MalformedError(`${name}: ${cause.message}`, { what: name }, { cause });
  }
  throw new MalformedError(`${name} is another snapshot than that of the log`, { what: name });
}

/** A reference as a record of the log. */
export function encodeReference({ index, term, headCrc, keeps }: SnapshotReference): Uint8Array {
  const writer = writeNumber(writeNumber(new ByteWriter(32), index), term);
  return encodeRecord(
    KIND.snapshotFile,
    writer
      .u32(headCrc)
      .u8(keeps ? 1 : 0)
      .bytes(),
  );
}

/** What `encodeReference` wrote. @throws MalformedError */
export function decodeReference({ body }: LogRecord): SnapshotReference {
  const reader = new ByteReader(body, 'reference to a snapshot');
  const index = readNumber(reader);
  const term = readNumber(reader);
  const headCrc = reader.u32();
  const keeps = reader.u8() === 1;
  reader.end();
  return { index, term, headCrc, keeps };
}
