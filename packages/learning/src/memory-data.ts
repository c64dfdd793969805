import { type ByteReader, type ByteWriter, fromUtf8, type Json, utf8 } from '@ruvector/core';

/** What may be remembered beside a vector: JSON, bytes, or nothing. */
export type MemoryData = Json | Uint8Array | undefined;

/** The same as immutable bytes: a kind, then UTF-8 or the bytes themselves. */
export interface PackedData {
  readonly kind: number;
  readonly bytes: Uint8Array;
}

const DATA_BYTES_MAX = 65_536;

const NOTHING = 0;
const JSON_TEXT = 1;
const BYTES = 2;

/** @throws TypeError for what JSON cannot say, RangeError above 65,536 bytes. */
export function packData(data: MemoryData): PackedData {
  if (data === undefined) return { kind: NOTHING, bytes: new Uint8Array() };
  const isBytes = data instanceof Uint8Array;
  const text = isBytes ? '' : JSON.stringify(data);
  if (text === undefined) throw new TypeError(`data must be JSON or bytes, got ${typeof data}`);
  const bytes = isBytes ? data.slice() : utf8(text);
  if (bytes.length > DATA_BYTES_MAX)
    throw new RangeError(`data must have at most ${DATA_BYTES_MAX} bytes, got ${bytes.length}`);
  return { kind: isBytes ? BYTES : JSON_TEXT, bytes };
}

export function unpackData({ kind, bytes }: PackedData): MemoryData {
  if (kind === NOTHING) return undefined;
  return kind === BYTES ? bytes.slice() : (JSON.parse(fromUtf8(bytes)) as Json);
}

export function writeData(writer: ByteWriter, { kind, bytes }: PackedData): void {
  writer.u8(kind).block(bytes);
}

export function readData(reader: ByteReader): PackedData {
  const kind = reader.u8();
  if (kind > BYTES) reader.fail(`kind of data ${kind} is unknown`);
  const packed = { kind, bytes: reader.block(DATA_BYTES_MAX).slice() };
  try {
    unpackData(packed);
  } catch {
    reader.fail('data is not JSON');
  }
  return packed;
}
