import { ByteReader, ByteWriter, concatBytes, isEdgeError, MalformedError } from '@ruvector/core';
import type { Entry, HardState, Restored, Snapshot } from './entry.js';
import {
  decodeEntry,
  decodeHardState,
  decodeSnapshot,
  encodeHardState,
  encodeRecord,
  encodeSnapshotHead,
  isEntry,
  KIND,
  readNumber,
  readRecord,
  writeNumber,
} from './records.js';
import { LogCorruptError } from './storage-errors.js';

/** What is in a database: a record for each entry, one for the snapshot, one for the rest. */
export interface KeptState {
  readonly hardState: HardState | undefined;
  /** 0 without a snapshot. */
  readonly snapshotIndex: number;
  readonly last: number;
}

/** The record that says what there is. */
export function encodeKeptState({ hardState, snapshotIndex, last }: KeptState): Uint8Array {
  const body = writeNumber(writeNumber(new ByteWriter(64), last), snapshotIndex);
  if (hardState !== undefined) body.raw(encodeHardState(hardState));
  return encodeRecord(KIND.last, body.bytes());
}

/** A snapshot as one record: head and data. */
export const encodeSnapshot = (snapshot: Snapshot): Uint8Array =>
  concatBytes(encodeSnapshotHead(snapshot), snapshot.data);

/** As a database gives it: bytes, if all is well. */
interface KeptRecords {
  readonly state: unknown;
  readonly snapshot: unknown;
  /** Ascending. */
  readonly entries: readonly unknown[];
}

/** What the records of a database say. @throws LogCorruptError if one has changed or is missing */
export function decodeKept(kept: KeptRecords, place: string): Restored {
  try {
    return decodeAll(kept);
  } catch (cause) {
    if (!isEdgeError(cause, 'ERR_MALFORMED')) throw cause;
    throw new LogCorruptError(place, cause.message, { cause });
  }
}

function decodeAll(kept: KeptRecords): Restored {
  const state = kept.state === undefined ? undefined : decodeState(checked(kept.state));
  const { hardState, snapshotIndex, last } = state ?? {
    hardState: undefined,
    snapshotIndex: 0,
    last: 0,
  };
  const snapshot = kept.snapshot === undefined ? undefined : decodeSnapshot(checked(kept.snapshot));
  if ((snapshot?.index ?? 0) !== snapshotIndex)
    throw malformed(`the snapshot should end with entry ${snapshotIndex}`);
  const entries = kept.entries.map((record, i) =>
    decodeNext(checked(record), snapshotIndex + 1 + i),
  );
  if (snapshotIndex + entries.length !== last) throw malformed(`the last entry should be ${last}`);
  return { ...(hardState && { hardState }), ...(snapshot && { snapshot }), entries };
}

function decodeState(bytes: Uint8Array): KeptState {
  const all = new ByteReader(bytes, 'state');
  const reader = new ByteReader(readRecord(all).body, 'state');
  all.end();
  const last = readNumber(reader);
  const snapshotIndex = readNumber(reader);
  const hardState = reader.remaining > 0 ? decodeHardState(readRecord(reader)) : undefined;
  return { hardState, snapshotIndex, last };
}

function decodeNext(bytes: Uint8Array, index: number): Entry {
  const reader = new ByteReader(bytes, `entry ${index}`);
  const record = readRecord(reader);
  reader.end();
  const entry = isEntry(record) ? decodeEntry(record) : undefined;
  if (entry?.index !== index) throw malformed(`entry ${index} is missing`);
  return entry;
}

function checked(record: unknown): Uint8Array {
  if (!(record instanceof Uint8Array)) throw malformed('a record is no bytes');
  return record;
}

const malformed = (reason: string) => new MalformedError(reason);
