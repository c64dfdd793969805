import { ByteReader, ByteWriter, checkBytes, utf8 } from '@ruvector/core';
import { hash64 } from './hash.js';
import type { PackedData } from './memory-data.js';

/** Which of two entries under one key is the newer. */
export interface EntryVersion {
  readonly revision: number;
  /** Hash of vector and data. */
  readonly content: bigint;
}

const MAGIC = 'RVLD';
const VERSION = 1;
const ENTRY_BYTES = 20; // hash of the key 8, revision 4, hash of the content 8

/** Whether an entry is other than a peer's and prevails: by revision, then by greater hash. */
export const wins = (mine: EntryVersion, theirs: EntryVersion): boolean =>
  mine.content !== theirs.content &&
  (mine.revision > theirs.revision ||
    (mine.revision === theirs.revision && mine.content > theirs.content));

export function contentHash(vector: Float32Array, { kind, bytes }: PackedData): bigint {
  const writer = new ByteWriter(vector.length * 4 + bytes.length + 16);
  return hash64(writer.vector(vector).u8(kind).block(bytes).bytes());
}

/** Layout, big-endian: 'RVLD', version, u32 entries; ascending: u64 key hash, u32, u64 content. */
export function writeDigest(entries: ReadonlyMap<string, EntryVersion>): Uint8Array {
  const rows = [...entries].map(([key, version]) => ({ id: hash64(utf8(key)), version }));
  rows.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const writer = new ByteWriter().header(MAGIC, VERSION).u32(rows.length);
  for (const { id, version } of rows) writer.u64(id).u32(version.revision).u64(version.content);
  return writer.bytes();
}

/**
 * @returns versions by key hash.
 * @throws MalformedError for bytes that `writeDigest` does not write.
 */
export function readDigest(digest: Uint8Array, entriesMax: number): Map<bigint, EntryVersion> {
  const reader = new ByteReader(checkBytes('digest', digest), 'digest of a VectorMemory');
  reader.header(MAGIC, VERSION);
  const rows = new Map<bigint, EntryVersion>();
  const count = reader.count(ENTRY_BYTES, entriesMax);
  for (let i = 0; i < count; i++)
    rows.set(reader.u64(), { revision: reader.u32(), content: reader.u64() });
  reader.end();
  return rows;
}
