import type { ByteReader, ByteWriter } from '@ruvector/core';
import { UTF8_BYTES_PER_UNIT } from './limits.js';
import { type PackedData, readData, writeData } from './memory-data.js';
import type { EntryVersion } from './memory-digest.js';

/** All there is to one entry of a `VectorMemory`. */
export interface SavedEntry extends EntryVersion {
  readonly key: string;
  readonly vector: Float32Array;
  readonly data: PackedData;
  readonly importance: number;
  /** How often it was recalled. */
  readonly recalls: number;
}

export const KEY_CHARS_MAX = 1024;
export const IMPORTANCE_MAX = 1e9;
const DIMENSIONS_MAX = 65_536;

/**
 * Lengths of key, vector and data 12, one key byte, one value 4, the rest 29: what any entry takes.
 */
export const ENTRY_BYTES_MIN = 46;

/** Layout: key, vector, f64 importance, f64 recalls, u32 revision, u64 content, data. */
export function writeEntry(writer: ByteWriter, entry: SavedEntry): void {
  const { key, vector, importance, recalls, revision, content, data } = entry;
  writer.text(key).vector(vector).f64(importance).f64(recalls).u32(revision).u64(content);
  writeData(writer, data);
}

/**
 * Fails with `ERR_MALFORMED` on what `writeEntry` does not write; the vector is checked by its
 * index.
 */
export function readEntry(reader: ByteReader): SavedEntry {
  const key = reader.text(KEY_CHARS_MAX * UTF8_BYTES_PER_UNIT);
  if (key.length === 0 || key.length > KEY_CHARS_MAX) reader.fail('a key of the wrong length');
  const vector = reader.vector(DIMENSIONS_MAX);
  const [importance, recalls] = [reader.f64(), reader.f64()];
  if (!(importance >= 0 && importance <= IMPORTANCE_MAX)) reader.fail('a bad importance');
  if (!Number.isSafeInteger(recalls) || recalls < 0) reader.fail('a bad count of recalls');
  const [revision, content] = [reader.u32(), reader.u64()];
  if (revision === 0) reader.fail('a revision of 0');
  return { key, vector, importance, recalls, revision, content, data: readData(reader) };
}
