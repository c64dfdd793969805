import { ByteReader, ByteWriter, isEdgeError, MalformedError } from '@ruvector/core';
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
import type { Disk } from './disk.js';
import { readWhole } from './read-whole.js';
import { UNFINISHED } from './segment.js';

/** What the log says of a snapshot, which is in a file of its own. */
export interface SnapshotReference {
  readonly index: number;
  readonly term: number;
  /** The last four bytes of its head. */
  readonly headCrc: number;
  /** Whether the entries behind it stayed when it came. */
  readonly keeps: boolean;
}

/** Name of the file of the snapshot that ends with this entry. There is one at most. */
export const snapshotName = (index: number): string =>
  `${String(index).padStart(16, '0')}.snapshot`;

/** Whether that is such a name. */
export const isSnapshotName = (name: string): boolean => /^\d{16}\.snapshot$/.test(name);

/**
 * Makes the file of a snapshot: under another name, synced, renamed, the folder synced. It counts
 * from when the log refers to it; until then it is a leftover.
 */
export async function writeSnapshot(
  disk: Disk,
  snapshot: Snapshot,
  keeps: boolean,
): Promise<SnapshotReference> {
  const name = snapshotName(snapshot.index);
  const head = encodeSnapshotHead(snapshot);
  const file = await disk.create(name + UNFINISHED);
  try {
    await file.writeAt(0, head);
    await file.writeAt(head.length, snapshot.data);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(name + UNFINISHED, name);
  await disk.syncDirectory();
  const headCrc = new DataView(head.buffer).getUint32(head.length - 4);
  return { index: snapshot.index, term: snapshot.term, headCrc, keeps };
}

/** The snapshot that the log refers to. @throws MalformedError if the file is not that one */
export async function readSnapshot(disk: Disk, reference: SnapshotReference): Promise<Snapshot> {
  const name = snapshotName(reference.index);
  const bytes = await readWhole(disk, name);
  try {
    const snapshot = decodeSnapshot(bytes);
    const head = encodeSnapshotHead(snapshot);
    const headCrc = new DataView(head.buffer).getUint32(head.length - 4);
    if (headCrc === reference.headCrc) return snapshot;
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
