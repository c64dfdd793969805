import { isEdgeError, MalformedError } from '@ruvector/core';
import type { Restored } from '../entry.js';
import { LogCorruptError } from '../storage-errors.js';
import type { Disk } from './disk.js';
import { readWhole } from './read-whole.js';
import { Replay } from './replay.js';
import { scanSegment, type Scan } from './scan.js';
import { SECTOR_BYTES } from './sectors.js';
import { decodeHeader, segmentName, segmentNumber, UNFINISHED, type Segment } from './segment.js';
import {
  isSnapshotName,
  readSnapshot,
  snapshotName,
  type SnapshotReference,
} from './snapshot-file.js';

/** A segment, and the last entry that it is needed for. */
export interface LiveSegment extends Segment {
  lastIndex: number;
}

/** All that a log has. */
export interface Recovered {
  readonly restored: Restored;
  readonly snapshot: SnapshotReference | undefined;
  /** Ascending and without gaps; none in a folder that is new. */
  readonly segments: LiveSegment[];
  /** Where the next batch belongs in the last one. */
  readonly end: number;
  /** Up to where the last one was synced by whoever wrote it. */
  readonly synced: number;
  readonly nextBatch: number;
}

/**
 * Reads the log in a folder, mends what a crash has left, and makes all safe that is given back: a
 * process that was killed may have left bytes that are in no disk yet.
 *
 * @throws LogCorruptError for what no crash leaves; nothing is changed then.
 */
export async function recover(disk: Disk): Promise<Recovered> {
  const names = await disk.list();
  const { isTorn, ...recovered } = await readLog(disk, names);
  const last = recovered.segments.at(-1);
  if (last !== undefined) await settle(disk, last, recovered, isTorn);
  const current = recovered.snapshot && snapshotName(recovered.snapshot.index);
  for (const name of names)
    if (isLeftover(name) || (isSnapshotName(name) && name !== current)) await disk.remove(name);
  await disk.syncDirectory();
  return recovered;
}

const isLeftover = (name: string): boolean =>
  name.endsWith(UNFINISHED) &&
  (segmentNumber(name.slice(0, -UNFINISHED.length)) !== undefined ||
    isSnapshotName(name.slice(0, -UNFINISHED.length)));

/** The same without changing anything. Of a log at work nothing is torn. */
export async function readLog(
  disk: Disk,
  names: readonly string[],
): Promise<Recovered & { readonly isTorn: boolean }> {
  try {
    return await readSegments(disk, names);
  } catch (cause) {
    if (!isEdgeError(cause, 'ERR_MALFORMED')) throw cause;
    throw new LogCorruptError(disk.place, cause.message, { cause });
  }
}

async function readSegments(disk: Disk, names: readonly string[]) {
  const numbers = names.map(segmentNumber).filter((number) => number !== undefined);
  numbers.sort((a, b) => a - b);
  if (numbers.length === 0 && names.some(isSnapshotName))
    throw new MalformedError('there is a snapshot without a log');
  const replay = new Replay();
  const segments: LiveSegment[] = [];
  let nextBatch = 1;
  let scan: Scan = { batches: [], end: SECTOR_BYTES, synced: SECTOR_BYTES, isTorn: false };
  for (const [i, number] of numbers.entries()) {
    if (number !== numbers[0]! + i)
      throw new MalformedError(`${segmentName(number - 1)} is missing`);
    if (scan.isTorn) throw new MalformedError(`${segmentName(number - 1)} has no proper end`);
    const what = segmentName(number);
    const bytes = await readWhole(disk, what);
    const segment = decodeHeader(bytes.subarray(0, SECTOR_BYTES), what);
    if (segment.number !== number || (i > 0 && segment.firstBatch !== nextBatch))
      throw new MalformedError(`${what} does not follow the segment before it`);
    scan = scanSegment(segment, bytes, what);
    nextBatch = segment.firstBatch + scan.batches.length;
    segments.push({ ...segment, lastIndex: replayAll(replay, scan) });
  }
  replay.finish();
  const { hardState, snapshot: reference, entries } = replay;
  const snapshot = reference && (await existing(disk, names, reference));
  const restored = { ...(hardState && { hardState }), ...(snapshot && { snapshot }), entries };
  const { end, synced, isTorn } = scan;
  return { restored, snapshot: reference, segments, end, synced, nextBatch, isTorn };
}

/** The last entry of a segment, 0 if it has none. */
function replayAll(replay: Replay, { batches }: Scan): number {
  let last = 0;
  for (const records of batches)
    for (const record of records) last = Math.max(last, replay.take(record));
  return last;
}

function existing(disk: Disk, names: readonly string[], reference: SnapshotReference) {
  const name = snapshotName(reference.index);
  if (!names.includes(name)) throw new MalformedError(`${name} is missing`);
  return readSnapshot(disk, reference);
}

const ZEROS_BYTES = 1 << 16;

/**
 * Makes the last segment safe. What was not known to be synced is written again: after a sync that
 * failed, files are read as if it were on the disk, and another sync would not bring it there.
 */
async function settle(
  disk: Disk,
  last: Segment,
  { synced, end }: Recovered,
  isTorn: boolean,
): Promise<void> {
  const file = await disk.open(segmentName(last.number));
  try {
    await file.writeAt(synced, await file.readAt(synced, end - synced));
    const zeros = new Uint8Array(ZEROS_BYTES);
    if (isTorn)
      for (let at = end; at < last.bytes; at += zeros.length)
        await file.writeAt(at, zeros.subarray(0, last.bytes - at));
    await file.datasync();
  } finally {
    await file.close();
  }
}
