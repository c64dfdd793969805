import { ByteReader, ByteWriter, checkBytes, isId, LimitError } from '@ruvector/core';
import type { LedgerPart } from './ledger.js';

/** How keys and values of one kind of ledger stand in bytes. */
export interface EntryCodec<K, V> {
  /** Names the kind and its format; four ASCII characters. */
  readonly magic: string;
  /** Fewest bytes of a key with its value. */
  readonly entryBytesMin: number;
  write(writer: ByteWriter, key: K, value: V): void;
  /** Checks everything it reads; fails with `reader.fail`. */
  read(reader: ByteReader): { key: K; value: V };
}

/** Longest delta that is written or read, in bytes: with its envelope it fits a 16 MiB frame. */
export const LEARNING_DELTA_BYTES_MAX = 16_000_000;

const VERSION = 1;
const ID_BYTES_MAX = 128;
const STAMP_BYTES = 8;
const PART_BYTES_MIN = 17; // empty id: 4, from: 8, count: 4, one byte of entry

/**
 * @throws LimitError above `LEARNING_DELTA_BYTES_MAX`: then ask for fewer agents at a time.
 */
export function encodeDelta<K, V>(
  codec: EntryCodec<K, V>,
  parts: readonly LedgerPart<K, V>[],
): Uint8Array {
  const writer = new ByteWriter();
  writeParts(codec, writer, parts, LEARNING_DELTA_BYTES_MAX);
  return writer.bytes();
}

/** @throws MalformedError on anything that `encodeDelta` does not write. */
export function decodeDelta<K, V>(codec: EntryCodec<K, V>, bytes: Uint8Array): LedgerPart<K, V>[] {
  checkBytes('delta', bytes);
  const reader = new ByteReader(bytes, `${codec.magic} delta`);
  if (bytes.length > LEARNING_DELTA_BYTES_MAX)
    reader.fail(`longer than ${LEARNING_DELTA_BYTES_MAX} bytes`);
  const parts = readParts(codec, reader);
  reader.end();
  return parts;
}

/**
 * Layout, big-endian: magic, version, u32 parts; per part: agent id, f64 `from`, u32 entries; per
 * entry: f64 stamp, key, value. Agents ascend by id and entries by stamp, so a state has one
 * spelling.
 */
export function writeParts<K, V>(
  codec: EntryCodec<K, V>,
  writer: ByteWriter,
  parts: readonly LedgerPart<K, V>[],
  bytesMax = Infinity,
): void {
  writer.header(codec.magic, VERSION).u32(parts.length);
  for (const { agentId, from, entries } of parts) {
    writer.text(agentId).f64(from).u32(entries.length);
    for (const { key, stamp, value } of entries) {
      codec.write(writer.f64(stamp), key, value);
      if (writer.length > bytesMax) throw new LimitError('LEARNING_DELTA_BYTES_MAX', bytesMax);
    }
  }
}

export function readParts<K, V>(codec: EntryCodec<K, V>, reader: ByteReader): LedgerPart<K, V>[] {
  reader.header(codec.magic, VERSION);
  const parts: LedgerPart<K, V>[] = [];
  const count = reader.count(PART_BYTES_MIN);
  for (let i = 0; i < count; i++) {
    const agentId = reader.text(ID_BYTES_MAX);
    if (!isId(agentId)) reader.fail('not an agent id');
    if (i > 0 && agentId <= parts[i - 1]!.agentId) reader.fail('agents out of order');
    parts.push({ agentId, ...readEntries(codec, reader) });
  }
  return parts;
}

function readEntries<K, V>(codec: EntryCodec<K, V>, reader: ByteReader) {
  const from = readVersion(reader);
  const count = reader.count(STAMP_BYTES + codec.entryBytesMin);
  if (count === 0) reader.fail('a part without entries');
  const entries = [];
  const keys = new Set<K>();
  let last = from;
  for (let i = 0; i < count; i++) {
    const stamp = readVersion(reader);
    if (stamp <= last) reader.fail('stamps out of order');
    const { key, value } = codec.read(reader);
    if (keys.has(key)) reader.fail('the same key twice');
    keys.add(key);
    entries.push({ key, stamp, value });
    last = stamp;
  }
  return { from, entries };
}

function readVersion(reader: ByteReader): number {
  const version = reader.f64();
  if (!Number.isSafeInteger(version) || version < 0) reader.fail('a version is no count');
  return version;
}
